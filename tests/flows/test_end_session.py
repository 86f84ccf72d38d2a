"""Signing out: dead on the server, asked for by whom it concerns, and never a way to anywhere (lines 76 to 78)."""

from typing import Any

import pytest

from shared.domain.answers import Ask, ToClient
from shared.domain.errors import BadRedirectUri, InvalidRequest, StaleForm
from shared.domain.lifetimes import FLOW, SESSION
from shared.domain.parameters import Parameters
from shared.flows.end_session import AskToLeave, Left, Stayed, answer_leaving, end_session
from tests.flows.consistency import assert_whole
from tests.flows.worlds import a_quick_world, altered, history, signed_in
from tests.twin.shelf import MemoryShelf
from tests.world import FLOW_COOKIE, World, code_in

GOODBYE = "https://site.example/goodbye"


async def leave(world: World, cookie: str, *, certain: bool = True, **asked: str | None) -> AskToLeave | Left:
    parameters = Parameters(tuple((name, value) for name, value in asked.items() if value is not None))
    return await end_session(
        world.app,
        parameters=parameters,
        session_cookie=cookie,
        flow_cookie=FLOW_COOKIE,
        certain=certain,
        request_id="req_test",
    )


async def answer(world: World, question: AskToLeave, cookie: str, *, agreed: bool = True, **more: Any) -> Left | Stayed:
    given = {"flow": question.flow, "flow_cookie": FLOW_COOKIE} | more
    return await answer_leaving(world.app, agreed=agreed, session_cookie=cookie, request_id="req_test", **given)


async def is_signed_in(world: World, cookie: str) -> bool:
    return isinstance(await world.ask(session_cookie=cookie), ToClient)


async def came_with_hint(world: World) -> tuple[str, str]:
    came = await signed_in(world)
    tokens = await world.redeem(code_in(came.outcome))
    assert tokens.id_token is not None
    return came.cookie, tokens.id_token


async def test_line_78_after_it_the_session_is_dead_on_the_server() -> None:
    world = await a_quick_world()
    cookie, hint = await came_with_hint(world)
    left = await leave(world, cookie, id_token_hint=hint, post_logout_redirect_uri=GOODBYE, state="a state")

    assert isinstance(left, Left)
    assert (left.farewell.post_logout_redirect_uri, left.farewell.state) == (GOODBYE, "a state")
    assert isinstance(await world.ask(session_cookie=cookie), Ask)
    assert (await history(world)).count("session.ended") == 1
    assert isinstance(world.shelf, MemoryShelf)
    assert_whole(world.shelf)


async def test_line_77_without_a_hint_the_person_is_asked_and_nothing_has_changed() -> None:
    world = await a_quick_world()
    cookie, _ = await came_with_hint(world)
    question = await leave(world, cookie, client_id="site", post_logout_redirect_uri=GOODBYE)

    assert isinstance(question, AskToLeave)
    assert await is_signed_in(world, cookie)
    assert isinstance(await answer(world, question, cookie, agreed=False), Stayed)
    assert await is_signed_in(world, cookie)
    left = await answer(world, question, cookie)
    assert isinstance(left, Left)
    assert left.farewell.post_logout_redirect_uri == GOODBYE
    assert not await is_signed_in(world, cookie)


async def test_line_77_a_hint_of_somebody_else_s_sign_in_asks() -> None:
    world = await a_quick_world()
    cookie, hint = await came_with_hint(world)
    ring = await world.app.keys.ring()
    claims = ring.verify(hint, typ="JWT", algs=("RS256",)) | {"sub": "acc_00041061050r3gg28a1c60t3gf"}

    assert isinstance(await leave(world, cookie, id_token_hint=ring.sign("RS256", "JWT", claims)), AskToLeave)
    assert await is_signed_in(world, cookie)


async def test_line_76_an_expired_hint_still_counts() -> None:
    world = await a_quick_world()
    cookie, hint = await came_with_hint(world)
    world.clock.pass_by(SESSION // 2)

    assert isinstance(await leave(world, cookie, id_token_hint=hint), Left)


async def test_line_77_a_bad_foreign_or_altered_hint_leads_nowhere() -> None:
    world = await a_quick_world()
    cookie, hint = await came_with_hint(world)
    tokens = await world.redeem(code_in(await world.ask(session_cookie=cookie)))

    for bad in (altered(hint), "made up", tokens.access_token):
        with pytest.raises(InvalidRequest):
            await leave(world, cookie, id_token_hint=bad, post_logout_redirect_uri=GOODBYE, client_id="site")
    with pytest.raises(InvalidRequest, match="two clients"):
        await leave(world, cookie, id_token_hint=hint, client_id="desk")
    with pytest.raises(InvalidRequest, match="nobody registered"):
        await leave(world, cookie, client_id="nobody")
    with pytest.raises(BadRedirectUri):
        await leave(world, cookie, id_token_hint=hint, post_logout_redirect_uri="https://evil.example")
    assert await is_signed_in(world, cookie)


async def test_where_nobody_is_signed_in_there_is_nothing_to_ask() -> None:
    world = await a_quick_world()

    assert isinstance(await leave(world, ""), Left)
    assert isinstance(await leave(world, "", client_id="site", post_logout_redirect_uri=GOODBYE), Left)


async def test_a_post_that_brings_no_cookie_proves_nothing_so_the_person_is_asked() -> None:
    world = await a_quick_world()
    cookie, hint = await came_with_hint(world)
    question = await leave(world, "", certain=False, id_token_hint=hint, post_logout_redirect_uri=GOODBYE)

    assert isinstance(question, AskToLeave)
    assert isinstance(await answer(world, question, cookie), Left)
    assert not await is_signed_in(world, cookie)


async def test_a_question_is_one_browser_s_one_session_s_and_an_hour_s() -> None:
    world = await a_quick_world()
    cookie, _ = await came_with_hint(world)
    question = await leave(world, cookie)
    assert isinstance(question, AskToLeave)
    later = (await signed_in(world)).cookie

    with pytest.raises(StaleForm, match="browser"):
        await answer(world, question, cookie, flow_cookie="BBBBBBBBBBBBBBBBBBBBBB")
    with pytest.raises(StaleForm, match="since"):
        await answer(world, question, later)
    for flow in ("", altered(question.flow), "x" * 50_000):
        with pytest.raises(StaleForm):
            await answer(world, question, cookie, flow=flow)
    world.clock.pass_by(FLOW)
    with pytest.raises(StaleForm, match="expired"):
        await answer(world, question, cookie)
    assert await is_signed_in(world, cookie)


async def test_signing_out_twice_is_one_event_and_other_sessions_go_on() -> None:
    world = await a_quick_world()
    cookie, hint = await came_with_hint(world)
    elsewhere = (await signed_in(world, network="198.51.100.0/24")).cookie
    for _ in range(2):
        assert isinstance(await leave(world, cookie, id_token_hint=hint), Left)

    assert (await history(world)).count("session.ended") == 1
    assert await is_signed_in(world, elsewhere)
