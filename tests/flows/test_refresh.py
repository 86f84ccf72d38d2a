"""Refresh tokens: rotated, given again to whom lost the answer, and the end of the family for whom stole one."""

import asyncio
from dataclasses import replace

import pytest

from shared.domain.errors import InvalidGrant, InvalidScope, InvalidToken, UnauthorizedClient
from shared.domain.lifetimes import OFFLINE, REFRESH_IDLE, RETRY, SESSION
from shared.domain.parameters import Parameters
from shared.flows.end_session import Left, end_session
from shared.flows.make_tokens import Tokens
from shared.flows.tell_userinfo import tell_userinfo
from tests.flows.consistency import assert_whole
from tests.flows.worlds import APP_ON_A_DESK, a_quick_world, alter, altered, history, signed_in, world_on
from tests.protocol.browser import claims_of
from tests.twin.post import MemoryPost
from tests.twin.shelf import MemoryShelf
from tests.world import FLOW_COOKIE, SITE, World, code_in

OFFLINE_SCOPE = "openid profile offline_access"


async def alive(world: World, tokens: Tokens) -> bool:
    try:
        await tell_userinfo(world.app, access_token=tokens.access_token)
    except InvalidToken:
        return False
    return True


def token_of(tokens: Tokens) -> str:
    assert tokens.refresh_token is not None
    return tokens.refresh_token


async def test_line_48_every_use_gives_a_new_token_and_the_old_one_is_done() -> None:
    world = await a_quick_world()
    first = await world.first_refresh_token()
    second = await world.refresh(first)
    third = await world.refresh(token_of(second))

    assert len({first, token_of(second), token_of(third)}) == 3
    assert await alive(world, third)
    assert third.scope == "openid profile"


async def test_line_51_an_id_token_from_a_refresh_is_the_first_one_grown_younger() -> None:
    world = await a_quick_world()
    begun = await world.redeem(await world.code())
    world.clock.pass_by(60_000)
    refreshed = await world.refresh(token_of(begun))

    assert begun.id_token is not None
    assert refreshed.id_token is not None
    before, after = claims_of(begun.id_token), claims_of(refreshed.id_token)
    same = ("iss", "sub", "aud", "auth_time", "amr", "acr", "sid")
    assert {name: before[name] for name in same} == {name: after[name] for name in same}
    assert after["iat"] == before["iat"] + 60
    assert "nonce" not in after


async def test_invariant_4_whoever_lost_the_answer_gets_the_same_successor_from_any_process() -> None:
    world = await a_quick_world()
    other = world_on(world.shelf, world.clock)
    first = await world.first_refresh_token()
    lost = await world.refresh(first)
    world.clock.pass_by(RETRY)
    again = await other.refresh(first)

    assert again.refresh_token == lost.refresh_token
    assert await alive(world, again)
    assert (await world.refresh(token_of(again))).refresh_token != lost.refresh_token


@pytest.mark.parametrize("successor_used", [False, True], ids=["too late", "the successor was used"])
async def test_invariant_4_a_token_used_again_by_anybody_else_ends_the_family_for_both(*, successor_used: bool) -> None:
    world = await a_quick_world()
    first = await world.first_refresh_token()
    second = await world.refresh(first)
    newest = await world.refresh(token_of(second)) if successor_used else second
    world.clock.pass_by(0 if successor_used else RETRY + 1)

    with pytest.raises(InvalidGrant, match="used before"):
        await world.refresh(first)

    assert not await alive(world, newest)
    with pytest.raises(InvalidGrant, match="ended"):
        await world.refresh(token_of(newest))
    assert (await history(world)).count("grant.revoked") == 1
    assert isinstance(world.shelf, MemoryShelf)
    assert_whole(world.shelf)


async def test_a_stolen_family_is_ended_once_and_its_owner_is_written_to_once() -> None:
    world = await a_quick_world()
    first = await world.first_refresh_token()
    await world.refresh(first)
    world.clock.pass_by(RETRY + 1)
    for _ in range(3):
        with pytest.raises(InvalidGrant):
            await world.refresh(first)

    assert (await history(world)).count("grant.revoked") == 1
    assert isinstance(world.app.post, MemoryPost)
    # One left ahead, in case we die in between; one for now.
    assert [delay for _, delay in world.app.post.messages] == [75_000, 0]


async def test_another_scope_within_the_thirty_seconds_burns_nothing() -> None:
    world = await a_quick_world()
    first = await world.first_refresh_token()
    lost = await world.refresh(first)

    with pytest.raises(InvalidGrant, match="another scope"):
        await world.refresh(first, scope="openid")
    assert (await world.refresh(first)).refresh_token == lost.refresh_token


async def test_line_47_another_client_gets_nothing_and_burns_nothing() -> None:
    world = await a_quick_world()
    first = await world.first_refresh_token()
    thief = replace(SITE, client_id="thief")

    with pytest.raises(InvalidGrant, match="another client"):
        await world.refresh(first, client=thief)
    with pytest.raises(UnauthorizedClient):
        await world.refresh(first, client=APP_ON_A_DESK)
    assert await world.refresh(first)


async def test_line_47_the_scope_only_shrinks_and_the_family_keeps_its_own() -> None:
    world = await a_quick_world()
    first = await world.first_refresh_token()
    narrow = await world.refresh(first, scope="openid")

    assert narrow.scope == "openid"
    with pytest.raises(InvalidScope):
        await world.refresh(token_of(narrow), scope="openid email")
    assert (await world.refresh(token_of(narrow))).scope == "openid profile"


async def test_a_scope_that_is_no_longer_registered_is_no_longer_given() -> None:
    world = await a_quick_world()
    first = await world.first_refresh_token()

    narrowed = await world.refresh(first, client=replace(SITE, scope=("openid",)))
    assert narrowed.scope == "openid"
    with pytest.raises(InvalidScope):
        await world.refresh(token_of(narrowed), client=replace(SITE, scope=("email",)))


