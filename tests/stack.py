"""The whole app as it runs: the real worker library on Azurite and the vault double, one for each test process."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from devhost.services.children import Child, Children, Program
from devhost.services.ports import choose_base
from devhost.services.state import CHECKOUT
from tests.services import RunningVault

SEED = Path(__file__).parent / "protocol" / "seed.json"


@dataclass(frozen=True)
class Stack:
    """A running app: its issuer, how it was set up, and its process."""

    issuer: str
    environment: Mapping[str, str]
    host: Child

    @property
    def origin(self) -> str:
        return self.issuer.removesuffix("/id")


def settings_of(issuer: str, storage: str, vault: RunningVault) -> dict[str, str]:
    """Give the settings of a test environment."""
    return {
        "AzureWebJobsStorage": storage,
        "AzureWebJobsDisableHomepage": "true",
        "SLUIS_ENVIRONMENT": "test",
        "SLUIS_ISSUER": issuer,
        "SLUIS_ROLE": "all",
        "SLUIS_STORAGE": storage,
        "SLUIS_VAULT_URL": vault.url,
        "SLUIS_VAULT_CA": str(vault.ca),
        "SLUIS_VAULT_TOKEN": vault.token,
    }


def prepare(environment: Mapping[str, str], seed: Path = SEED) -> subprocess.CompletedProcess[str]:
    """Make what is missing and load a seed, as `./dev up` does."""
    command = [sys.executable, "-m", "devhost.seeds", "prepare", "--seed", str(seed)]
    return subprocess.run(
        command, cwd=CHECKOUT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


def start_host(children: Children, environment: Mapping[str, str], port: int, name: str = "app") -> Child:
    """Start the local host on the app, and wait until it serves."""
    command = (sys.executable, "-m", "devhost.host", "--app-dir", ".", "--port", str(port))
    child = children.start(Program(name, command, environment=environment))
    children.wait_ready(child)
    return child


@pytest.fixture(scope="session")
def stack(children: Children, azurite: str, vault: RunningVault) -> Stack:
    """Give the worker's own app, prepared and seeded."""
    ports = choose_base()
    issuer = f"http://localhost:{ports.app}/id"
    environment = settings_of(issuer, azurite, vault)
    prepared = prepare(environment)
    assert prepared.returncode == 0, prepared.stderr
    return Stack(issuer, environment, start_host(children, environment, ports.app))
