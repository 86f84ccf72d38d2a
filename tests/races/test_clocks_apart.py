"""Two instances whose clocks are 2 seconds apart, on one storage: every road leads where it led."""

from dataclasses import dataclass

import pytest

from shared.domain.answers import ToClient
from shared.domain.errors import InvalidGrant, InvalidToken
from shared.domain.lifetimes import CODE, SESSION
from shared.domain.times import SECOND
from shared.flows.tell_userinfo import tell_userinfo
from tests.flows.consistency import assert_whole
from tests.flows.worlds import a_quick_world, alter, history, signed_in, world_on
from tests.twin.shelf import MemoryShelf
from tests.world import PASSWORD, Clock, World, code_in

APART = 2 * SECOND


@dataclass(frozen=True)
class Two:
    """The instance that is asked first, and the other one."""

    one: World
    other: World

    def whole(self) -> None:
        assert isinstance(self.one.shelf, MemoryShelf)
        assert_whole(self.one.shelf)


@pytest.fixture(params=[APART, -APART], ids=["the other is ahead", "the other is behind"])
async def two(request: pytest.FixtureRequest) -> Two:
    one = await a_quick_world()
    other = world_on(one.shelf, Clock(one.clock.at + request.param))
    other.account_id = one.account_id
    return Two(one, other)


async def test_a_code_of_one_is_redeemed_at_the_other_and_its_token_is_good_at_both(two: Two) -> None:
    tokens = await two.other.redeem(await two.one.code())

    for world in (two.one, two.other):
        assert (await tell_userinfo(world.app, access_token=tokens.access_token))["sub"] == two.one.account_id


async def test_a_code_is_good_at_the_other_for_its_minute_give_or_take_the_two_seconds(two: Two) -> None:
    code = await two.one.code()
    two.other.clock.pass_by(CODE - APART - 1)

    assert await two.other.redeem(code)


async def test_invariant_4_a_code_redeemed_at_both_is_dead_at_both(two: Two) -> None:
    code = await two.one.code()
    tokens = await two.one.redeem(code)
    with pytest.raises(InvalidGrant, match="before"):
        await two.other.redeem(code)

    for world in (two.one, two.other):
        with pytest.raises(InvalidToken, match="ended"):
            await tell_userinfo(world.app, access_token=tokens.access_token)
    two.whole()


async def test_a_session_of_one_goes_on_silently_at_the_other(two: Two) -> None:
    came = await signed_in(two.one)

    assert isinstance(await two.other.ask(session_cookie=came.cookie, prompt="none"), ToClient)
    two.other.clock.pass_by(SESSION - APART - 1)
    assert isinstance(await two.other.ask(session_cookie=came.cookie, prompt="none"), ToClient)


async def test_a_fresh_session_is_fresh_enough_for_a_max_age_longer_than_the_clocks_are_apart(two: Two) -> None:
    came = await signed_in(two.one)

    assert isinstance(await two.other.ask(session_cookie=came.cookie, max_age="3"), ToClient)


async def test_who_signs_in_after_everything_was_revoked_at_the_other_has_a_session(two: Two) -> None:
    before = await two.one.code()
    state = await two.other.app.accounts.state(two.one.account_id)
    assert state is not None
    await alter(two.other, revoked_before=max(two.other.clock.at, state.last_began))

    with pytest.raises(InvalidGrant, match="ended"):
        await two.one.redeem(before)
    assert await two.one.redeem(await two.one.code())
    assert await two.other.redeem(await two.one.code())


async def test_invariant_5_wrong_answers_are_counted_together(two: Two) -> None:
    for number in range(5):
        world = (two.one, two.other)[number % 2]
        assert await world.sign_in(password="wrong") is None

    assert await two.one.sign_in() is None
    assert await two.other.sign_in() is None
    assert await history(two.one) == ["account.created", "sign_in.refused", "sign_in.locked"]
    two.whole()


async def test_a_right_password_after_right_passwords_never_locks_anybody(two: Two) -> None:
    for number in range(30):
        world = (two.one, two.other)[number % 2]
        assert await world.sign_in(password=PASSWORD) is not None

    assert (await history(two.one)).count("session.began") == 30
    two.whole()


async def test_sessions_begin_in_the_order_in_which_they_were_written(two: Two) -> None:
    began = []
    for number in range(6):
        code = code_in((await signed_in((two.one, two.other)[number % 2])).outcome)
        assert await two.one.redeem(code)
        state = await two.one.app.accounts.state(two.one.account_id)
        assert state is not None
        began.append(state.last_began)

    assert began == sorted(set(began))
