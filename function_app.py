"""Registers every door of the setting `role` with the Functions host, and does nothing else."""

import gc

# Nothing that is imported here is ever garbage: looking for cycles meanwhile costs a tenth of a cold start.
gc.disable()

import azure.functions as func  # noqa: E402 - after the line above, on purpose

from functions import (  # noqa: E402 - after the line above, on purpose
    authorize,
    discovery,
    elsewhere,
    end_session,
    go_on,
    introspect,
    letters,
    revoke,
    sign_in,
    timers,
    token,
    userinfo,
)
from shared.domain.errors import UnusableSettings  # noqa: E402 - as above
from shared.settings_at_import import ROLE  # noqa: E402 - as above

FRONT = (
    discovery.bp,
    authorize.bp,
    sign_in.bp,
    go_on.bp,
    token.bp,
    introspect.bp,
    revoke.bp,
    userinfo.bp,
    end_session.bp,
    elsewhere.bp,
)
KEEPER = (letters.bp, timers.bp)
BY_ROLE = {"front": FRONT, "keeper": KEEPER, "all": (*FRONT, *KEEPER)}

if ROLE not in BY_ROLE:
    raise UnusableSettings(f"SLUIS_ROLE must be one of {', '.join(BY_ROLE)}.")

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
for blueprint in BY_ROLE[ROLE]:
    app.register_functions(blueprint)

# What lives as long as the process is never looked at again.
gc.freeze()
gc.enable()
