"""The wire fails at every call of every flow, beneath the real SDK: once nobody notices, for good it is said.

(Invariants 2, 4 and 15.) A lost answer is known again by its `write_id`: the flow comes right at the first try, and does
nothing twice.
"""

from collections.abc import AsyncIterator

import pytest

from shared.domain.errors import Unavailable
from tests.flows.consistency import assert_all_whole, events_in
from tests.flows.roads import ROADS, Road
from tests.flows.wired import Wired, wired
from tests.transport import faults

pytestmark = pytest.mark.slow

FAULTS = {
    "lost before": faults.lost_before(),
    "lost after": faults.lost_after(),
    "failed after": faults.failed_after(500),
    "429": faults.too_many(retry_after=1),
    "503": faults.busy(),
    "slow": faults.slow(0.005),
}
LASTING = ("lost before", "lost after", "429")


@pytest.fixture
async def here(azurite: str) -> AsyncIterator[Wired]:
    async with wired(azurite) as made:
        yield made


async def _once(here: Wired, road: Road, nth: int, fault: faults.Fault) -> None:
    scene = await here.scene()
    before = events_in(await here.contents())
    here.wire.plan(nth, fault)

    assert road.came_right(await road.walk(scene))
    assert here.wire.met()
    after = await here.contents()
    assert_all_whole(after)
    assert events_in(after) - before == road.tells


async def _for_good(here: Wired, road: Road, nth: int, fault: faults.Fault) -> None:
    scene = await here.scene()
    before = events_in(await here.contents())
    here.wire.plan_from(nth, fault)

    with pytest.raises(Unavailable):
        await road.walk(scene)
    here.wire.heal()
    assert_all_whole(await here.contents())
    assert road.came_right(await road.walk(scene))
    after = await here.contents()
    assert_all_whole(after)
    assert events_in(after) - before <= road.most_events()


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", ROADS)
async def test_invariant_15_one_fault_on_the_wire_is_noticed_by_nobody(here: Wired, name: str, fault: str) -> None:
    for nth in range(1, ROADS[name].calls + 1):
        await _once(here, ROADS[name], nth, FAULTS[fault])


@pytest.mark.parametrize("fault", LASTING)
@pytest.mark.parametrize("name", ROADS)
async def test_invariant_2_and_15_a_fault_that_lasts_is_said_and_leaves_nothing_half_done(
    here: Wired, name: str, fault: str
) -> None:
    for nth in range(1, ROADS[name].calls + 1):
        await _for_good(here, ROADS[name], nth, FAULTS[fault])
