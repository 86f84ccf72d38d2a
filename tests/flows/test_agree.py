"""The person's word on a client: asked each time where it must be, recorded when given, carried when refused."""

import pytest

from shared.domain.answers import Ask, ErrorToClient, Outcome, ToClient
from shared.domain.errors import AccessDenied, StaleForm
from shared.domain.lifetimes import SESSION
from shared.flows.agree import agree
from tests.flows.consistency import assert_whole
from tests.flows.worlds import APP_ON_A_DESK, LOOPBACK, a_quick_world, alter, form_of, history, signed_in
from tests.twin.shelf import MemoryShelf
from tests.world import EMAIL, World, code_in


async def _asked(world: World) -> tuple[Ask, str]:
    """Sign in for the app on the desk, whose client asks each time, and give the question and the session."""
    came = await signed_in(world, client=APP_ON_A_DESK)
    assert isinstance(came.outcome, Ask)
    assert came.outcome.step == "confirm"
    return came.outcome, came.cookie


async def _answer(world: World, asked: Ask, session: str, *, allowed: bool = True) -> Outcome:
    form = await form_of(world, asked)
    return await agree(world.app, form, allowed=allowed, session_cookie=session, request_id="req_test")


async def test_a_yes_gives_a_code_and_is_recorded() -> None:
    world = await a_quick_world()
    asked, session = await _asked(world)

    outcome = await _answer(world, asked, session)

    assert isinstance(outcome, ToClient)
    tokens = await world.redeem(code_in(outcome), client=APP_ON_A_DESK)
    assert tokens.scope == "openid profile"
    assert await history(world) == ["account.created", "session.began", "consent.given"]
    assert isinstance(world.shelf, MemoryShelf)
    assert_whole(world.shelf)


async def test_a_no_travels_to_the_client_and_records_nothing() -> None:
    world = await a_quick_world()
    asked, session = await _asked(world)

    outcome = await _answer(world, asked, session, allowed=False)

    assert isinstance(outcome, ErrorToClient)
    assert isinstance(outcome.error, AccessDenied)
    assert (outcome.redirect_uri, outcome.state) == (LOOPBACK, "a state")
    assert "consent.given" not in await history(world)


async def test_a_yes_today_is_no_yes_tomorrow() -> None:
    world = await a_quick_world()
    asked, session = await _asked(world)
    await _answer(world, asked, session)

    again = await world.ask(client=APP_ON_A_DESK, session_cookie=session)

    assert isinstance(again, Ask)
    assert again.step == "confirm"


async def test_only_the_session_that_was_asked_can_answer() -> None:
    world = await a_quick_world()
    asked, _ = await _asked(world)
    other = (await signed_in(world)).cookie

    for session in (other, "", "nonsense"):
        with pytest.raises(StaleForm, match="another session"):
            await _answer(world, asked, session)


@pytest.mark.parametrize("ended", [{"status": "disabled"}, {"revoked_before": 2**50}], ids=["disabled", "revoked"])
async def test_a_session_that_was_ended_meanwhile_cannot_agree(ended: dict[str, object]) -> None:
    world = await a_quick_world()
    asked, session = await _asked(world)
    await alter(world, **ended)

    with pytest.raises(StaleForm, match="ended"):
        await _answer(world, asked, session)


async def test_a_question_older_than_its_hour_or_its_session_is_stale() -> None:
    world = await a_quick_world()
    asked, session = await _asked(world)
    world.clock.pass_by(SESSION)

    with pytest.raises(StaleForm):
        await _answer(world, asked, session)


async def test_a_site_that_wants_consent_asks_after_the_sign_in() -> None:
    world = await a_quick_world()
    came = await signed_in(world, prompt="consent")

    assert isinstance(came.outcome, Ask)
    assert isinstance(await _answer(world, came.outcome, came.cookie), ToClient)


async def test_the_page_says_whose_session_it_is_before_one_agrees() -> None:
    world = await a_quick_world()
    asked, session = await _asked(world)
    again = await world.ask(client=APP_ON_A_DESK, session_cookie=session)

    assert isinstance(again, Ask)
    assert (asked.person, again.person) == (EMAIL, "Ada Lovelace")
