"""The real shelf with nobody, or nobody sensible, at the other end."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator

import pytest

from shared.domain.errors import Unavailable
from shared.domain.rows import Insert, Put
from shared.storage.tables import Tables
from tests.transport import faults
from tests.transport.faults import CountingTransport

TABLE = "accounts"
PARTITION = "acc_1"


def _nobody(port: int) -> str:
    endpoints = "".join(f"{service}Endpoint=http://127.0.0.1:{port}/acct;" for service in ("Blob", "Queue", "Table"))
    return f"DefaultEndpointsProtocol=http;AccountName=acct;AccountKey=a2V5;{endpoints}"


async def test_storage_that_is_away_is_unavailable(unused_tcp_port: int) -> None:
    sleeps: list[float] = []

    async def sleep(seconds: float) -> None:
        sleeps.append(seconds)

    tables = Tables(_nobody(unused_tcp_port), sleep=sleep)
    with pytest.raises(Unavailable):
        await tables.get(TABLE, PARTITION, "a")
    with pytest.raises(Unavailable):
        await tables.span(TABLE, PARTITION, "a", "b")
    with pytest.raises(Unavailable):
        await tables.write(TABLE, PARTITION, [Insert("a", {})], write_id="wri_1")
    await tables.aclose()

    assert len(sleeps) == 3 * 4


async def test_storage_that_asks_for_a_long_wait_is_not_waited_for(unused_tcp_port: int) -> None:
    wire = CountingTransport()
    wire.plan(1, faults.busy(retry_after=60))
    tables = Tables(_nobody(unused_tcp_port), transport=wire)

    with pytest.raises(Unavailable):
        await tables.write(TABLE, PARTITION, [Insert("a", {}), Put("b", {})], write_id="wri_1")
    await tables.aclose()

    assert [call.operation for call in wire.calls] == ["batch"]


@pytest.mark.parametrize("status", [401, 403])
async def test_storage_that_does_not_know_us_is_not_asked_twice(unused_tcp_port: int, status: int) -> None:
    wire = CountingTransport()
    wire.plan(1, faults.refused(status))
    tables = Tables(_nobody(unused_tcp_port), transport=wire)

    with pytest.raises(Unavailable):
        await tables.get(TABLE, PARTITION, "a")
    await tables.aclose()

    assert len(wire.calls) == 1


async def test_a_request_that_storage_does_not_understand_is_a_bug_and_shown_as_one(unused_tcp_port: int) -> None:
    wire = CountingTransport()
    wire.plan(1, faults.refused(400))
    wire.plan(2, faults.refused(413))
    tables = Tables(_nobody(unused_tcp_port), transport=wire)

    with pytest.raises(ValueError, match="does not understand what it is asked: 400"):
        await tables.get(TABLE, PARTITION, "a")
    with pytest.raises(ValueError, match="too large"):
        await tables.write(TABLE, PARTITION, [Insert("a", {}), Put("b", {})], write_id="wri_1")
    await tables.aclose()


def test_the_sdk_is_not_imported_before_the_first_call() -> None:
    code = (
        "import sys, shared.storage.tables as tables\n"
        "tables.Tables('x')\n"
        "sys.exit(not {'azure.core', 'azure.data', 'aiohttp'}.isdisjoint(sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.fixture(
    params=[
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{",
        b"HTTP/1.1 202 Accepted\r\nContent-Type: multipart/mixed; boundary=x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n--x",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1\r\n\r\n{",
        b"HTTP/1.1 2",
        b"",
    ],
    ids=["cut body", "cut chunk", "no JSON", "cut head", "nothing"],
)
async def broken(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Tables, list[float]]]:
    """Give a shelf whose storage breaks off in the middle of every answer, and its pauses between tries."""
    pauses: list[float] = []

    async def break_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(request.param)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    server = await asyncio.start_server(break_off, "127.0.0.1", 0)
    tables = Tables(_nobody(server.sockets[0].getsockname()[1]), sleep=sleep)
    yield tables, pauses
    await tables.aclose()
    server.close()
    await server.wait_closed()


async def test_an_answer_that_breaks_off_is_a_lost_answer(broken: tuple[Tables, list[float]]) -> None:
    tables, pauses = broken

    with pytest.raises(Unavailable):
        await tables.get(TABLE, PARTITION, "a")
    with pytest.raises(Unavailable):
        await tables.span(TABLE, PARTITION, "a", "b")
    with pytest.raises(Unavailable):
        await tables.write(TABLE, PARTITION, [Insert("a", {}), Put("b", {})], write_id="wri_1")

    assert len(pauses) == 3 * 4
