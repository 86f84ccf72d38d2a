"""What every shelf promises to timers: to name what is old and nothing else, and to drop it whatever is in it."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from shared.domain.errors import Unavailable
from shared.domain.rows import Place, Put
from shared.ports import Shelf
from shared.storage import layout
from shared.storage.tables import Tables
from tests.twin.shelf import MemoryShelf

# A table of its own for each test: what is old is looked for in the whole table.
type Swept = tuple[Shelf, str]


@pytest.fixture(params=["memory", pytest.param("azurite", marks=pytest.mark.slow)])
async def swept(request: pytest.FixtureRequest) -> AsyncIterator[Swept]:
    table = f"swept{uuid4().hex[:12]}"
    if request.param == "memory":
        yield MemoryShelf((table,)), table
        return
    tables = Tables(request.getfixturevalue("azurite"))
    await tables.create(table)
    yield tables, table
    await tables.aclose()


async def _put(swept: Swept, partition: str, *rows: str) -> None:
    shelf, table = swept
    await shelf.write(table, partition, [Put(row, {"v": 1}) for row in rows], write_id="wri_1")


async def test_what_sorts_before_is_named_in_order_and_nothing_else(swept: Swept) -> None:
    shelf, table = swept
    hours = ["2026010111", "2026010112", "2026010109", "2026010110"]
    for hour in hours:
        for shard in "f0":
            await _put(swept, layout.spent_partition(hour, shard), "code~b", "code~a")

    named = await shelf.before(table, layout.spent_before("2026010111"))

    assert named == tuple(
        Place(layout.spent_partition(hour, shard), row)
        for hour in ("2026010109", "2026010110")
        for shard in "0f"
        for row in ("code~a", "code~b")
    )


async def test_where_nothing_is_old_nothing_is_named(swept: Swept) -> None:
    shelf, table = swept
    await _put(swept, "2026010112~0", "code~a")

    assert await shelf.before(table, "2026010112") == ()


async def test_a_thousand_are_named_at_a_time(swept: Swept) -> None:
    shelf, table = swept
    for start in range(0, 1_100, 100):
        await _put(swept, "2026010109~0", *(f"code~{number:04}" for number in range(start, start + 100)))

    first = await shelf.before(table, "2026010112")
    for start in range(0, 1_000, 100):
        assert await shelf.drop(table, "2026010109~0", [place.row for place in first[start : start + 100]])
    rest = await shelf.before(table, "2026010112")

    assert len(first) == 1_000
    assert [place.row for place in rest] == [f"code~{number:04}" for number in range(1_000, 1_100)]


async def test_rows_are_dropped_whatever_is_in_them_and_only_those_named(swept: Swept) -> None:
    shelf, table = swept
    await _put(swept, "2026010109~0", "a", "b", "c")
    await _put(swept, "2026010109~0", "a")

    assert await shelf.drop(table, "2026010109~0", ["a", "c"])
    assert await shelf.before(table, "2026010112") == (Place("2026010109~0", "b"),)
    assert await shelf.drop(table, "2026010109~0", ["b"])
    assert await shelf.before(table, "2026010112") == ()


async def test_where_one_is_gone_already_none_is_dropped(swept: Swept) -> None:
    shelf, table = swept
    await _put(swept, "2026010109~0", "a", "c")

    assert not await shelf.drop(table, "2026010109~0", ["a", "b", "c"])
    assert not await shelf.drop(table, "2026010109~0", ["b"])
    assert not await shelf.drop(table, "2026010109~1", ["a"])
    assert [place.row for place in await shelf.before(table, "2026010112")] == ["a", "c"]


@pytest.mark.parametrize("rows", [[], ["a", "a"], ["a/b"], [f"row-{number}" for number in range(101)]])
async def test_what_cannot_be_dropped_in_one_go_is_refused(rows: list[str]) -> None:
    for shelf in (MemoryShelf(), Tables("nowhere")):
        with pytest.raises(ValueError, match=r"\w"):
            await shelf.drop(layout.SPENT, "2026010109~0", rows)


async def test_a_table_that_is_not_there_is_a_service_not_set_up(swept: Swept) -> None:
    shelf, _ = swept
    with pytest.raises(Unavailable):
        await shelf.before("nowhere", "2026010112")
    with pytest.raises(Unavailable):
        await shelf.drop("nowhere", "2026010109~0", ["a"])
