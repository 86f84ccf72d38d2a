"""Waiting one's turn: in order of arrival, one at a time, and nothing left behind."""

import asyncio

import pytest

from shared.storage.turns import Turns


async def test_they_go_one_at_a_time_in_the_order_they_came() -> None:
    turns = Turns()
    seen: list[str] = []

    async def visit(name: str) -> None:
        async with turns.turn("acc_1"):
            seen.append(f"{name} in")
            await asyncio.sleep(0)
            seen.append(f"{name} out")

    await asyncio.gather(*(visit(name) for name in "abc"))

    assert seen == ["a in", "a out", "b in", "b out", "c in", "c out"]


async def test_different_partitions_do_not_wait_for_each_other() -> None:
    turns = Turns()

    async with turns.turn("acc_1"), turns.turn("acc_2"):
        assert len(turns) == 2


async def test_nothing_is_remembered_when_nobody_waits() -> None:
    turns = Turns()
    with pytest.raises(KeyError):
        async with turns.turn("acc_1"):
            raise KeyError

    assert len(turns) == 0


async def test_one_who_stops_waiting_does_not_hold_up_the_others() -> None:
    turns = Turns()
    order: list[str] = []

    async def visit(name: str) -> None:
        async with turns.turn("acc_1"):
            order.append(name)

    async with turns.turn("acc_1"):
        impatient, patient = asyncio.create_task(visit("impatient")), asyncio.create_task(visit("patient"))
        await asyncio.sleep(0)
        impatient.cancel()
    await patient

    assert order == ["patient"]
    assert impatient.cancelled()
    assert len(turns) == 0
