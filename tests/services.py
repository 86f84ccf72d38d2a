"""Azurite and the vault double for the tests: one of each per worker, started at first use, on ports of their own."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from devhost.services import azurite as emulator
from devhost.services import node, programs
from devhost.services.children import Children
from devhost.services.chromium import find_chromium
from devhost.services.ports import choose_base
from devhost.services.state import CHECKOUT, State

TOKEN = "tests"


@dataclass(frozen=True, slots=True)
class RunningVault:
    """How to reach the vault double."""

    url: str
    ca: Path
    token: str


@pytest.fixture(scope="session")
def children(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Children]:
    with Children(cwd=CHECKOUT, logs=tmp_path_factory.mktemp("logs")) as started:
        yield started


@pytest.fixture(scope="session")
def azurite(children: Children, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the connection string of the worker's own Azurite."""
    packages = node.prepare(State().node, children, lambda _done, _total: None)
    ports = choose_base()
    started = children.start(emulator.program(packages, ports, tmp_path_factory.mktemp("azurite")))
    children.wait_ready(started)
    return emulator.connection_string(ports)


@pytest.fixture(scope="session")
def vault(children: Children, tmp_path_factory: pytest.TempPathFactory) -> RunningVault:
    """Give the worker's own vault double."""
    folder = tmp_path_factory.mktemp("vault")
    ports = choose_base()
    children.wait_ready(children.start(programs.vault(ports, folder, TOKEN)))
    return RunningVault(url=f"https://localhost:{ports.vault}", ca=folder / "vault-ca.pem", token=TOKEN)


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Give the browser to drive; as root it wants `--no-sandbox`."""
    return find_chromium(State().folder / "browsers")
