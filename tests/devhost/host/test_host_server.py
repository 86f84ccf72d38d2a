"""The sockets of the local host."""

import socket

from devhost.host.server import listen


def test_sockets_are_loopback_and_name_their_protocol() -> None:
    sockets = listen(0)
    names = [(bound.getsockname()[0], bound.proto) for bound in sockets]
    ports = {bound.getsockname()[1] for bound in sockets}
    for bound in sockets:
        bound.close()

    # asyncio sets TCP_NODELAY only where the protocol is named; without it an answer waits for a delayed acknowledgement
    assert names[0] == ("127.0.0.1", socket.IPPROTO_TCP)
    assert names[1:] in ([], [("::1", socket.IPPROTO_TCP)])
    assert len(ports) == 1
