"""Start the two providers on the stores: ours on the local host, the peer on Node, one process each, without TLS."""

import json
import shutil
from dataclasses import dataclass

from bench.driving.providers import OURS, PEER, Provider
from bench.stage import seed
from bench.stage.stores import PEER_LOCK, Stores
from devhost.services import programs
from devhost.services.children import Child, Children, Program


@dataclass(frozen=True, slots=True)
class Running:
    """A provider that serves."""

    provider: Provider
    port: int
    child: Child


def start_providers(
    children: Children, stores: Stores, *, prefix: str, tables: int | None = None
) -> tuple[Running, Running]:
    """Start both; `tables` is the port they are to reach the tables by, where it is not Azurite's own."""
    reached = f":{tables or stores.ports.table}/"
    connection = stores.connection_string.replace(f":{stores.ports.table}/", reached)
    ours = children.start(
        programs.app(stores.ports, stores.settings | {"SLUIS_STORAGE": connection}, None, lambda _line: None)
    )
    peer = children.start(_peer(stores, connection, prefix))
    children.wait_ready(ours, peer)
    return Running(OURS, stores.ports.app, ours), Running(PEER, stores.ports.shop, peer)


def _peer(stores: Stores, connection: str, prefix: str) -> Program:
    # Node looks for packages where the file is.
    for name in ("server.mjs", "adapter.mjs"):
        shutil.copyfile(PEER_LOCK / name, stores.peer.folder / name)
    environment = {
        "NODE_ENV": "production",
        "PORT": str(stores.ports.shop),
        "TABLES": connection,
        "PREFIX": prefix,
        "SEED": json.dumps(seed.peers(stores.accounts)),
    }
    return Program("peer", (str(stores.peer.node), str(stores.peer.folder / "server.mjs")), environment=environment)
