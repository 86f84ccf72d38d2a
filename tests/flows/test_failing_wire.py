"""The wire fails at every call of every flow, beneath the shelf: once nobody notices, for good it is said.

(Invariants 2, 4 and 15.) A lost answer is known again by its `write_id`: the flow comes right at the first try, and does
nothing twice.
"""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from shared.domain.errors import Unavailable
from tests.flows.consistency import assert_all_whole, events_in
from tests.flows.roads import ROADS, Road
from tests.flows.scenes import Scene
from tests.flows.wired import Wired, wired
from tests.transport import faults

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

ONCE = {"lost before": faults.lost_before(), "lost after": faults.lost_after()}
AT_EVERY_CALL = ONCE | {
    "failed after": faults.failed_after(500),
    "429": faults.too_many(retry_after=1),
    "503": faults.busy(),
    "slow": faults.slow(0.01),
}
FOR_GOOD = {"503": faults.busy(), "lost after": faults.lost_after()}


@dataclass(frozen=True)
class Way:
    """A road, and a world in which it is walked: each time by a person of its own."""

    here: Wired
    road: Road

    async def stage(self) -> "Staged":
        scene = await self.here.scene()
        await self.road.begin(scene)
        self.here.wire.reset()
        return Staged(self.here, self.road, scene, events_in(await self.here.contents(scene)))


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=ROADS)
async def way(azurite: str, request: pytest.FixtureRequest) -> AsyncIterator[Way]:
    async with wired(azurite) as here:
        yield Way(here, ROADS[request.param])


@dataclass(frozen=True)
class Staged:
    """A scene in which a road can be begun, and what was told before."""

    here: Wired
    road: Road
    scene: Scene
    before: Counter[str]

    async def walk(self) -> object:
        return await self.road.walk(self.scene)

    async def told(self) -> Counter[str]:
        """Count the events that were written since; all that is stored must be whole."""
        contents = await self.here.contents(self.scene)
        assert_all_whole(contents)
        return events_in(contents) - self.before


async def _is_noticed_by_nobody(staged: Staged) -> None:
    assert staged.road.came_right(await staged.walk())
    staged.here.wire.heal()
    assert await staged.told() == staged.road.tells


@pytest.mark.parametrize("fault", ONCE)
async def test_invariant_15_one_fault_on_the_wire_is_noticed_by_nobody(way: Way, fault: str) -> None:
    for nth in range(1, way.road.calls + 1):
        staged = await way.stage()
        way.here.wire.plan(nth, ONCE[fault])

        await _is_noticed_by_nobody(staged)
        assert len(way.here.wire.failed) == 1


async def test_invariant_15_a_fault_at_the_first_try_of_every_call_is_noticed_by_nobody(way: Way) -> None:
    for fault in AT_EVERY_CALL.values():
        staged = await way.stage()
        way.here.wire.plan_all(faults.first_tries(fault))

        await _is_noticed_by_nobody(staged)
        # More where a lost write is looked for: that read fails at first too.
        assert len(way.here.wire.failed) >= way.road.calls


@pytest.mark.parametrize("fault", FOR_GOOD)
async def test_invariant_2_and_15_a_fault_that_lasts_is_said_and_leaves_nothing_half_done(way: Way, fault: str) -> None:
    for nth in range(1, way.road.calls + 1):
        staged = await way.stage()
        way.here.wire.plan_from(nth, FOR_GOOD[fault])

        with pytest.raises(Unavailable):
            await staged.walk()
        way.here.wire.heal()
        await staged.told()
        assert staged.road.came_right(await staged.walk())
        assert await staged.told() <= staged.road.most_events()
