"""The settings the app runs with while developing, for any nine ports; for the default ones, the sample file."""

import json
from pathlib import Path

from devhost.services.azurite import connection_string
from devhost.services.ports import Ports
from devhost.services.state import CHECKOUT, State

SAMPLE = CHECKOUT / "local.settings.sample.json"
VAULT_TOKEN = "development"  # noqa: S105 - the vault double's, known to all; nothing else accepts it


def issuer(ports: Ports, *, https: bool = False) -> str:
    """Name the authority people sign in at."""
    return f"{'https' if https else 'http'}://localhost:{ports.app}/id"


def app_settings(ports: Ports, state: State, *, https: bool = False) -> dict[str, str]:
    """Give the app's whole settings."""
    return {
        "AzureWebJobsStorage": connection_string(ports),
        "FUNCTIONS_WORKER_RUNTIME": "python",
        "AzureWebJobsDisableHomepage": "true",
        "SLUIS_ENVIRONMENT": "development",
        "SLUIS_ISSUER": issuer(ports, https=https),
        "SLUIS_ROLE": "all",
        "SLUIS_STORAGE": connection_string(ports),
        "SLUIS_VAULT_URL": f"https://localhost:{ports.vault}",
        "SLUIS_VAULT_CA": state.shown(state.vault_ca),
        "SLUIS_VAULT_TOKEN": VAULT_TOKEN,
        "SLUIS_MAIL": f"smtp://localhost:{ports.smtp}",
        "SLUIS_CLOCK": state.shown(state.clock),
    }


def sample_file() -> str:
    """Write the sample file, which `func start` and devhost read as it is."""
    content = {"IsEncrypted": False, "Values": app_settings(Ports(), State())}
    return json.dumps(content, indent=2) + "\n"


def overrides(settings: dict[str, str], sample: Path = SAMPLE) -> dict[str, str]:
    """Give only what differs from the sample file: the environment to start the app with."""
    values = json.loads(sample.read_text("utf-8"))["Values"]
    return {name: value for name, value in settings.items() if values.get(name) != value}
