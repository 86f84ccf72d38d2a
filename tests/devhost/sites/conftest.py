"""An issuer to sign in at, for the tests of the demo sites."""

import socket
from collections.abc import Iterator

import pytest

from tests.devhost.sites.stand_in import StandIn, serving


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture
def issuer(listener: socket.socket) -> Iterator[StandIn]:
    stand_in = StandIn(f"http://127.0.0.1:{listener.getsockname()[1]}/id")
    with serving(stand_in.app(), listener):
        yield stand_in
