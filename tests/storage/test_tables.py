"""The real shelf when the network is not kind: what it tries again, what it knows for its own, what it gives up."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from azure.data.tables.aio import TableServiceClient

from shared.domain.errors import AlreadyThere, Conflict, Unavailable
from shared.domain.rows import Change, Insert, Put, Remove, Replace, Row
from shared.storage.tables import Tables
from tests.transport import faults
from tests.transport.faults import Call, CountingTransport, Fault

pytestmark = pytest.mark.slow

TABLE = "accounts"


@dataclass
class Bench:
    """The shelf, the wire beneath it, and its sleeps, at which something else may happen."""

    tables: Tables
    wire: CountingTransport
    partition: str
    sleeps: list[float] = field(default_factory=list)
    meanwhile: Callable[[], Awaitable[None]] | None = None

    async def write(self, *changes: Change, write_id: str = "wri_ours") -> None:
        await self.tables.write(TABLE, self.partition, changes, write_id=write_id)

    async def get(self, row: str) -> Row | None:
        return await self.tables.get(TABLE, self.partition, row)

    async def read(self, row: str) -> Row:
        found = await self.get(row)
        assert found is not None
        return found

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()

    def operations(self) -> list[str]:
        return [call.operation for call in self.wire.calls]


@pytest.fixture
async def bench(azurite: str) -> AsyncIterator[Bench]:
    wire = CountingTransport()
    made: list[Bench] = []

    async def sleep(seconds: float) -> None:
        await made[0].sleep(seconds)

    tables = Tables(azurite, transport=wire, random=lambda: 0.5, sleep=sleep, timeout=30.0)
    made.append(Bench(tables, wire, f"acc_{uuid4().hex}"))
    await tables.create(TABLE)
    wire.reset()
    yield made[0]
    await tables.aclose()


async def test_each_thing_asked_is_one_call(bench: Bench) -> None:
    await bench.write(Insert("a", {}))
    await bench.write(Put("b", {}))
    etag = (await bench.read("b")).etag
    await bench.write(Replace("b", {}, etag, reservation=True))
    await bench.write(Insert("c", {}), Put("d", {}))
    await bench.tables.span(TABLE, bench.partition, "a", "d")

    assert bench.operations() == ["insert", "put", "get", "replace", "batch", "span"]
    assert bench.wire.calls[4] == Call("POST", TABLE, "batch", 2)
    assert {call.table for call in bench.wire.calls} == {TABLE}


_FAULTS: dict[str, Fault] = {
    "lost before": faults.lost_before(),
    "lost after": faults.lost_after(),
    "429": faults.too_many(),
    "503": faults.busy(),
    "500 after": faults.failed_after(500),
}


@pytest.mark.parametrize("failures", [1, 2, 4])
@pytest.mark.parametrize("fault", _FAULTS.values(), ids=_FAULTS.keys())
async def test_a_write_gets_through_once_whatever_happens_to_four_tries(
    bench: Bench, fault: Fault, failures: int
) -> None:
    await bench.write(Put("0-state", {"n": 1}))
    etag = (await bench.read("0-state")).etag
    for n in range(1, failures + 1):
        bench.wire.plan(n, fault)

    await bench.write(Replace("0-state", {"n": 2}, etag), Insert("9-event~1", {}))

    assert (await bench.read("0-state")).fields == {"n": 2}
    assert (await bench.read("9-event~1")).fields == {"write_id": "wri_ours"}


@pytest.mark.parametrize("fault", _FAULTS.values(), ids=_FAULTS.keys())
async def test_a_read_is_tried_again(bench: Bench, fault: Fault) -> None:
    await bench.write(Insert("a", {"v": 1}))

    bench.wire.plan(1, fault)
    assert (await bench.read("a")).fields["v"] == 1
    bench.wire.plan(1, fault)
    assert len(await bench.tables.span(TABLE, bench.partition, "a", "b")) == 1


async def test_a_single_insert_whose_answer_was_lost_is_known_again(bench: Bench) -> None:
    bench.wire.plan(1, faults.lost_after())

    await bench.write(Insert("spent", {}))

    assert bench.operations() == ["insert", "insert", "get"]


async def test_a_lost_write_is_known_again_even_when_others_have_written_since(bench: Bench) -> None:
    await bench.write(Put("0-state", {"n": 1}))
    etag = (await bench.read("0-state")).etag

    async def rival() -> None:
        moved = (await bench.read("0-state")).etag
        await bench.write(Replace("0-state", {"n": 3}, moved), Insert("9-event~2", {}), write_id="wri_rival")

    bench.meanwhile = rival
    bench.wire.plan(1, faults.lost_after())
    await bench.write(Replace("0-state", {"n": 2}, etag), Insert("9-event~1", {}))

    assert (await bench.read("9-event~1")).fields["write_id"] == "wri_ours"
    assert (await bench.read("0-state")).fields["n"] == 3


async def test_a_rivals_row_met_on_the_second_try_is_not_taken_for_ours(bench: Bench) -> None:
    async def rival() -> None:
        await bench.write(Insert("spent", {}), write_id="wri_rival")

    bench.meanwhile = rival
    bench.wire.plan(1, faults.lost_before())
    with pytest.raises(AlreadyThere) as refused:
        await bench.write(Insert("spent", {}))

    assert refused.value.row == "spent"
    assert (await bench.read("spent")).fields["write_id"] == "wri_rival"


async def test_a_rivals_state_met_on_the_second_try_is_a_conflict(bench: Bench) -> None:
    await bench.write(Put("0-state", {"n": 1}))
    etag = (await bench.read("0-state")).etag

    async def rival() -> None:
        await bench.write(Put("0-state", {"n": 9}), write_id="wri_rival")

    bench.meanwhile = rival
    bench.wire.plan(1, faults.lost_before())
    with pytest.raises(Conflict):
        await bench.write(Replace("0-state", {"n": 2}, etag), Insert("9-event~1", {}))

    assert await bench.get("9-event~1") is None


async def test_a_lost_removal_is_known_by_the_row_inserted_beside_it(bench: Bench) -> None:
    await bench.write(Put("2-session~1", {}))
    bench.wire.plan(1, faults.lost_after())

    await bench.write(Remove("2-session~1", "*"), Insert("9-event~1", {}))

    assert await bench.get("2-session~1") is None


async def test_a_first_try_that_is_refused_is_believed_at_once(bench: Bench) -> None:
    await bench.write(Insert("spent", {}))
    bench.wire.reset()

    with pytest.raises(AlreadyThere):
        await bench.write(Insert("spent", {}))

    assert bench.operations() == ["insert"]


async def test_a_lost_reservation_is_known_again(bench: Bench) -> None:
    await bench.write(Put("try~1", {"count": 1}))
    etag = (await bench.read("try~1")).etag
    bench.wire.plan(1, faults.lost_after())

    await bench.write(Replace("try~1", {"count": 2}, etag, reservation=True))

    assert (await bench.read("try~1")).fields == {"count": 2, "write_id": "wri_ours"}


async def test_a_lost_reservation_after_which_another_was_made_looks_like_a_lost_race(bench: Bench) -> None:
    await bench.write(Put("try~1", {"count": 1}))
    etag = (await bench.read("try~1")).etag

    async def rival() -> None:
        moved = (await bench.read("try~1")).etag
        await bench.write(Replace("try~1", {"count": 3}, moved, reservation=True), write_id="wri_rival")

    bench.meanwhile = rival
    bench.wire.plan(1, faults.lost_after())
    with pytest.raises(Conflict):
        await bench.write(Replace("try~1", {"count": 2}, etag, reservation=True))

    assert (await bench.read("try~1")).fields["count"] == 3


async def test_after_five_tries_storage_is_unavailable_and_nothing_was_changed(bench: Bench) -> None:
    bench.wire.plan_all(lambda _: faults.busy())

    with pytest.raises(Unavailable):
        await bench.write(Insert("a", {}))

    assert bench.operations() == ["insert"] * 5
    assert bench.sleeps == [0.005, 0.01, 0.02, 0.04]
    bench.wire.heal()
    assert await bench.get("a") is None


async def test_storage_that_says_when_to_come_back_is_heard(bench: Bench) -> None:
    bench.wire.plan(1, faults.too_many(retry_after=3))
    await bench.write(Insert("a", {}))

    assert bench.sleeps == [3.0]


async def test_storage_that_is_silent_is_tried_again(bench: Bench, azurite: str) -> None:
    impatient = Tables(azurite, transport=bench.wire, timeout=1.0)
    bench.wire.plan(1, faults.silent_after())

    await impatient.write(TABLE, bench.partition, [Insert("a", {}), Put("b", {})], write_id="wri_ours")

    assert (await bench.read("a")).fields == {"write_id": "wri_ours"}
    assert bench.operations()[:2] == ["batch", "batch"]


async def test_a_page_in_the_middle_of_a_range_is_tried_again(bench: Bench) -> None:
    for start in range(0, 1200, 100):
        await bench.write(*(Put(f"row-{number:04}", {}) for number in range(start, start + 100)))
    bench.wire.reset()
    bench.wire.plan(2, faults.lost_after())

    rows = await bench.tables.span(TABLE, bench.partition, "row-0000", "row-9999")

    assert [row.row for row in rows] == [f"row-{number:04}" for number in range(1200)]
    assert bench.operations() == ["span"] * 3


async def test_only_what_is_asked_is_slow(bench: Bench) -> None:
    bench.wire.plan_all(lambda call: faults.slow(0.01) if call.operation == "get" else None)

    await asyncio.gather(bench.write(Insert("a", {})), bench.get("b"))

    assert sorted(bench.operations()) == ["get", "insert"]


async def test_every_integer_is_stored_in_64_bits(bench: Bench, azurite: str) -> None:
    await bench.write(Insert("a", {"small": 1, "yes": True}))

    async with TableServiceClient.from_connection_string(azurite) as service:
        stored = await service.get_table_client(TABLE).get_entity(bench.partition, "a")

    assert stored["small"] == (1, "Edm.Int64")
    assert stored["yes"] is True


async def test_a_prefix_keeps_two_environments_apart(azurite: str) -> None:
    prefix = f"t{uuid4().hex[:8]}"
    ours, theirs = Tables(azurite, prefix=prefix), Tables(azurite)
    await asyncio.gather(ours.create(TABLE), theirs.create(TABLE))
    partition = f"acc_{uuid4().hex}"

    await ours.write(TABLE, partition, [Insert("a", {})], write_id="wri_1")

    assert await ours.get(TABLE, partition, "a") is not None
    assert await theirs.get(TABLE, partition, "a") is None
    await asyncio.gather(ours.aclose(), theirs.aclose())


async def test_no_key_is_logged(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    await bench.write(Insert("a", {}))
    await bench.read("a")

    assert bench.partition not in caplog.text
