"""Count the calls to storage as they pass: a relay in front of Azurite, for rounds that are not timed.

Both providers are counted by it alike, whatever their libraries say of themselves.
"""

import asyncio
import contextlib
import re
import threading
from collections import Counter
from types import TracebackType
from typing import Self

import httptools

_TABLE = re.compile(rb"^/[^/]+/([A-Za-z0-9$]+)")


class _Reader:
    """Reads requests on their way, and tells what each asks of which table."""

    def __init__(self, seen: Counter[str]) -> None:
        self._seen = seen
        self._target = b""
        self.parser = httptools.HttpRequestParser(self)

    def on_message_begin(self) -> None:
        self._target = b""

    def on_url(self, part: bytes) -> None:
        self._target += part

    def on_headers_complete(self) -> None:
        table = _TABLE.match(self._target)
        self._seen[f"{self.parser.get_method().decode()} {table[1].decode() if table else '?'}"] += 1


class CallCounter:
    """A relay from a port of its own to Azurite's tables, for as long as the `with` lasts."""

    def __init__(self, port: int, upstream: int) -> None:
        self.seen: Counter[str] = Counter()
        self._ports = port, upstream
        self._listens = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="call counter", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._listens.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._enough.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop, self._enough = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._relay, "127.0.0.1", self._ports[0])
        self._listens.set()
        await self._enough.wait()
        server.close()
        server.close_clients()
        await server.wait_closed()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream, onward = await asyncio.open_connection("127.0.0.1", self._ports[1])
        await asyncio.gather(_pump(reader, onward, _Reader(self.seen)), _pump(upstream, writer, None))


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter, requests: _Reader | None) -> None:
    # Either side may hang up at any time, and is right to.
    with contextlib.suppress(ConnectionError):
        while data := await source.read(65_536):
            if requests is not None:
                requests.parser.feed_data(data)
            sink.write(data)
            await sink.drain()
    sink.close()
    with contextlib.suppress(ConnectionError):
        await sink.wait_closed()
