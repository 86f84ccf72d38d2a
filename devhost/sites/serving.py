"""What both demo sites share: how a site listens on loopback, says READY, stops at once, and guards its pages."""

import argparse
import asyncio
import contextlib
import errno
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGES = Path(__file__).parent / "pages"


class PageHeaders:
    """Puts a strict content security policy and its companions on every answer."""

    def __init__(self, app: ASGIApp, policy: Sequence[str]) -> None:
        self._app = app
        self._headers = {
            "Content-Security-Policy": "; ".join(policy),
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cache-Control": "no-store",
            # The callback's address carries the code: no other site may learn it from a Referer.
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the site does, with our headers added."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def guards(host: str, policy: Sequence[str]) -> list[Middleware]:
    """Guard a site: the headers on every answer, and no answer under another name (DNS rebinding)."""
    return [
        Middleware(PageHeaders, policy=policy),
        Middleware(TrustedHostMiddleware, allowed_hosts=[host]),
    ]


def parser(prog: str, description: str | None) -> argparse.ArgumentParser:
    """Build the command line both sites have."""
    command = argparse.ArgumentParser(prog=f"python -m devhost.sites.{prog}", description=description)
    command.add_argument("--port", type=int, required=True, help="the port to listen on; 0 takes a free one")
    command.add_argument("--issuer", required=True, help="the issuer, as its discovery document spells it")
    return command


def run(host: str, port: int, build: Callable[[str], Starlette]) -> None:
    """Serve the site that `build` makes for its own origin, until a signal comes."""
    sockets = _listen(port)
    origin = f"http://{host}:{sockets[0].getsockname()[1]}"
    # No access log: its lines would hold the code and the state of every sign-in.
    config = uvicorn.Config(
        build(origin), lifespan="off", ws="none", access_log=False, server_header=False, log_level="warning"
    )
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_Site(config, origin).serve(sockets=sockets))


class _Site(uvicorn.Server):
    """A server that says when it is ready and does not wait for slow answers when it is told to stop."""

    def __init__(self, config: uvicorn.Config, origin: str) -> None:
        super().__init__(config)
        self._origin = origin

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        print(f"READY {self._origin}", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # A request may hang on an issuer that is silent: we hang up, instead of waiting with it.
        self.force_exit = True
        for connection in list(self.server_state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        await super().shutdown(sockets=sockets)


def _listen(port: int) -> list[socket.socket]:
    """Listen on both loopback addresses: a browser may try ::1 first, and must not find someone else there."""
    first = _bound(socket.AF_INET, "127.0.0.1", port)
    try:
        return [first, _bound(socket.AF_INET6, "::1", first.getsockname()[1])]
    except OSError as refused:
        if refused.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
            raise
        return [first]  # a machine without IPv6


def _bound(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    try:
        return socket.create_server((address, port), family=family)
    except OSError as refused:
        if refused.errno == errno.EADDRINUSE:
            sys.exit(f"Port {port} on {address} is taken by another program; choose another with --port.")
        raise
