"""Storage fails at every call of every flow, before and after it took effect: nothing is half done, and one can try again.

(Invariants 2, 4 and 15.)
"""

from contextlib import suppress

import pytest

from shared.domain.answers import Ask, ErrorToClient, Outcome
from shared.domain.decoys import DECOYS, decoy_id
from shared.domain.errors import InvalidGrant, Unavailable
from shared.domain.times import MINUTE
from shared.flows.prepare import prepare_decoys
from tests.flows.consistency import assert_whole, contents_of, events_in
from tests.flows.failing import FailingShelf
from tests.flows.roads import ROADS, Scene, scene_in
from tests.flows.worlds import a_quick_world, world_on
from tests.twin.shelf import MemoryShelf
from tests.world import EMAIL, PASSWORD


async def a_scene(*, decoys: bool = False) -> Scene:
    return await scene_in(await a_quick_world(FailingShelf, decoys=decoys), EMAIL)


def shelf_of(scene: Scene) -> FailingShelf:
    assert isinstance(scene.world.shelf, FailingShelf)
    return scene.world.shelf


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("name", ROADS)
async def test_invariant_2_and_15_a_failed_call_leaves_nothing_half_done_and_nothing_doubled(
    name: str, *, after: bool
) -> None:
    road = ROADS[name]
    for nth in range(1, road.calls + 1):
        scene = await a_scene()
        await road.begin(scene)
        shelf = shelf_of(scene)
        before = events_in(contents_of(shelf.memory))
        shelf.fail(nth, after=after)

        with pytest.raises(Unavailable):
            await road.walk(scene)
        assert shelf.heal()
        assert_whole(shelf.memory)
        assert road.came_right(await road.walk(scene))
        assert_whole(shelf.memory)
        assert events_in(contents_of(shelf.memory)) - before <= road.most_events()


@pytest.mark.parametrize("name", ROADS)
async def test_no_road_makes_a_call_that_was_not_failed_or_writes_an_event_it_does_not_say(name: str) -> None:
    road = ROADS[name]
    scene = await a_scene()
    await road.begin(scene)
    shelf = shelf_of(scene)
    before = events_in(contents_of(shelf.memory))
    shelf.memory.calls.clear()

    assert road.came_right(await road.walk(scene))
    assert len(shelf.memory.calls) == road.calls + road.asks_after
    assert events_in(contents_of(shelf.memory)) - before == road.tells


async def test_invariant_5_a_try_that_was_counted_stays_counted_when_its_answer_was_lost() -> None:
    scene = await a_scene()
    counting = 5
    for _ in range(5):
        shelf_of(scene).fail(counting, after=True)
        with pytest.raises(Unavailable):
            await scene.sign_in(EMAIL, PASSWORD)
        assert shelf_of(scene).heal()

    assert await scene.sign_in(EMAIL, PASSWORD) is False
    scene.world.clock.pass_by(MINUTE)
    assert await scene.sign_in(EMAIL, PASSWORD) is True


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("nth", range(1, 8))
async def test_invariant_5_storage_that_fails_again_and_again_lets_nobody_in(nth: int, *, after: bool) -> None:
    scene = await a_scene()
    for _ in range(8):
        shelf_of(scene).fail(nth, after=after)
        with suppress(Unavailable):
            assert await scene.sign_in(EMAIL, PASSWORD) is False
        shelf_of(scene).heal()
        assert_whole(shelf_of(scene).memory)


@pytest.mark.parametrize("nth", range(1, 8))
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_an_unknown_address_fails_where_a_known_one_does(nth: int, *, after: bool) -> None:
    scene = await a_scene(decoys=True)
    shelf_of(scene).fail(nth, after=after)

    with pytest.raises(Unavailable):
        await scene.sign_in("nobody@demo.example", "wrong")
    assert shelf_of(scene).heal()
    assert await scene.sign_in("nobody@demo.example", "wrong") is False


async def test_invariant_4_a_code_whose_answer_was_lost_is_not_repeated() -> None:
    scene = await a_scene()
    shelf_of(scene).fail(1, after=True)
    with pytest.raises(Unavailable):
        await scene.world.redeem(scene.code)

    shelf_of(scene).heal()
    with pytest.raises(InvalidGrant, match="before"):
        await scene.world.redeem(scene.code)


async def test_a_silent_request_gets_its_error_at_the_client_while_storage_is_away() -> None:
    scene = await a_scene()
    shelf_of(scene).away = True

    answer: Outcome = await scene.world.ask(session_cookie=scene.session, prompt="none")

    assert isinstance(answer, ErrorToClient)
    assert isinstance(answer.error, Unavailable)


async def test_invariant_15_a_first_visit_is_answered_while_storage_is_away() -> None:
    scene = await a_scene()
    shelf_of(scene).away = True

    assert isinstance(await scene.world.ask(), Ask)


async def test_an_account_that_was_written_before_the_answer_was_lost_is_there() -> None:
    scene = await a_scene()
    shelf_of(scene).fail(3, after=True)
    with pytest.raises(Unavailable):
        await scene.register_account()
    shelf_of(scene).heal()

    assert await scene.register_account() is None
    assert await scene.sign_in(scene.newcomer, PASSWORD)


@pytest.mark.parametrize("nth", [1, 2, 20, 240, 250, 256, 257])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_preparing_that_was_cut_short_is_finished_by_preparing_again(nth: int, *, after: bool) -> None:
    shelf = FailingShelf(MemoryShelf())
    app = world_on(shelf).app
    shelf.fail(nth, after=after)
    with pytest.raises(Unavailable):
        await prepare_decoys(app)
    shelf.heal()

    await prepare_decoys(app)

    for number in range(DECOYS):
        assert await app.accounts.state(decoy_id(number)) is not None
