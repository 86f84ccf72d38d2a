"""What every shelf promises of ranges and keys, asked of Azure Tables and of the one in memory alike."""

import pytest

from shared.domain.errors import Unavailable
from shared.domain.rows import Change, Insert, Put, Row
from shared.ports import Shelf
from shared.storage import layout
from shared.storage.tables import MOST_ROWS
from tests.twin.shelf import MemoryShelf

TABLE = layout.ACCOUNTS


async def _write(shelf: Shelf, partition: str, *changes: Change, write_id: str = "wri_1") -> None:
    await shelf.write(TABLE, partition, changes, write_id=write_id)


async def _read(shelf: Shelf, partition: str, row: str) -> Row:
    found = await shelf.get(TABLE, partition, row)
    assert found is not None
    return found


async def _names(shelf: Shelf, partition: str, first: str = "0", last: str = "~") -> list[str]:
    return [row.row for row in await shelf.span(TABLE, partition, first, last)]


async def test_a_range_gives_the_same_row_as_a_point_read(shelf: Shelf, partition: str) -> None:
    await _write(shelf, partition, Insert("0-state", {"v": 1, "octets": b"\x00", "yes": True}))

    assert await shelf.span(TABLE, partition, "0-state", "0-state") == (await _read(shelf, partition, "0-state"),)


async def test_a_range_holds_both_its_ends_in_order_and_no_neighbour(shelf: Shelf, partition: str) -> None:
    names = ["1-factor~b", "0-state", "9-event~self~000000000010", "0-key", "9-event~self~000000000009", "2-session~x"]
    await _write(shelf, partition, *(Put(name, {}) for name in names))
    await _write(shelf, partition + "x", Put("0-state", {}))

    assert await _names(shelf, partition) == sorted(names)
    assert await _names(shelf, partition, "0-key", "1-factor~b") == ["0-key", "0-state", "1-factor~b"]
    assert await _names(shelf, partition, "0-kez", "1-factor~a") == ["0-state"]
    assert await _names(shelf, partition, "3", "4") == []
    assert await _names(shelf, partition, "9", "0") == []


async def test_the_account_range_has_what_a_sign_in_needs_and_no_event(shelf: Shelf, partition: str) -> None:
    needed = [layout.STATE, layout.KEY, layout.session_row("ses_1"), layout.head_row(layout.SELF)]
    events = [layout.event_row(layout.SELF, seq) for seq in (1, 2, 3)]
    await _write(shelf, partition, *(Put(name, {}) for name in needed + events))

    assert await _names(shelf, partition, *layout.account_range()) == sorted(needed)
    assert await _names(shelf, partition, *layout.person_range()) == [layout.KEY, layout.STATE]
    assert await _names(shelf, partition, *layout.session_range()) == [layout.session_row("ses_1")]
    assert await _names(shelf, partition, *layout.event_range(layout.SELF, 2, 3)) == events[1:]


async def test_a_range_longer_than_a_page_comes_whole(shelf: Shelf, partition: str) -> None:
    names = [layout.event_row(layout.SELF, seq) for seq in range(1, 1202)]
    for start in range(0, len(names), 100):
        await _write(shelf, partition, *(Put(name, {}) for name in names[start : start + 100]))

    assert await _names(shelf, partition, *layout.event_range(layout.SELF, 1, 5000)) == names


@pytest.mark.parametrize(
    "text", ["Ada", "a/b", "a#b?c", "it's", "100%", 'say "x"', "=2f", "~", "é☕", "\\", "a b", "\x00"]
)
async def test_no_text_breaks_a_key(shelf: Shelf, partition: str, text: str) -> None:
    row = layout.client_row(text)

    await _write(shelf, partition, Insert(row, {"v": 1}), Put(f"{row}x", {}))
    found = await _read(shelf, partition, row)

    assert layout.parts(found.row)[1] == text
    assert await _names(shelf, partition, row, row) == [row]


async def test_a_range_too_long_to_be_read_in_one_go_is_not_read(partition: str) -> None:
    shelf = MemoryShelf()
    for start in range(0, MOST_ROWS + 1, 100):
        await _write(shelf, partition, *(Put(f"row-{start + number:05}", {}) for number in range(100)))

    with pytest.raises(Unavailable):
        await shelf.span(TABLE, partition, "row-00000", "row-99999")
