"""Introspection and revocation: the truth to the token's own client, nothing to anybody else (RFC 7662, RFC 7009)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from shared.domain.clients import Credentials, authenticate
from shared.domain.errors import (
    InvalidClient,
    InvalidGrant,
    InvalidScope,
    InvalidToken,
    UnauthorizedClient,
    UnsupportedTokenType,
)
from shared.domain.lifetimes import ACCESS_TOKEN
from shared.domain.rows import Remove
from shared.flows.give_client_token import give_client_token
from shared.flows.introspect import introspect
from shared.flows.make_tokens import Tokens
from shared.flows.revoke import revoke
from shared.flows.tell_userinfo import tell_userinfo
from shared.storage import layout
from tests.flows.consistency import assert_whole
from tests.flows.worlds import APP_ON_A_DESK, a_quick_world, alter, altered, history
from tests.protocol.browser import claims_of
from tests.twin.shelf import MemoryShelf
from tests.world import SECRET, SITE, World

OTHER = replace(SITE, client_id="other")
NOTHING = {"active": False}


async def told(world: World, token: str | None) -> Mapping[str, Any]:
    return await introspect(world.app, SITE, token=str(token))


async def ended(world: World, token: str | None) -> None:
    await revoke(world.app, SITE, token=str(token), request_id="req_test")


async def given(world: World, scope: str = "openid profile") -> Tokens:
    return await world.redeem(await world.code(scope=scope))


async def test_line_71_its_own_client_is_told_that_a_token_is_alive() -> None:
    world = await a_quick_world()
    tokens = await given(world)
    access, refresh = await told(world, tokens.access_token), await told(world, tokens.refresh_token)

    assert (access["active"], access["sub"], access["client_id"]) == (True, world.account_id, "site")
    assert (refresh["active"], refresh["sub"], refresh["scope"]) == (True, world.account_id, "openid profile")


async def test_line_71_another_client_is_told_nothing() -> None:
    world = await a_quick_world()
    tokens = await given(world)

    for token in (tokens.access_token, str(tokens.refresh_token)):
        assert await introspect(world.app, OTHER, token=token) == NOTHING


async def test_line_72_what_is_over_unknown_or_of_another_kind_is_inactive_without_a_reason() -> None:
    world = await a_quick_world()
    tokens = await given(world)
    after = await world.refresh(str(tokens.refresh_token))

    assert await told(world, tokens.refresh_token) == NOTHING
    assert await told(world, altered(str(after.refresh_token))) == NOTHING
    assert await told(world, altered(tokens.access_token)) == NOTHING
    assert await told(world, tokens.id_token) == NOTHING
    assert await told(world, "made up") == NOTHING
    assert await told(world, "v1.made.up") == NOTHING
    await alter(world, status="disabled")
    assert await told(world, after.refresh_token) == NOTHING
    assert await told(world, after.access_token) == NOTHING
    await alter(world, status="active")
    world.clock.pass_by(ACCESS_TOKEN)
    assert await told(world, after.access_token) == NOTHING
    assert (await told(world, after.refresh_token))["active"] is True


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
@pytest.mark.parametrize("scope", ["openid", "openid offline_access"])
async def test_line_70_revoking_either_token_ends_both_at_once(which: str, scope: str) -> None:
    world = await a_quick_world()
    tokens = await given(world, scope)
    await ended(world, getattr(tokens, which))

    assert await told(world, tokens.access_token) == NOTHING
    assert await told(world, tokens.refresh_token) == NOTHING
    with pytest.raises(InvalidToken, match="ended"):
        await tell_userinfo(world.app, access_token=tokens.access_token)
    with pytest.raises(InvalidGrant, match="ended"):
        await world.refresh(str(tokens.refresh_token))
    assert (await history(world)).count("grant.revoked") == 1
    assert isinstance(world.shelf, MemoryShelf)
    assert_whole(world.shelf)


async def test_a_narrow_access_token_of_an_offline_grant_ends_its_offline_family() -> None:
    world = await a_quick_world()
    tokens = await world.refresh(str((await given(world, "openid offline_access")).refresh_token), scope="openid")
    await ended(world, tokens.access_token)

    with pytest.raises(InvalidGrant, match="ended"):
        await world.refresh(str(tokens.refresh_token))


async def test_an_old_generation_names_its_family_as_well_as_the_newest() -> None:
    world = await a_quick_world()
    tokens = await given(world)
    newest = await world.refresh(str(tokens.refresh_token))
    await ended(world, tokens.refresh_token)

    assert await told(world, newest.access_token) == NOTHING


async def test_line_69_another_client_s_token_is_not_revoked() -> None:
    world = await a_quick_world()
    tokens = await given(world)

    for token in (tokens.access_token, str(tokens.refresh_token)):
        with pytest.raises(InvalidGrant, match="another client"):
            await revoke(world.app, OTHER, token=token, request_id="req_test")
    assert (await told(world, tokens.access_token))["active"] is True


@pytest.mark.parametrize("token", ["made up", "v1.made.up", "v1.a.b.c.0.5.m", "eyJ.e30.s"])
async def test_line_69_revoking_what_nobody_knows_is_no_error_and_changes_nothing(token: str) -> None:
    world = await a_quick_world()
    tokens = await given(world)
    await ended(world, token)
    await ended(world, altered(tokens.access_token))

    assert (await told(world, tokens.access_token))["active"] is True


async def test_revoking_twice_is_one_event() -> None:
    world = await a_quick_world()
    tokens = await given(world)
    for token in (tokens.refresh_token, tokens.access_token, tokens.refresh_token):
        await ended(world, token)

    assert (await history(world)).count("grant.revoked") == 1


async def test_line_35_a_client_s_own_token_names_the_client_and_nothing_else_comes_with_it() -> None:
    world = await a_quick_world()
    assert isinstance(world.shelf, MemoryShelf)
    world.shelf.calls.clear()
    tokens = await give_client_token(world.app, SITE, scope=None)
    claims = claims_of(tokens.access_token)

    assert world.shelf.calls == []
    assert (tokens.refresh_token, tokens.id_token, tokens.scope) == (None, None, "")
    assert (claims["sub"], claims["client_id"]) == ("site", "site")
    assert {"sid", "gid", "began", "scope", "auth_time"} & set(claims) == set()
    assert (await told(world, tokens.access_token))["sub"] == "site"
    with pytest.raises(InvalidToken):
        await tell_userinfo(world.app, access_token=tokens.access_token)
    with pytest.raises(UnsupportedTokenType):
        await ended(world, tokens.access_token)
    world.clock.pass_by(ACCESS_TOKEN)
    assert await told(world, tokens.access_token) == NOTHING


async def test_line_34_only_a_confidential_client_registered_for_it_acts_for_itself() -> None:
    world = await a_quick_world()

    with pytest.raises(InvalidClient):
        await give_client_token(world.app, APP_ON_A_DESK, scope=None)
    with pytest.raises(UnauthorizedClient):
        await give_client_token(world.app, replace(SITE, grant_types=("authorization_code",)), scope=None)
    with pytest.raises(InvalidScope):
        await give_client_token(world.app, SITE, scope="openid profile")


async def test_line_49_a_client_that_was_removed_is_nobody_who_could_refresh() -> None:
    world = await a_quick_world()
    await world.first_refresh_token()
    assert await world.app.clients.find(SITE.client_id) == SITE
    partition, row = layout.organisation_partition(SITE.organisation), layout.client_row(SITE.client_id)

    await world.shelf.write(layout.ORGANISATIONS, partition, [Remove(row, "*")], write_id="wri_test")
    world.clock.pass_by(5_000)
    with pytest.raises(InvalidClient, match="unknown"):
        authenticate(
            await world.app.clients.find(SITE.client_id), Credentials(SITE.client_id, "client_secret_basic", SECRET)
        )
