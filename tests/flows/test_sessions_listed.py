"""A person has at most fifty sessions: what is no longer listed has ended, because nobody could end it any more."""

from shared.domain.answers import Ask, ToClient
from shared.domain.sessions import LISTED_LIMIT
from tests.flows.worlds import a_quick_world, history
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
