"""An app that needs a package nobody installed."""

import a_package_that_is_not_there
