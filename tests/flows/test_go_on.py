"""Signing in at a client's own page: what comes of it is a link, good once, for a minute, in one browser (invariant 4)."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from shared.domain.answers import Ask, ErrorToClient, ToClient
from shared.domain.continuation import LONGEST_FLOW
from shared.domain.errors import ForeignOrigin, InvalidGrant, InvalidRequest, LoginRequired, StaleForm, UnknownClient
from shared.domain.lifetimes import CODE, CONTINUE, FLOW, SESSION
from shared.flows.agree import agree
from shared.flows.go_on import take_up_link
from shared.flows.pending_form import take_up_from_site
from shared.flows.sign_in_and_go_on import SignedIn
from shared.flows.sign_in_at_site import sign_in_at_site
from tests.flows.consistency import assert_whole
from tests.flows.watching import WatchingShelf
from tests.flows.worlds import APP_ON_A_DESK, a_quick_world, alter, altered, form_of, history, signed_in, world_on
from tests.twin.shelf import MemoryShelf
from tests.world import EMAIL, FLOW_COOKIE, ISSUER, PASSWORD, SITE, World, code_in

ORIGIN = SITE.cors_origins[0]
TYPED = {"email": EMAIL, "password": PASSWORD, "network": "192.0.2.0/24", "request_id": "req_test"}


async def _flow(world: World, **more: Any) -> str:
    asked = await world.ask(**more)
    assert isinstance(asked, Ask)
    return asked.flow


async def test_the_link_sets_the_session_and_gives_the_code_where_it_is_opened() -> None:
    world = await a_quick_world()

    came = await world.go_on(await world.link())

    tokens = await world.redeem(code_in(came.outcome))
    assert tokens.scope == "openid profile"
    assert isinstance(came.outcome, ToClient)
    assert dict(came.outcome.parameters)["state"] == "a state"
    assert came.lifetime == SESSION
    assert isinstance(await world.ask(session_cookie=came.cookie), ToClient)
    assert await history(world) == ["account.created", "session.began"]
    assert isinstance(world.shelf, MemoryShelf)
    assert_whole(world.shelf)


async def test_the_session_and_its_event_are_there_before_the_link_is_opened() -> None:
    world = await a_quick_world()

    await world.link()

    assert await history(world) == ["account.created", "session.began"]


async def test_a_wrong_password_gives_no_link() -> None:
    world = await a_quick_world(decoys=True)

    assert await world.sign_in_at_site(password="wrong") is None
    assert await world.sign_in_at_site(email="nobody@demo.example") is None
    assert await world.sign_in_at_site(email="no address") is None


async def test_the_code_lives_from_the_link_s_opening_on_and_the_session_from_the_sign_in() -> None:
    world = await a_quick_world()
    link = await world.link()
    world.clock.pass_by(CONTINUE - 1)

    came = await world.go_on(link)

    assert came.lifetime == SESSION - (CONTINUE - 1)
    world.clock.pass_by(CODE - 1)
    assert await world.redeem(code_in(came.outcome))


async def test_invariant_4_a_link_ends_at_the_very_millisecond() -> None:
    world = await a_quick_world()
    link = await world.link()
    world.clock.pass_by(CONTINUE)

    with pytest.raises(StaleForm, match="expired"):
        await world.go_on(link)


async def test_invariant_4_a_link_is_used_once() -> None:
    world = await a_quick_world()
    link = await world.link()
    came = await world.go_on(link)

    with pytest.raises(StaleForm, match="used"):
        await world.go_on(link)

    # A second opening is a person who reloads, not a thief: what the first gave stays good.
    assert await world.redeem(code_in(came.outcome))
    assert isinstance(await world.ask(session_cookie=came.cookie), ToClient)


@pytest.mark.parametrize("cookie", ["", "BBBBBBBBBBBBBBBBBBBBBB"])
async def test_invariant_4_another_browser_neither_uses_a_link_nor_uses_it_up(cookie: str) -> None:
    world = await a_quick_world(WatchingShelf)
    link = await world.link()
    shelf = world.shelf
    assert isinstance(shelf, WatchingShelf)
    shelf.asked.clear()

    with pytest.raises(StaleForm, match="another browser"):
        await world.go_on(link, flow_cookie=cookie)

    assert shelf.asked == []
    assert (await world.go_on(link)).cookie


async def test_a_link_that_is_looked_at_is_not_used_up() -> None:
    world = await a_quick_world()
    link = await world.link()

    await take_up_link(world.app, link=link, flow_cookie=FLOW_COOKIE)

    assert (await world.go_on(link)).cookie


async def _openings(worlds: list[World], link: str) -> tuple[list[SignedIn], list[BaseException]]:
    answers = await asyncio.gather(*(world.go_on(link) for world in worlds), return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, BaseException)]
    return [answer for answer in answers if isinstance(answer, SignedIn)], refused


async def test_invariant_4_of_fifty_openings_at_once_on_two_processes_one_succeeds() -> None:
    world = await a_quick_world()
    other = world_on(world.shelf, world.clock)

    came, refused = await _openings([world, other] * 25, await world.link())

    assert (len(came), len(refused)) == (1, 49)
    assert all(isinstance(error, StaleForm) for error in refused)
    assert await world.redeem(code_in(came[0].outcome))


@pytest.mark.parametrize(
    "ended", [{"status": "disabled"}, {"revoked_before": 2**50}], ids=["disabled", "everything was revoked"]
)
async def test_a_link_whose_session_has_ended_gives_nothing(ended: dict[str, object]) -> None:
    world = await a_quick_world()
    link = await world.link()
    await alter(world, **ended)

    with pytest.raises(StaleForm, match="ended"):
        await world.go_on(link)


async def test_what_is_no_link_is_stale() -> None:
    world = await a_quick_world()
    link = await world.link()
    came = await world.go_on(link)

    for other in ("", "x", altered(link), came.cookie, code_in(came.outcome), await _flow(world), "v1." + "A" * 9000):
        with pytest.raises(StaleForm):
            await world.go_on(other)


async def test_a_link_is_no_session_no_code_and_no_flow() -> None:
    world = await a_quick_world()
    link = await world.link()

    assert isinstance(await world.ask(session_cookie=link), Ask)
    with pytest.raises(InvalidGrant, match="not a code"):
        await world.redeem(link)
    with pytest.raises(ForeignOrigin):
        await take_up_from_site(world.app, flow=link, origin=ORIGIN)


async def test_consent_is_asked_on_our_own_page_with_the_person_s_name() -> None:
    world = await a_quick_world()

    came = await world.go_on(await world.link(prompt="consent"))

    assert isinstance(came.outcome, Ask)
    assert (came.outcome.step, came.outcome.person, came.outcome.sign_in_uri) == ("confirm", "Ada Lovelace", "")
    form = await form_of(world, came.outcome)
    agreed = await agree(world.app, form, allowed=True, session_cookie=came.cookie, request_id="req_test")
    assert await world.redeem(code_in(agreed))


async def test_whoever_is_not_the_person_named_comes_back_to_the_client_with_an_error() -> None:
    world = await a_quick_world()
    asked = '{"id_token": {"sub": {"value": "acc_somebody_else"}}}'

    came = await world.go_on(await world.link(claims=asked))

    assert isinstance(came.outcome, ErrorToClient)
    assert isinstance(came.outcome.error, LoginRequired)


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "https://site.example:444", "http://site.example", "null", ""]
)
async def test_a_flow_is_taken_from_an_origin_of_its_own_client_only(origin: str) -> None:
    world = await a_quick_world()
    flow = await _flow(world)

    with pytest.raises(ForeignOrigin):
        await take_up_from_site(world.app, flow=flow, origin=origin)
    assert (await take_up_from_site(world.app, flow=flow, origin=ORIGIN)).client == SITE


async def test_the_flow_of_a_client_that_named_no_origins_is_taken_from_none() -> None:
    world = await a_quick_world()

    with pytest.raises(ForeignOrigin):
        await take_up_from_site(world.app, flow=await _flow(world, client=APP_ON_A_DESK), origin=ORIGIN)


@pytest.mark.parametrize("flow", ["", "x", "v1." + "A" * 50_000])
async def test_what_is_no_flow_has_no_origin_that_may_send_it(flow: str) -> None:
    world = await a_quick_world()

    with pytest.raises(ForeignOrigin):
        await take_up_from_site(world.app, flow=flow, origin=ORIGIN)


async def test_a_flow_sent_from_a_site_is_of_the_sign_in_step_and_in_time() -> None:
    world = await a_quick_world()
    came = await signed_in(world, prompt="consent")
    assert isinstance(came.outcome, Ask)
    confirm = await take_up_from_site(world.app, flow=came.outcome.flow, origin=ORIGIN)
    late = await take_up_from_site(world.app, flow=await _flow(world), origin=ORIGIN)
    world.clock.pass_by(FLOW)

    with pytest.raises(StaleForm, match="another step"):
        await sign_in_at_site(world.app, confirm, **TYPED)
    with pytest.raises(StaleForm, match="expired"):
        await sign_in_at_site(world.app, late, **TYPED)


async def test_a_request_too_long_for_a_link_is_refused_before_the_password_is_looked_at() -> None:
    world = await a_quick_world(WatchingShelf)
    form = await take_up_from_site(world.app, flow=await _flow(world), origin=ORIGIN)
    shelf = world.shelf
    assert isinstance(shelf, WatchingShelf)
    shelf.asked.clear()

    with pytest.raises(InvalidRequest, match="too long"):
        await sign_in_at_site(world.app, replace(form, sealed="v" * (LONGEST_FLOW + 1)), **TYPED)
    assert shelf.asked == []


async def test_the_longest_flow_that_fits_makes_an_address_that_passes_the_host() -> None:
    world = await a_quick_world()
    short = len(await _flow(world, state="s"))
    # Base64 writes three bytes as four characters, and JSON writes this character as six bytes.
    state = "\x01" * ((LONGEST_FLOW - short) * 3 // 4 // 6)
    flow, link = await _flow(world, state=state), await world.link(state=state)

    assert LONGEST_FLOW - 16 < len(flow) <= LONGEST_FLOW
    # Kestrel counts the whole line, of which the method and the version are a part (8,192 bytes).
    assert len(f"GET {ISSUER.path}/continue?link={link} HTTP/1.1\r\n") < 8192 - 200


async def test_a_client_that_is_gone_is_gone_for_its_links_too() -> None:
    world = await a_quick_world()
    link = await world.link()
    nobody = await a_quick_world(lambda _: MemoryShelf())

    with pytest.raises(UnknownClient):
        await nobody.go_on(link)
