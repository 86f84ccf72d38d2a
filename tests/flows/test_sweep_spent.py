"""Forgetting what was used up: never too early, in bounded bites, and safe to be cut off anywhere (invariants 4, 15)."""

from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from shared.domain.errors import InvalidGrant, Unavailable
from shared.domain.lifetimes import CODE, SPENT_KEPT
from shared.domain.times import DAY, HOUR, MINUTE, hour
from shared.flows.sweep_spent import LONGEST, sweep_spent
from shared.storage import layout
from tests.flows.failing import FailingShelf
from tests.flows.worlds import a_quick_world
from tests.twin.shelf import MemoryShelf
from tests.world import NOON, World

HOUR_OF_NOON = NOON // HOUR * HOUR


async def spend(world: World, many: int, *, ends: int = HOUR_OF_NOON) -> None:
    for number in range(many):
        assert await world.app.spent.spend("code", f"{ends}-{number}", ends=ends, at=NOON, write_id="wri_1")


def hours_left(world: World) -> set[str]:
    shelf = world.shelf.memory if isinstance(world.shelf, FailingShelf) else world.shelf
    assert isinstance(shelf, MemoryShelf)
    return {layout.parts(name)[0] for name, rows in shelf._tables[layout.SPENT].items() if rows}


async def test_invariant_4_a_mark_stays_for_a_day_after_its_hour_to_the_millisecond() -> None:
    world = await a_quick_world()
    await spend(world, 3)

    world.clock.at = HOUR_OF_NOON + HOUR + SPENT_KEPT - 1
    assert await sweep_spent(world.app) == 0
    world.clock.at += 1
    assert await sweep_spent(world.app) == 3
    assert await sweep_spent(world.app) == 0


async def test_only_the_hours_that_are_past_by_a_day_go() -> None:
    world = await a_quick_world()
    for hours in range(-3, 3):
        await spend(world, 2, ends=HOUR_OF_NOON + hours * HOUR)

    world.clock.at = HOUR_OF_NOON + DAY

    assert await sweep_spent(world.app) == 6
    assert hours_left(world) == {hour(HOUR_OF_NOON + hours * HOUR) for hours in range(3)}


async def test_invariant_4_a_code_is_dead_by_its_own_end_before_its_mark_goes() -> None:
    world = await a_quick_world()
    code = await world.code()
    await world.redeem(code)

    world.clock.pass_by(CODE + DAY + 2 * HOUR)
    await sweep_spent(world.app)

    assert hours_left(world) == set()
    with pytest.raises(InvalidGrant):
        await world.redeem(code)


@pytest.mark.parametrize("after", [False, True])
async def test_a_sweep_that_is_cut_off_anywhere_is_finished_by_the_next(*, after: bool) -> None:
    for nth in count(1):
        world = await a_quick_world(FailingShelf)
        assert isinstance(world.shelf, FailingShelf)
        await spend(world, 150)
        world.clock.pass_by(2 * DAY)

        world.shelf.fail(nth, after=after)
        try:
            await sweep_spent(world.app)
        except Unavailable:
            assert world.shelf.heal()
        else:
            break
        await sweep_spent(world.app)
        assert hours_left(world) == set()

    assert nth > 16  # 150 marks stand in sixteen partitions


async def test_a_sweep_that_takes_too_long_leaves_the_rest_to_the_next_and_says_so() -> None:
    world = await a_quick_world()
    await spend(world, 2_500)
    world.clock.pass_by(2 * DAY)
    told: list[tuple[str, Any]] = []
    ticks = count(0, LONGEST * 2 / 5)  # a page takes two fifths of what a run may take
    app = replace(
        world.app,
        monotonic=lambda: float(next(ticks)),
        log=lambda message, **said: told.append((message, said["dropped"])),
    )

    assert await sweep_spent(app) == 2_000
    assert told == [
        ("sweeping", 1_000),
        ("sweeping", 2_000),
        ("swept for as long as one run may", 2_000),
    ]
    assert await sweep_spent(world.app) == 500


async def test_what_is_used_up_while_it_is_swept_stays() -> None:
    world = await a_quick_world()
    await spend(world, 10)
    world.clock.pass_by(2 * DAY)
    await spend(world, 10, ends=world.clock.at + MINUTE)

    assert await sweep_spent(world.app) == 10
    assert hours_left(world) == {hour(world.clock.at + MINUTE)}
