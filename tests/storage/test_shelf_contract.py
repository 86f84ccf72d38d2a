"""What every shelf promises, asked of Azure Tables (as Azurite plays it) and of the one in memory alike."""

import asyncio
from collections.abc import Sequence

import pytest

from shared.domain.errors import AlreadyThere, Conflict, Unavailable
from shared.domain.rows import Change, Insert, Put, Remove, Replace, Row, Value
from shared.ports import Shelf
from shared.storage import layout

TABLE = layout.ACCOUNTS


async def _write(shelf: Shelf, partition: str, *changes: Change, write_id: str = "wri_1") -> None:
    await shelf.write(TABLE, partition, changes, write_id=write_id)


async def _read(shelf: Shelf, partition: str, row: str) -> Row:
    found = await shelf.get(TABLE, partition, row)
    assert found is not None
    return found


async def _names(shelf: Shelf, partition: str, first: str = "0", last: str = "~") -> list[str]:
    return [row.row for row in await shelf.span(TABLE, partition, first, last)]


async def test_a_row_that_nobody_wrote_is_nothing(shelf: Shelf, partition: str) -> None:
    assert await shelf.get(TABLE, partition, "0-state") is None
    assert await shelf.span(TABLE, partition, "0", "~") == ()


async def test_every_kind_of_value_comes_back_as_it_went(shelf: Shelf, partition: str) -> None:
    fields: dict[str, Value] = {
        "text": "naïve ☕ 𝄞 \"'\\",
        "no_text": "",
        "small": 5,
        "zero": 0,
        "large": 2**53 + 1,
        "largest": 2**63 - 1,
        "smallest": -(2**63),
        "yes": True,
        "no": False,
        "octets": bytes(range(256)),
        "no_octets": b"",
    }

    await _write(shelf, partition, Put("0-state", fields))
    found = await _read(shelf, partition, "0-state")

    assert found.fields == fields
    assert {name: type(value) for name, value in found.fields.items()} == {n: type(v) for n, v in fields.items()}
    assert (found.partition, found.row) == (partition, "0-state")


async def test_an_inserted_row_bears_whose_write_it_was(shelf: Shelf, partition: str) -> None:
    await _write(shelf, partition, Insert("a", {"v": 1}), Put("b", {"v": 1}), write_id="wri_mine")

    assert (await _read(shelf, partition, "a")).fields == {"v": 1, "write_id": "wri_mine"}
    assert (await _read(shelf, partition, "b")).fields == {"v": 1}


async def test_what_is_there_cannot_be_inserted_again(shelf: Shelf, partition: str) -> None:
    await _write(shelf, partition, Insert("a", {"v": 1}))

    with pytest.raises(AlreadyThere) as refused:
        await _write(shelf, partition, Insert("a", {"v": 2}), write_id="wri_2")

    assert refused.value.row == "a"
    assert (await _read(shelf, partition, "a")).fields["v"] == 1


async def test_not_even_the_same_write_inserts_twice(shelf: Shelf, partition: str) -> None:
    await _write(shelf, partition, Insert("a", {"v": 1}))

    with pytest.raises(AlreadyThere):
        await _write(shelf, partition, Insert("a", {"v": 1}))


async def test_one_row_that_is_there_stops_the_whole_write_and_is_named(shelf: Shelf, partition: str) -> None:
    await _write(shelf, partition, Insert("c", {"v": 1}))

    with pytest.raises(AlreadyThere) as refused:
        await _write(shelf, partition, Insert("a", {"v": 1}), Put("b", {"v": 1}), Insert("c", {"v": 2}))

    assert refused.value.row == "c"
    assert await _names(shelf, partition) == ["c"]


async def test_a_row_changes_only_under_the_etag_it_was_read_with(shelf: Shelf, partition: str) -> None:
    await _write(shelf, partition, Insert("0-state", {"v": 1, "old": "x"}))
    first = await _read(shelf, partition, "0-state")

    await _write(shelf, partition, Replace("0-state", {"v": 2}, first.etag), Insert("9-event~1", {}))
    with pytest.raises(Conflict):
        await _write(shelf, partition, Replace("0-state", {"v": 3}, first.etag), Insert("9-event~2", {}))

    now = await _read(shelf, partition, "0-state")
    assert now.fields == {"v": 2}
    assert now.etag != first.etag
    assert await _names(shelf, partition) == ["0-state", "9-event~1"]


async def test_a_moved_row_is_a_conflict_and_not_a_row_that_is_there(shelf: Shelf, partition: str) -> None:
    await _write(shelf, partition, Put("0-state", {"v": 1}))
    stale = await _read(shelf, partition, "0-state")
    await _write(shelf, partition, Put("0-state", {"v": 1}))

    with pytest.raises(Conflict) as refused:
        await _write(shelf, partition, Replace("0-state", {}, stale.etag), Insert("9-event~1", {}))

    assert type(refused.value) is Conflict


async def test_what_is_gone_can_be_neither_replaced_nor_removed(shelf: Shelf, partition: str) -> None:
    await _write(shelf, partition, Put("a", {}))
    etag = (await _read(shelf, partition, "a")).etag
    await _write(shelf, partition, Remove("a", etag), Insert("b", {}))

    for change in (Replace("a", {}, etag), Remove("a", etag), Remove("a", "*")):
        with pytest.raises(Conflict):
            await _write(shelf, partition, Insert("c", {}), change)
    with pytest.raises(Conflict):
        await _write(shelf, partition, Replace("a", {}, etag, reservation=True))

    assert await _names(shelf, partition) == ["b"]


