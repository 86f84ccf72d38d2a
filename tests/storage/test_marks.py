"""What was used up stays used up, and a chain that is about to grow is marked in its minute (invariant 4)."""

import asyncio

from shared.domain.times import HOUR, MINUTE
from shared.storage import layout
from shared.storage.marks import TableJournal, TableSpent
from tests.twin.shelf import MemoryShelf

NOON = 1_800_000_000_000 // HOUR * HOUR


async def test_invariant_4_of_fifty_at_once_one_uses_it_up() -> None:
    spent = TableSpent(MemoryShelf())

    won = await asyncio.gather(
        *(spent.spend("code", "cod_1", ends=NOON, at=1, write_id=f"wri_{number}") for number in range(50))
    )

    assert won.count(True) == 1
    assert not await spent.spend("code", "cod_1", ends=NOON, at=2, write_id="wri_99")


async def test_another_thing_and_another_kind_are_not_used_up() -> None:
    spent = TableSpent(MemoryShelf())
    assert await spent.spend("code", "cod_1", ends=NOON, at=1, write_id="wri_1")

    assert await spent.spend("code", "cod_2", ends=NOON, at=1, write_id="wri_2")
    assert await spent.spend("jti", "cod_1", ends=NOON, at=1, write_id="wri_3")


async def test_what_ends_in_one_hour_is_spread_over_sixteen_partitions_of_it() -> None:
    shelf = MemoryShelf()
    spent = TableSpent(shelf)
    for number in range(300):
        await spent.spend("code", f"cod_{number}", ends=NOON + number, at=1, write_id="wri_1")

    partitions = shelf._tables[layout.SPENT]
    assert len(partitions) == 16
    assert len({layout.parts(partition)[0] for partition in partitions}) == 1


async def test_a_mark_names_its_chain_in_its_minute_and_twice_is_once() -> None:
    shelf = MemoryShelf()
    journal = TableJournal(shelf)
    for at in (NOON, NOON + MINUTE - 1, NOON + MINUTE):
        await journal.mark("acc_1~self", now=at, write_id="wri_1")

    marked = {layout.parts(one)[0]: list(rows.values()) for one, rows in shelf._tables[layout.JOURNAL].items()}
    assert [[row.fields["chain"] for row in rows] for rows in marked.values()] == [["acc_1~self"], ["acc_1~self"]]


async def test_marks_at_the_same_moment_do_not_meet() -> None:
    journal = TableJournal(MemoryShelf())

    assert (
        await asyncio.gather(*(journal.mark("acc_1~self", now=NOON, write_id=f"wri_{number}") for number in range(20)))
        == [None] * 20
    )


async def _spend(spent: TableSpent, *ends: int) -> None:
    for number, end in enumerate(ends):
        assert await spent.spend("code", f"cod_{number}", ends=end, at=1, write_id=f"wri_{number}")


async def test_marks_are_forgotten_by_whole_hours_that_ended_by_then() -> None:
    shelf = MemoryShelf()
    spent = TableSpent(shelf)
    await _spend(spent, NOON - 1, NOON, NOON + HOUR - 1, NOON + HOUR)

    assert await spent.forget(NOON + HOUR - 1) == 1
    assert await spent.forget(NOON + HOUR - 1) is None
    assert await spent.forget(NOON + HOUR) == 2
    assert await spent.forget(NOON + HOUR) is None
    assert await spent.spend("code", "cod_0", ends=NOON - 1, at=2, write_id="wri_9")
    assert not await spent.spend("code", "cod_3", ends=NOON + HOUR, at=2, write_id="wri_9")


async def test_of_many_marks_a_thousand_go_at_a_time_and_only_what_goes_is_read() -> None:
    shelf = MemoryShelf()
    spent = TableSpent(shelf)
    await _spend(spent, *[NOON] * 1_200, *[NOON + 5 * HOUR] * 3)
    shelf.calls.clear()

    assert await spent.forget(NOON + HOUR) == 1_000
    assert shelf.calls.count(("before", layout.SPENT)) == 1
    assert len(shelf.calls) <= 1 + 16 + 1_000 // 100

    assert await spent.forget(NOON + HOUR) == 200
    assert await spent.forget(NOON + HOUR) is None
    assert sum(len(rows) for rows in shelf._tables[layout.SPENT].values()) == 3


async def test_two_who_forget_at_once_leave_nothing_and_count_nothing_twice() -> None:
    shelf = MemoryShelf()
    spent = TableSpent(shelf)
    await _spend(spent, *[NOON] * 500)

    async def forget_all() -> int:
        total = 0
        while (gone := await spent.forget(NOON + HOUR)) is not None:
            total += gone
        return total

    assert sum(await asyncio.gather(forget_all(), forget_all())) == 500
    assert not any(shelf._tables[layout.SPENT].values())
