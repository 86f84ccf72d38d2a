"""The loop that goes on by lot: the same seed ends the same, and a race that hides is found and comes again."""

import asyncio

import pytest

from tests.flows.worlds import a_quick_world, prepare_once
from tests.seeded_loop import draw, run_seeded
from tests.twin.shelf import MemoryShelf

HOUR = 3600.0


async def the_calls_of_a_race() -> list[tuple[str, str]]:
    world = await a_quick_world()
    assert isinstance(world.shelf, MemoryShelf)
    await asyncio.gather(*(world.sign_in(network=f"10.0.{number}.0/24") for number in range(12)))
    return world.shelf.calls


def test_the_same_seed_makes_the_same_calls_in_the_same_order_and_another_seed_others() -> None:
    asyncio.run(prepare_once())
    ran = {seed: [run_seeded(seed, the_calls_of_a_race) for _ in range(2)] for seed in "abcde"}

    assert all(first == second for first, second in ran.values())
    assert len({str(first) for first, _ in ran.values()}) == len(ran)


class Till:
    """A till with a race in it, which no loop that goes round in order ever meets: the drawer is open for one step."""

    def __init__(self) -> None:
        self.open = False
        self.taken = False

    async def give_change(self) -> None:
        for _ in range(2):
            await asyncio.sleep(0)
        self.open = True
        await asyncio.sleep(0)
        self.open = False

    async def pass_by(self) -> None:
        for _ in range(6):
            await asyncio.sleep(0)
        self.taken = self.open


async def the_till_is_robbed() -> bool:
    till = Till()
    await asyncio.gather(till.give_change(), till.pass_by())
    return till.taken


def test_a_race_that_a_loop_in_order_never_meets_is_met_under_some_seeds_and_again_under_each_of_them() -> None:
    met = [seed for seed in map(str, range(100)) if run_seeded(seed, the_till_is_robbed)]

    assert not asyncio.run(the_till_is_robbed())
    assert 0 < len(met) < 100
    assert all(run_seeded(seed, the_till_is_robbed) for seed in met for _ in range(3))


async def who_wakes_when() -> list[tuple[str, float]]:
    woke: list[tuple[str, float]] = []

    async def sleep(name: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        woke.append((name, asyncio.get_running_loop().time()))

    await asyncio.gather(sleep("late", HOUR), sleep("early", 1.0), sleep("later", 2 * HOUR))
    return woke


def test_who_sleeps_wakes_in_order_of_time_and_nobody_waits_for_it() -> None:
    assert run_seeded("any", who_wakes_when) == [("early", 1.0), ("late", HOUR), ("later", 2 * HOUR)]


async def draw_twice() -> bytes:
    return draw(8) + draw(8)


def test_what_is_drawn_comes_again_with_the_seed_and_is_chance_without_one() -> None:
    assert run_seeded("a", draw_twice) == run_seeded("a", draw_twice)
    assert run_seeded("a", draw_twice) != run_seeded("b", draw_twice)
    assert draw(16) != draw(16)


async def wait_for_ever() -> None:
    async with asyncio.timeout(HOUR):
        await asyncio.Event().wait()


def test_a_time_that_is_up_is_up_at_once() -> None:
    with pytest.raises(TimeoutError):
        run_seeded("any", wait_for_ever)
