"""Sockets, TLS and the end of the process: the application behind uvicorn, on the loopback addresses only."""

import asyncio
import os
import signal
import socket
import ssl
import sys
import threading
from pathlib import Path

import uvicorn

from devhost.host.application import Application
from devhost.host.background import Background
from devhost.host.functions import AppRefusedError

_SECONDS_TO_FINISH = 1
_SUITES = "ECDHE+AESGCM:ECDHE+CHACHA20"


class _Announcing(uvicorn.Server):
    """Says READY when connections are accepted, and not before; what runs beside requests begins then, and ends with them."""

    def __init__(self, config: uvicorn.Config, address: str, background: Background) -> None:
        super().__init__(config)
        self._address = address
        self._background = background

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        print(f"READY {self._address}", flush=True)
        self._background.start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        async with asyncio.TaskGroup() as together:
            together.create_task(self._background.stop())
            together.create_task(super().shutdown(sockets=sockets))


def tls_context(certfile: Path, keyfile: Path) -> ssl.SSLContext:
    """TLS 1.3, or 1.2 with ephemeral keys."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_SUITES)
    try:
        context.load_cert_chain(certfile, keyfile)
    except OSError as reason:
        raise AppRefusedError("the certificate or its key cannot be read") from reason
    return context


def listen(port: int) -> list[socket.socket]:
    """Bind 127.0.0.1, and ::1 where the machine has it, so that `localhost` works whichever comes first."""
    try:
        first = _bound(socket.AF_INET, "127.0.0.1", port)
    except OSError as reason:
        raise AppRefusedError(f"port {port} is taken or cannot be used") from reason
    try:
        return [first, _bound(socket.AF_INET6, "::1", first.getsockname()[1])]
    except OSError:
        return [first]


async def serve(
    application: Application, *, background: Background, sockets: list[socket.socket], tls: ssl.SSLContext | None
) -> None:
    """Serve until SIGTERM or SIGINT; calls under way get a second to finish."""
    config = uvicorn.Config(
        application,
        http="auto",
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="error",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_SECONDS_TO_FINISH,
        ssl_context_factory=(lambda _config, _default: tls) if tls else None,
        h11_max_incomplete_event_size=65_536,
    )
    port = sockets[0].getsockname()[1]
    # uvicorn raises the signal again once it has stopped; by then it has done its work.
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: None)
    address = f"{'https' if tls else 'http'}://localhost:{port}"
    await _Announcing(config, address, background).serve(sockets=sockets)
    _leave_soon()


def _leave_soon() -> None:
    """End the process even when a synchronous function never returns: Python would wait for its thread."""

    def leave() -> None:
        sys.stdout.flush()
        os._exit(0)

    last = threading.Timer(0.5, leave)
    last.daemon = True
    last.start()


def _bound(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    # With the protocol named, asyncio switches off Nagle; without it every answer waits 40 ms for an acknowledgement.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family is socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.bind((address, port))
    except OSError:
        bound.close()
        raise
    return bound
