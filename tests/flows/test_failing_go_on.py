"""Storage fails while a sign-in at a client's page goes on: nothing is doubled, and one can begin again (invariant 15)."""

from contextlib import suppress

import pytest

from shared.domain.errors import StaleForm, Unavailable
from shared.flows.sign_in_and_go_on import SignedIn
from tests.flows.consistency import assert_whole
from tests.flows.failing import FailingShelf
from tests.flows.worlds import a_quick_world, history
from tests.world import World, code_in

CALLS_OF_A_SIGN_IN = range(1, 8)
CALLS_OF_A_LINK = range(1, 3)
AFTER = pytest.mark.parametrize("after", [False, True], ids=["before", "after"])


async def _scene() -> tuple[World, FailingShelf]:
    world = await a_quick_world(FailingShelf)
    assert isinstance(world.shelf, FailingShelf)
    # The client is known from now on.
    await world.ask()
    return world, world.shelf


async def _go_on_anew(world: World, link: str) -> SignedIn:
    """Open the link again; where it is used up, begin again."""
    try:
        return await world.go_on(link)
    except StaleForm:
        return await world.go_on(await world.link())


@AFTER
@pytest.mark.parametrize("nth", CALLS_OF_A_LINK)
async def test_a_link_that_met_a_failure_is_opened_again_or_begun_anew(nth: int, *, after: bool) -> None:
    world, shelf = await _scene()
    link = await world.link()
    shelf.fail(nth, after=after)

    with pytest.raises(Unavailable):
        await world.go_on(link)
    assert shelf.heal()
    came = await _go_on_anew(world, link)

    assert await world.redeem(code_in(came.outcome))
    assert_whole(shelf.memory)


async def test_a_link_whose_mark_was_not_written_is_good_still() -> None:
    world, shelf = await _scene()
    link = await world.link()
    shelf.fail(1, after=False)
    with suppress(Unavailable):
        await world.go_on(link)
    shelf.heal()

    assert await world.redeem(code_in((await world.go_on(link)).outcome))
    assert (await history(world)).count("session.began") == 1


async def test_invariant_4_a_link_whose_answer_was_lost_is_not_repeated() -> None:
    world, shelf = await _scene()
    link = await world.link()
    shelf.fail(1, after=True)
    with pytest.raises(Unavailable):
        await world.go_on(link)
    shelf.heal()

    with pytest.raises(StaleForm, match="used"):
        await world.go_on(link)


@AFTER
@pytest.mark.parametrize("nth", CALLS_OF_A_SIGN_IN)
async def test_invariant_2_a_sign_in_at_a_site_that_met_a_failure_is_sent_again(nth: int, *, after: bool) -> None:
    world, shelf = await _scene()
    shelf.fail(nth, after=after)

    with pytest.raises(Unavailable):
        await world.link()
    assert shelf.heal()
    assert_whole(shelf.memory)
    assert (await world.go_on(await world.link())).cookie
    assert_whole(shelf.memory)


async def test_no_call_is_made_that_was_not_failed() -> None:
    world, shelf = await _scene()
    shelf.memory.calls.clear()
    link = await world.link()
    sign_in = len(shelf.memory.calls)
    await world.go_on(link)

    assert (sign_in, len(shelf.memory.calls) - sign_in) == (CALLS_OF_A_SIGN_IN[-1], CALLS_OF_A_LINK[-1])
