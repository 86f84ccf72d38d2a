"""The relay that counts calls to storage: what passes is what arrives, and each request is one call."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from bench.driving.connection import Connection
from bench.stage.counter import CallCounter


@pytest.fixture
async def storage() -> AsyncIterator[tuple[int, list[bytes]]]:
    """Give something that answers every request alike, and what it was sent."""
    got: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                lengths = [int(line[16:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length: ")]
                got.append(await reader.readexactly(sum(lengths)))
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nSet-Cookie: a=1\r\n\r\nok")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1], got
    server.close()


async def test_each_request_on_a_connection_is_counted_by_table_and_passed_on(
    storage: tuple[int, list[bytes]], unused_tcp_port: int
) -> None:
    upstream, got = storage
    with CallCounter(unused_tcp_port, upstream) as counter:
        connection = Connection(unused_tcp_port)
        first = await connection.request("GET", "/acct/accounts(PartitionKey='a',RowKey='b')", {})
        await connection.request("POST", "/acct/$batch", {}, b"x" * 200_000)
        await connection.request("GET", "/acct/accounts()?$filter=x", {"X-A": "1"})
        connection.close()

    assert (first.status, first.body, first.cookies) == (200, b"ok", ["a=1"])
    assert counter.seen == {"GET accounts": 2, "POST $batch": 1}
    assert got == [b"", b"x" * 200_000, b""]
