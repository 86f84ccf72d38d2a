"""The two settings that routes need while the app is being indexed; `shared/config.py` checks them with all others later."""

import os
from typing import Final
from urllib.parse import urlsplit

ISSUER_PATH: Final = urlsplit(os.environ.get("SLUIS_ISSUER", "https://localhost/id")).path.rstrip("/")
ROLE: Final = os.environ.get("SLUIS_ROLE", "all")
