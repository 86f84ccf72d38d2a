"""A client that asks on a page of its own: when the person is sent there, and when to ours."""

from dataclasses import replace
from typing import Any

import pytest

from shared.domain.answers import Ask, ErrorToClient, ToClient
from shared.domain.continuation import LONGEST_FLOW
from shared.flows.register import register_client
from tests.flows.worlds import a_quick_world, form_of, signed_in
from tests.world import SEED, SITE, World

PLACE = "https://site.example/sign-in"
CLIENT = replace(SITE, client_id="own page", sign_in_uri=PLACE)


@pytest.fixture
async def world() -> World:
    made = await a_quick_world()
    await register_client(made.app, CLIENT, actor=SEED)
    return made


async def _asked(world: World, **more: Any) -> Ask:
    asked = await world.ask(**{"client": CLIENT, **more})
    assert isinstance(asked, Ask)
    return asked


async def test_a_stranger_is_asked_on_the_client_s_page(world: World) -> None:
    assert (await _asked(world)).sign_in_uri == PLACE


async def test_a_client_without_a_page_asks_on_ours(world: World) -> None:
    assert (await _asked(world, client=SITE)).sign_in_uri == ""


async def test_whoever_is_signed_in_is_not_asked_anywhere(world: World) -> None:
    session = (await signed_in(world)).cookie

    assert isinstance(await world.ask(client=CLIENT, session_cookie=session), ToClient)
    assert (await _asked(world, session_cookie=session, prompt="login")).sign_in_uri == PLACE


async def test_a_silent_request_gets_its_error_at_the_redirect_uri(world: World) -> None:
    assert isinstance(await world.ask(client=CLIENT, prompt="none"), ErrorToClient)


async def test_consent_is_asked_on_our_page(world: World) -> None:
    session = (await signed_in(world)).cookie

    asked = await _asked(world, session_cookie=session, prompt="consent")
    assert (asked.step, asked.sign_in_uri) == ("confirm", "")


async def test_a_request_too_long_for_a_link_is_asked_on_our_page(world: World) -> None:
    asked = await _asked(world, state="\x01" * 2000)

    assert len(asked.flow) > LONGEST_FLOW
    assert asked.sign_in_uri == ""


async def test_a_wrong_password_on_our_page_is_told_there(world: World) -> None:
    form = await form_of(world, await _asked(world))

    assert form.question.sign_in_uri == ""
