"""Start what both providers stand on: a fresh Azurite that keeps all in memory, and the vault double beside it.

Azurite on files writes its whole database every few seconds, which would fall on whoever is measured at that moment.
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from bench.stage import seed
from devhost.command.terminal import bar, say
from devhost.services import azurite, node, programs
from devhost.services.children import Child, Children
from devhost.services.ports import Ports
from devhost.services.settings import app_settings
from devhost.services.state import State

PEER_LOCK = Path(__file__).parents[1] / "peer"


@dataclass(frozen=True, slots=True)
class Stores:
    """What runs, and how the providers are to be started on it."""

    ports: Ports
    state: State
    azurite: Child
    peer: node.NodePackages
    accounts: int

    @property
    def settings(self) -> dict[str, str]:
        """The app's settings."""
        return app_settings(self.ports, self.state) | {"SLUIS_ENVIRONMENT": "test"}

    @property
    def connection_string(self) -> str:
        """How Azurite is reached."""
        return azurite.connection_string(self.ports)


def start_stores(children: Children, ports: Ports, state: State, accounts: int) -> Stores:
    """Install what is missing, start, prepare and seed."""
    with bar("Installing npm packages (once)") as progress:
        packages = node.prepare(State().node, children, progress)
    with bar("Installing the peer from npm (once)") as progress:
        peer = node.prepare(State().node / "peer", children, progress, locked=PEER_LOCK)
    say("Starting Azurite and the vault double, and seeding …")
    emulator = children.start(azurite.program(packages, ports, None))
    vault = children.start(programs.vault(ports, state.vault))
    children.wait_ready(emulator, vault)
    shutil.copyfile(state.vault / "vault-ca.pem", state.vault_ca)
    stores = Stores(ports, state, emulator, peer, accounts)
    for cheap in (False, True):
        _seed(children, stores, cheap=cheap)
    return stores


def _seed(children: Children, stores: Stores, *, cheap: bool) -> None:
    file = stores.state.folder / f"seed-{'cheap' if cheap else 'full'}.json"
    file.write_text(json.dumps(seed.ours(stores.accounts, cheap=cheap)), "utf-8")
    settings = stores.settings | ({"SLUIS_HASH_COST": "next-to-none"} if cheap else {})
    child = children.finish(children.start(programs.prepare(file, settings, lambda _line: None)))
    if child.process.returncode != 0:
        raise RuntimeError(f"the stores could not be prepared: {child.epitaph()}")
