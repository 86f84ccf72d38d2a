"""A person has at most fifty sessions: what is no longer listed has ended, because nobody could end it any more."""

import json

from shared.domain.accounts import REVOKED_LIMIT
from shared.domain.answers import Ask, ToClient
from shared.domain.sessions import LISTED_LIMIT
from shared.domain.times import DAY
from tests.flows.worlds import a_quick_world, alter, history
from tests.world import World


async def _cookies(world: World, number: int) -> list[str]:
    cookies = []
    for _ in range(number):
        signed_in = await world.sign_in()
        assert signed_in is not None
        cookies.append(signed_in.cookie)
        world.clock.pass_by(1000)
    return cookies


async def test_the_fifty_first_session_ends_the_oldest_and_says_so() -> None:
    world = await a_quick_world()

    oldest, second, *_ = await _cookies(world, LISTED_LIMIT + 1)

    assert isinstance(await world.ask(session_cookie=oldest), Ask)
    assert isinstance(await world.ask(session_cookie=second), ToClient)
    assert (await history(world))[-2:] == ["session.ended", "session.began"]


async def test_fifty_sessions_live_side_by_side() -> None:
    world = await a_quick_world()

    cookies = await _cookies(world, LISTED_LIMIT)

    assert all([isinstance(await world.ask(session_cookie=cookie), ToClient) for cookie in cookies])
    assert "session.ended" not in await history(world)


async def test_invariant_2_making_room_past_two_hundred_revocations_folds_the_oldest_and_says_so() -> None:
    world = await a_quick_world()
    oldest, *_ = await _cookies(world, LISTED_LIMIT)
    later = {f"grt_{number}": [world.clock.at + DAY, world.clock.at + 2 * DAY] for number in range(REVOKED_LIMIT)}
    await alter(world, revoked=json.dumps(later))

    (newest,) = await _cookies(world, 1)

    assert (await history(world))[-3:] == ["session.ended", "revocations.folded", "session.began"]
    assert isinstance(await world.ask(session_cookie=oldest), Ask)
    assert isinstance(await world.ask(session_cookie=newest), ToClient)
