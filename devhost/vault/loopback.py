"""Serving this machine only, on 127.0.0.1 and ::1 alike, so that `localhost` works whichever a client tries first."""

import asyncio
import errno
import socket
from collections.abc import Sequence

import uvicorn
from starlette.types import ASGIApp

_TRIES = 20
_LAST_WORDS = 0.3  # seconds


class PortTakenError(Exception):
    """Another program has the port."""

    def __init__(self, port: int) -> None:
        super().__init__(f"Port {port} is taken by another program; stop it, or choose another port.")


def listen(port: int) -> list[socket.socket]:
    """Take `port` on every loopback address this machine has; 0 takes any that is free on all of them."""
    for _ in range(_TRIES if port == 0 else 1):
        first = _bind(socket.AF_INET, "127.0.0.1", port)
        if first is None:
            continue
        if not socket.has_ipv6:
            return [first]
        try:
            second = _bind(socket.AF_INET6, "::1", first.getsockname()[1])
        except OSError:
            return [first]  # a machine whose IPv6 is switched off
        if second is not None:
            return [first, second]
        first.close()
    raise PortTakenError(port)


def port_of(sockets: Sequence[socket.socket]) -> int:
    """Say which port was taken."""
    port: int = sockets[0].getsockname()[1]
    return port


class AnnouncingServer(uvicorn.Server):
    """A server that says on standard output when it serves: whoever started it waits for that line."""

    def __init__(self, config: uvicorn.Config, ready: str) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        print(f"READY {self._ready}", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop: calls under way may end, then idle clients are cut off, which over TLS would keep us for long."""
        asyncio.get_running_loop().call_later(_LAST_WORDS, self._cut_off)
        await super().shutdown(sockets)

    def _cut_off(self) -> None:
        for connection in list(self.server_state.connections):
            connection.transport.abort()


def server(app: ASGIApp, *, ready: str, certificate: str | None = None) -> AnnouncingServer:
    """Make a quiet server: no request is logged, for a request may carry what is nobody's business."""
    config = uvicorn.Config(
        app,
        ssl_certfile=certificate,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=1,
    )
    return AnnouncingServer(config, ready)


def _bind(family: socket.AddressFamily, address: str, port: int) -> socket.socket | None:
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((address, port))
        bound.listen(128)
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            return None
        raise
    bound.settimeout(0)
    return bound