async def test_a_row_is_removed_only_under_its_etag_or_whichever_is_there(shelf: Shelf, partition: str) -> None:
    await _write(shelf, partition, Put("a", {"v": 1}), Put("b", {"v": 1}))
    etag = (await _read(shelf, partition, "a")).etag
    await _write(shelf, partition, Put("a", {"v": 2}))

    with pytest.raises(Conflict):
        await _write(shelf, partition, Insert("c", {}), Remove("a", etag))
    await _write(shelf, partition, Insert("c", {}), Remove("b", "*"))

    assert await _names(shelf, partition) == ["a", "c"]


async def test_a_put_asks_nothing_and_leaves_nothing_of_before(shelf: Shelf, partition: str) -> None:
    await _write(shelf, partition, Put("a", {"old": 1, "v": 1}))
    await _write(shelf, partition, Put("a", {"v": 2}))

    assert (await _read(shelf, partition, "a")).fields == {"v": 2}


async def test_a_reservation_may_stand_alone_and_still_needs_its_etag(shelf: Shelf, partition: str) -> None:
    await _write(shelf, partition, Put("try~1", {"count": 1}))
    etag = (await _read(shelf, partition, "try~1")).etag

    await _write(shelf, partition, Replace("try~1", {"count": 2}, etag, reservation=True))
    with pytest.raises(Conflict):
        await _write(shelf, partition, Replace("try~1", {"count": 2}, etag, reservation=True))

    assert (await _read(shelf, partition, "try~1")).fields == {"count": 2, "write_id": "wri_1"}


async def test_a_hundred_changes_go_in_one_write(shelf: Shelf, partition: str) -> None:
    await _write(shelf, partition, *(Insert(f"row-{number:03}", {"v": 1}) for number in range(100)))

    assert len(await _names(shelf, partition)) == 100


async def test_of_twenty_who_insert_the_same_row_one_wins(shelf: Shelf, partition: str) -> None:
    async def attempt(number: int) -> bool:
        try:
            await _write(shelf, partition, Insert("spent", {"n": number}), write_id=f"wri_{number}")
        except AlreadyThere:
            return False
        return True

    won = await asyncio.gather(*(attempt(number) for number in range(20)))

    assert won.count(True) == 1
    assert (await _read(shelf, partition, "spent")).fields["n"] == won.index(True)


async def test_of_twenty_who_read_the_same_state_one_wins(shelf: Shelf, partition: str) -> None:
    await _write(shelf, partition, Put("0-state", {"n": -1}))
    etag = (await _read(shelf, partition, "0-state")).etag

    async def attempt(number: int) -> bool:
        changes = (Replace("0-state", {"n": number}, etag), Insert(f"9-event~{number:02}", {}))
        try:
            await _write(shelf, partition, *changes, write_id=f"wri_{number}")
        except Conflict:
            return False
        return True

    won = await asyncio.gather(*(attempt(number) for number in range(20)))

    assert won.count(True) == 1
    assert await _names(shelf, partition) == ["0-state", f"9-event~{won.index(True):02}"]


async def test_those_who_wait_their_turn_never_conflict(shelf: Shelf, partition: str) -> None:
    await _write(shelf, partition, Put("0-state", {"n": 0}))

    async def add_one() -> None:
        async with shelf.turn(TABLE, partition):
            read = await _read(shelf, partition, "0-state")
            number = int(read.fields["n"]) + 1
            changes = (Replace("0-state", {"n": number}, read.etag), Insert(f"9-event~{number:02}", {}))
            await _write(shelf, partition, *changes)

    await asyncio.gather(*(add_one() for _ in range(10)))

    assert (await _read(shelf, partition, "0-state")).fields["n"] == 10


async def test_a_read_row_is_the_readers_own(shelf: Shelf, partition: str) -> None:
    fields = {"v": 1}
    await _write(shelf, partition, Put("a", fields))
    fields["v"] = 2
    read = await _read(shelf, partition, "a")
    dict(read.fields)["v"] = 3

    assert (await _read(shelf, partition, "a")).fields == {"v": 1}


_REFUSED: dict[str, Sequence[Change]] = {
    "nothing at all": [],
    "a hundred and one changes": [Put(f"row-{number}", {}) for number in range(101)],
    "a row twice": [Insert("a", {}), Put("a", {})],
    "a change by which it is not known again": [Replace("a", {}, "etag")],
    "a key with a slash": [Put("a/b", {})],
    "an empty key": [Put("", {})],
    "a reserved name": [Put("a", {"PartitionKey": "x"})],
    "a write_id of one's own": [Insert("a", {"write_id": "x"})],
    "a reservation's write_id of one's own": [Replace("a", {"write_id": "x"}, "etag", reservation=True)],
    "an integer beyond 64 bits": [Put("a", {"n": 2**63})],
    "too long a text": [Put("a", {"text": "x" * 32_769})],
    "no etag": [Insert("b", {}), Replace("a", {}, "")],
}


@pytest.mark.parametrize("changes", _REFUSED.values(), ids=_REFUSED.keys())
async def test_what_cannot_be_written_whole_is_refused(shelf: Shelf, partition: str, changes: Sequence[Change]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        await shelf.write(TABLE, partition, changes, write_id="wri_1")

    assert await _names(shelf, partition) == []


async def test_a_table_that_is_not_there_is_a_service_not_set_up(shelf: Shelf, partition: str) -> None:
    with pytest.raises(Unavailable):
        await shelf.get("nowhere", partition, "a")
    with pytest.raises(Unavailable):
        await shelf.span("nowhere", partition, "a", "b")
    with pytest.raises(Unavailable):
        await shelf.write("nowhere", partition, [Insert("a", {})], write_id="wri_1")
    with pytest.raises(Unavailable):
        await shelf.write("nowhere", partition, [Insert("a", {}), Put("b", {})], write_id="wri_1")
