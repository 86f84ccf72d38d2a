"""Once means once: a code under fifty simultaneous requests, on one process and on two (invariant 4)."""

import asyncio
import json

import pytest

from shared.domain.accounts import REVOKED_LIMIT
from shared.domain.errors import InvalidGrant, InvalidToken
from shared.domain.lifetimes import ACCESS_TOKEN, CODE
from shared.domain.times import DAY
from shared.flows.make_tokens import Tokens
from shared.flows.tell_userinfo import tell_userinfo
from tests.flows.consistency import assert_whole
from tests.flows.worlds import APP_ON_A_DESK, a_quick_world, alter, altered, history, signed_in, world_on
from tests.twin.shelf import MemoryShelf
from tests.world import World, code_in


async def _alive(world: World, tokens: Tokens) -> bool:
    try:
        await tell_userinfo(world.app, access_token=tokens.access_token)
    except InvalidToken:
        return False
    return True


async def _redeem_at_once(worlds: list[World], code: str) -> tuple[list[Tokens], list[BaseException]]:
    answers = await asyncio.gather(*(world.redeem(code) for world in worlds), return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, BaseException)]
    return [answer for answer in answers if isinstance(answer, Tokens)], refused


async def redeemed_fifty_times(processes: int) -> int:
    """Redeem a code fifty times at once: one succeeds at most, and what it gave is dead. Say how many did.

    None, in the orders in which a second use is seen and the grant ended before the first has looked at the account.
    """
    world = await a_quick_world()
    worlds = [world, world_on(world.shelf, world.clock)][:processes]

    won, refused = await _redeem_at_once(worlds * (50 // processes), await world.code())

    assert len(won) + len(refused) == 50
    assert len(won) <= 1
    assert all(isinstance(error, InvalidGrant) for error in refused)
    assert not [tokens for tokens in won if await _alive(world, tokens)]
    assert (await history(world)).count("grant.revoked") == 1
    assert isinstance(world.shelf, MemoryShelf)
    assert_whole(world.shelf)
    return len(won)


@pytest.mark.parametrize("processes", [1, 2])
async def test_invariant_4_of_fifty_redemptions_at_once_one_succeeds_and_what_it_gave_is_dead(processes: int) -> None:
    assert await redeemed_fifty_times(processes) == 1


async def test_invariant_4_a_code_used_once_gives_tokens_that_live() -> None:
    world = await a_quick_world()

    assert await _alive(world, await world.redeem(await world.code()))


async def test_a_second_use_ends_its_own_grant_and_no_other() -> None:
    world = await a_quick_world()
    came = await signed_in(world)
    first = code_in(came.outcome)
    tokens = await world.redeem(first)
    others = await world.redeem(code_in(await world.ask(session_cookie=came.cookie)))

    with pytest.raises(InvalidGrant, match="before"):
        await world.redeem(first)

    assert not await _alive(world, tokens)
    assert await _alive(world, others)


@pytest.mark.parametrize(("later", "redeemed"), [(CODE - 1, True), (CODE, False)])
async def test_a_code_ends_at_the_very_millisecond(later: int, *, redeemed: bool) -> None:
    world = await a_quick_world()
    code = await world.code()
    world.clock.pass_by(later)

    if redeemed:
        assert (await world.redeem(code)).expires_in == 300
        return
    with pytest.raises(InvalidGrant, match="expired"):
        await world.redeem(code)


async def test_another_client_cannot_redeem_a_code_and_burns_nothing() -> None:
    world = await a_quick_world()
    code = await world.code()

    with pytest.raises(InvalidGrant, match="another client"):
        await world.redeem(code, client=APP_ON_A_DESK)
    with pytest.raises(InvalidGrant, match="not a code"):
        await world.redeem(altered(code))
    with pytest.raises(InvalidGrant, match="longer"):
        await world.redeem("v1." + "A" * 50_000)

    assert await world.redeem(code)


async def test_a_session_cookie_is_no_code() -> None:
    world = await a_quick_world()
    came = await signed_in(world)

    with pytest.raises(InvalidGrant, match="not a code"):
        await world.redeem(came.cookie)


@pytest.mark.parametrize(
    "ended", [{"status": "disabled"}, {"revoked_before": 2**50}], ids=["disabled", "everything was revoked"]
)
async def test_a_code_whose_session_has_ended_gives_nothing(ended: dict[str, object]) -> None:
    world = await a_quick_world()
    code = await world.code()
    await alter(world, **ended)

    with pytest.raises(InvalidGrant, match="ended"):
        await world.redeem(code)


async def test_an_access_token_dies_with_the_account_at_once() -> None:
    world = await a_quick_world()
    tokens = await world.redeem(await world.code())
    assert await _alive(world, tokens)

    await alter(world, status="disabled")
    assert not await _alive(world, tokens)
    await alter(world, status="active")
    assert await _alive(world, tokens)
    world.clock.pass_by(ACCESS_TOKEN)
    assert not await _alive(world, tokens)


async def test_past_two_hundred_revocations_the_oldest_are_folded_with_an_event_and_none_is_forgotten() -> None:
    world = await a_quick_world()
    # As many again began after those that are ended here, which are therefore the oldest.
    later = {
        f"grt_{number}": [world.clock.at + DAY + number, world.clock.at + 2 * DAY]
        for number in range(REVOKED_LIMIT - 4)
    }
    await alter(world, revoked=json.dumps(later))
    given: list[tuple[str, Tokens]] = []
    for number in range(5):
        code = code_in((await signed_in(world, network=f"10.{number}.0.0/24")).outcome)
        given.append((code, await world.redeem(code)))
    for code, _ in given:
        with pytest.raises(InvalidGrant, match="before"):
            await world.redeem(code)

    assert [await _alive(world, tokens) for _, tokens in given] == [False] * len(given)
    assert (await history(world)).count("revocations.folded") == 1
    assert await world.redeem(await world.code())
