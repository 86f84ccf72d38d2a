"""The queue fails beneath the real SDK while a stolen family ends: it ends all the same, and word is left once or twice."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from tests.flows.consistency import assert_whole
from tests.flows.roads import ROADS
from tests.flows.scenes import Scene, scene_in
from tests.flows.worlds import a_quick_world
from tests.storage.queue_bench import Bench, queue_bench
from tests.transport import faults
from tests.twin.shelf import MemoryShelf
from tests.world import EMAIL

pytestmark = pytest.mark.slow

ROAD = ROADS["refresh with a stolen token"]
NTH = pytest.mark.parametrize("nth", range(1, ROAD.posts + 1))


@pytest.fixture
async def bench(azurite: str) -> AsyncIterator[Bench]:
    async with queue_bench(azurite) as made:
        yield made


async def walk(bench: Bench) -> Scene:
    scene = await scene_in(await a_quick_world(), EMAIL)
    await ROAD.begin(scene)
    scene.world.app = replace(scene.world.app, post=bench.post)

    assert ROAD.came_right(await ROAD.walk(scene))
    assert isinstance(scene.world.shelf, MemoryShelf)
    assert_whole(scene.world.shelf)
    return scene


@NTH
@pytest.mark.parametrize(
    ("fault", "doubled"),
    [(faults.lost_before(), 0), (faults.lost_after(), 1), (faults.too_many(1), 0), (faults.busy(), 0)],
    ids=["lost before", "lost after", "429", "503"],
)
async def test_invariant_15_one_fault_at_a_message_is_noticed_by_nobody(
    bench: Bench, nth: int, fault: faults.Fault, doubled: int
) -> None:
    bench.wire.plan(nth, fault)
    await walk(bench)

    assert await bench.there() == ROAD.posts + doubled


@NTH
async def test_invariant_15_a_queue_that_is_away_from_a_message_on_keeps_no_thief_s_family_alive(
    bench: Bench, nth: int
) -> None:
    bench.wire.plan_from(nth, faults.busy())
    await walk(bench)

    bench.wire.heal()
    assert await bench.there() == nth - 1
