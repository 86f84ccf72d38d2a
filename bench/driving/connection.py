"""One keep-alive connection, with as little of a client as will do: what the driver costs, both sides would pay for.

The parser is llhttp (httptools), the one Node has inside.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import override

import httptools

_LOOPBACK = "127.0.0.1"


class BrokenOffError(Exception):
    """The server closed the connection before it had answered."""


@dataclass(slots=True)
class Answer:
    """What came back. `cookies` are the Set-Cookie lines."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    cookies: list[str] = field(default_factory=list)
    body: bytes = b""


class Connection(asyncio.Protocol):
    """A connection to a port of this machine; one request at a time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[Answer] | None = None
        self._begin()

    def _begin(self) -> None:
        self._answer = Answer()
        self._parser = httptools.HttpResponseParser(self)

    async def request(self, method: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        """Send a request and wait for its answer; connects at the first one, and again when the server had closed."""
        loop = asyncio.get_running_loop()
        if self._transport is None or self._transport.is_closing():
            self._transport, _ = await loop.create_connection(lambda: self, _LOOPBACK, self._port)
        self._begin()
        self._waiting = loop.create_future()
        lines = [f"{method} {target} HTTP/1.1", f"Host: localhost:{self._port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if method == "POST":
            lines.append(f"Content-Length: {len(body)}")
        self._transport.write("\r\n".join([*lines, "", ""]).encode() + body)
        return await self._waiting

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    @override
    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(BrokenOffError())

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header (called by the parser)."""
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        if key == "set-cookie":
            self._answer.cookies.append(text)
        else:
            self._answer.headers[key] = text

    def on_body(self, part: bytes) -> None:
        """Take a part of the body (called by the parser)."""
        self._answer.body += part

    def on_message_complete(self) -> None:
        """Hand the answer over (called by the parser)."""
        self._answer.status = self._parser.get_status_code()
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(self._answer)