async def test_what_is_altered_or_made_up_is_nobody_s_token_and_costs_no_call() -> None:
    world = await a_quick_world()
    first = await world.first_refresh_token()
    sealed, number, idle_ends, mac = first.rsplit(".", 3)
    assert isinstance(world.shelf, MemoryShelf)
    world.shelf.calls.clear()
    forged = (
        altered(first),
        f"{sealed}.{int(number) + 1}.{idle_ends}.{mac}",
        f"{sealed}.{number}.{int(idle_ends) + 1}.{mac}",
        f"{altered(sealed)}.{number}.{idle_ends}.{mac}",
        f"{sealed}.{number}.{idle_ends}.",
        f"{sealed}.{number}.{idle_ends}.é",
        "v1.a.b.c.0.0.m",
        "",
    )

    for token in forged:
        with pytest.raises(InvalidGrant):
            await world.refresh(token)
    assert world.shelf.calls == []


@pytest.mark.parametrize(
    ("scope", "later", "works"),
    [
        ("openid", SESSION - 1, True),
        ("openid", SESSION, False),
        (OFFLINE_SCOPE, REFRESH_IDLE - 1, True),
        (OFFLINE_SCOPE, REFRESH_IDLE, False),
    ],
)
async def test_line_49_a_token_ends_when_nobody_uses_it_or_with_its_session(
    scope: str, later: int, *, works: bool
) -> None:
    world = await a_quick_world()
    first = await world.first_refresh_token(scope=scope)
    world.clock.pass_by(later)

    if works:
        assert await world.refresh(first)
        return
    with pytest.raises(InvalidGrant, match="expired"):
        await world.refresh(first)


async def test_line_49_a_family_that_is_always_used_ends_after_ninety_days() -> None:
    world = await a_quick_world()
    token = await world.first_refresh_token(scope=OFFLINE_SCOPE)
    began = world.clock.at
    while world.clock.at < began + OFFLINE - REFRESH_IDLE:
        world.clock.pass_by(REFRESH_IDLE - 1)
        token = token_of(await world.refresh(token))
    world.clock.at = began + OFFLINE

    with pytest.raises(InvalidGrant, match="expired"):
        await world.refresh(token)


@pytest.mark.parametrize("ended", [{"status": "disabled"}, {"revoked_before": 2**50}], ids=["disabled", "new password"])
@pytest.mark.parametrize("scope", ["openid", OFFLINE_SCOPE])
async def test_line_49_it_ends_with_the_account_and_with_everything(scope: str, ended: dict[str, object]) -> None:
    world = await a_quick_world()
    first = await world.first_refresh_token(scope=scope)
    await alter(world, **ended)

    with pytest.raises(InvalidGrant, match="ended"):
        await world.refresh(first)


@pytest.mark.parametrize(("scope", "outlives"), [("openid", False), (OFFLINE_SCOPE, True)])
async def test_line_49_signing_out_ends_what_does_not_outlive_the_session(scope: str, *, outlives: bool) -> None:
    world = await a_quick_world()
    came = await signed_in(world, scope=scope)
    tokens = await world.redeem(code_in(came.outcome))
    asked = Parameters((("id_token_hint", str(tokens.id_token)),))
    left = await end_session(
        world.app, parameters=asked, session_cookie=came.cookie, flow_cookie=FLOW_COOKIE, certain=True, request_id="r"
    )

    assert isinstance(left, Left)
    assert await alive(world, tokens) is outlives
    if outlives:
        narrow = await world.refresh(token_of(tokens), scope="openid")
        assert await alive(world, narrow)
        return
    with pytest.raises(InvalidGrant, match="ended"):
        await world.refresh(token_of(tokens))


async def test_line_50_offline_access_is_given_only_for_asking() -> None:
    world = await a_quick_world()

    assert "offline_access" not in (await world.redeem(await world.code(scope=None))).scope
    assert "offline_access" in (await world.redeem(await world.code(scope=OFFLINE_SCOPE))).scope


async def test_a_client_without_the_grant_type_gets_no_refresh_token() -> None:
    world = await a_quick_world()
    code = await world.code()

    plain = replace(SITE, grant_types=("authorization_code",))
    assert (await world.redeem(code, plain)).refresh_token is None


async def test_a_code_used_twice_ends_the_family_it_began() -> None:
    world = await a_quick_world()
    code = await world.code(scope=OFFLINE_SCOPE)
    tokens = await world.redeem(code)
    with pytest.raises(InvalidGrant, match="before"):
        await world.redeem(code)

    with pytest.raises(InvalidGrant, match="ended"):
        await world.refresh(token_of(tokens))


async def test_invariant_4_fifty_refreshes_at_once_give_one_successor() -> None:
    world = await a_quick_world()
    other = world_on(world.shelf, world.clock)
    first = await world.first_refresh_token()

    answers = await asyncio.gather(*((world, other)[number % 2].refresh(first) for number in range(50)))

    assert len({answer.refresh_token for answer in answers}) == 1
    assert await alive(world, answers[0])
    assert "grant.revoked" not in await history(world)


async def test_clocks_two_seconds_apart_change_nothing() -> None:
    world = await a_quick_world()
    behind = world_on(world.shelf)
    behind.clock.at = world.clock.at - 2_000
    first = await world.first_refresh_token()
    lost = await world.refresh(first)

    assert (await behind.refresh(first)).refresh_token == lost.refresh_token
    third = await behind.refresh(token_of(lost))
    assert await alive(world, third)
    assert (await world.refresh(token_of(lost))).refresh_token == third.refresh_token
