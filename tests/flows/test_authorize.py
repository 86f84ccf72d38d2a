"""When an authorization request is answered silently, when the person is asked, and when it is refused (OIDC Core §3.1.2)."""

import json
from dataclasses import replace
from typing import Any

import pytest

from shared.domain.answers import Ask, ErrorToClient, Outcome, ToClient
from shared.domain.clients import Client
from shared.domain.errors import (
    BadRedirectUri,
    ConsentRequired,
    InvalidRequest,
    InvalidScope,
    LoginRequired,
    RequestNotSupported,
    StaleForm,
    UnknownClient,
    UnsupportedResponseType,
)
from shared.domain.lifetimes import FLOW, SESSION
from shared.domain.times import SECOND
from shared.flows.pending_form import take_up
from shared.flows.register import register_client
from tests.flows.worlds import APP_ON_A_DESK, LOOPBACK, a_quick_world, alter, altered, form_of, signed_in
from tests.world import EMAIL, FLOW_COOKIE, ISSUER, SEED, SITE, World, code_in

SOMEBODY_ELSE = "acc_00000000000000000000000000"


def _named(outcome: Outcome) -> str:
    """Name what a request came to in one word."""
    match outcome:
        case ToClient():
            return "code"
        case Ask(step=step):
            return step
        case ErrorToClient(error=error):
            return type(error).__name__


@pytest.fixture
async def world() -> World:
    return await a_quick_world()


@pytest.mark.parametrize(
    ("prompt", "stranger", "known"),
    [
        (None, "sign_in", "code"),
        ("none", "LoginRequired", "code"),
        ("login", "sign_in", "sign_in"),
        ("select_account", "sign_in", "sign_in"),
        ("consent", "sign_in", "confirm"),
        ("login consent", "sign_in", "sign_in"),
        ("none login", "InvalidRequest", "InvalidRequest"),
        ("login none", "InvalidRequest", "InvalidRequest"),
        ("create", "InvalidRequest", "InvalidRequest"),
        ("", "sign_in", "code"),
    ],
)
async def test_prompt_decides_who_is_asked_what(world: World, prompt: str | None, stranger: str, known: str) -> None:
    session = (await signed_in(world)).cookie
    asked: dict[str, Any] = {} if prompt is None else {"prompt": prompt}

    assert _named(await world.ask(**asked)) == stranger
    assert _named(await world.ask(session_cookie=session, **asked)) == known


async def test_a_public_client_whose_answer_any_program_could_take_asks_each_time(world: World) -> None:
    session = (await signed_in(world)).cookie

    async def ask(**more: str) -> str:
        return _named(await world.ask(session_cookie=session, client=APP_ON_A_DESK, **more))

    assert await ask() == "confirm"
    assert await ask() == "confirm"
    assert await ask(prompt="none") == "ConsentRequired"
    assert await ask(redirect_uri="http://127.0.0.1:60001/callback") == "confirm"


async def test_silent_refusals_are_those_of_the_standard(world: World) -> None:
    session = (await signed_in(world)).cookie
    nobody = await world.ask(prompt="none")
    asks = await world.ask(session_cookie=session, client=APP_ON_A_DESK, prompt="none")

    assert isinstance(nobody, ErrorToClient)
    assert isinstance(nobody.error, LoginRequired)
    assert isinstance(asks, ErrorToClient)
    assert isinstance(asks.error, ConsentRequired)
    assert (asks.redirect_uri, asks.state) == (LOOPBACK, "a state")


@pytest.mark.parametrize(("max_age", "later", "outcome"), [
    ("60", 60 * SECOND, "code"),
    ("60", 60 * SECOND + 1, "sign_in"),
    ("0", 0, "sign_in"),
    ("1", 0, "code"),
    ("-1", 0, "InvalidRequest"),
    ("soon", 0, "InvalidRequest"),
    ("\u0661", 0, "InvalidRequest"),
])  # fmt: skip
async def test_max_age_ends_at_the_very_millisecond(world: World, max_age: str, later: int, outcome: str) -> None:
    session = (await signed_in(world)).cookie
    world.clock.pass_by(later)

    assert _named(await world.ask(session_cookie=session, max_age=max_age)) == outcome


async def test_a_sign_in_just_now_satisfies_max_age_nought(world: World) -> None:
    came = await signed_in(world, max_age="0")

    assert _named(came.outcome) == "code"


def _claims(subject: str) -> str:
    return json.dumps({"id_token": {"sub": {"value": subject}}})


async def test_a_request_for_somebody_else_is_never_answered_with_this_session(world: World) -> None:
    session = (await signed_in(world)).cookie
    other = _claims(SOMEBODY_ELSE)

    assert _named(await world.ask(session_cookie=session, claims=_claims(world.account_id))) == "code"
    assert _named(await world.ask(session_cookie=session, claims=other)) == "sign_in"
    assert _named(await world.ask(session_cookie=session, claims=other, prompt="none")) == "LoginRequired"
    assert _named((await signed_in(world, claims=other)).outcome) == "LoginRequired"


async def test_an_id_token_hint_names_the_person_even_when_it_has_expired(world: World) -> None:
    came = await signed_in(world)
    hint = (await world.redeem(code_in(came.outcome))).id_token
    assert hint is not None
    world.clock.pass_by(SESSION // 2)

    assert _named(await world.ask(session_cookie=came.cookie, id_token_hint=hint)) == "code"
    contradicted = await world.ask(session_cookie=came.cookie, id_token_hint=hint, claims=_claims(SOMEBODY_ELSE))
    assert _named(contradicted) == "InvalidRequest"


async def test_an_access_token_or_a_forgery_is_no_hint(world: World) -> None:
    came = await signed_in(world)
    tokens = await world.redeem(code_in(came.outcome))
    assert tokens.id_token is not None

    for hint in (tokens.access_token, altered(tokens.id_token), "nonsense", ""):
        assert _named(await world.ask(session_cookie=came.cookie, id_token_hint=hint)) == (
            "InvalidRequest" if hint else "code"
        )


@pytest.mark.parametrize(("later", "outcome"), [(SESSION - 1, "code"), (SESSION, "sign_in")])
async def test_a_session_ends_at_the_very_millisecond(world: World, later: int, outcome: str) -> None:
    session = (await signed_in(world)).cookie
    world.clock.pass_by(later)

    assert _named(await world.ask(session_cookie=session)) == outcome


@pytest.mark.parametrize("ended", [{"status": "disabled"}, {"revoked_before": 2**50}], ids=["disabled", "revoked"])
async def test_a_session_that_was_ended_counts_for_nothing(world: World, ended: dict[str, object]) -> None:
    session = (await signed_in(world)).cookie
    await alter(world, **ended)

    assert _named(await world.ask(session_cookie=session)) == "sign_in"
    assert _named(await world.ask(session_cookie=session, prompt="none")) == "LoginRequired"


@pytest.mark.parametrize("cookie", ["", "nonsense", "v1.kid.AAAA.AAAA", "v1." + "A" * 5_000])
async def test_a_cookie_that_is_not_ours_is_no_session(world: World, cookie: str) -> None:
    assert _named(await world.ask(session_cookie=cookie)) == "sign_in"


async def test_a_code_or_a_flow_is_no_session_cookie(world: World) -> None:
    asked = await world.ask()
    assert isinstance(asked, Ask)

    assert _named(await world.ask(session_cookie=asked.flow)) == "sign_in"
    assert _named(await world.ask(session_cookie=await world.code())) == "sign_in"


async def test_the_answer_carries_state_and_issuer(world: World) -> None:
    outcome = (await signed_in(world, response_mode="form_post")).outcome

    assert isinstance(outcome, ToClient)
    assert dict(outcome.parameters) | {"code": ""} == {"code": "", "state": "a state", "iss": ISSUER.url}
    assert (outcome.redirect_uri, outcome.response_mode) == (SITE.redirect_uris[0], "form_post")


@pytest.mark.parametrize("client_id", ["nobody", "", "x" * 65, "si\nte", "SITE"])
async def test_an_unknown_client_is_never_redirected_to(world: World, client_id: str) -> None:
    with pytest.raises(UnknownClient):
        await world.ask(client_id=client_id)


@pytest.mark.parametrize(
    "redirect_uri",
    ["https://evil.example/callback", "https://site.example/callback/", "https://site.example/callback?x", ""],
)
async def test_an_address_that_was_not_registered_is_never_redirected_to(world: World, redirect_uri: str) -> None:
    with pytest.raises(BadRedirectUri):
        await world.ask(redirect_uri=redirect_uri)


async def test_a_client_gets_no_scope_it_was_not_registered_for(world: World) -> None:
    client = replace(SITE, client_id="plain", scope=("openid",))
    await register_client(world.app, client, actor=SEED)
    refused = await world.ask(client=client, scope="email")

    assert isinstance(refused, ErrorToClient)
    assert isinstance(refused.error, InvalidScope)
    assert isinstance(await world.ask(client=client, scope="email openid"), Ask)


async def test_the_form_belongs_to_its_browser_its_step_and_its_hour(world: World) -> None:
    asked = await world.ask(login_hint=EMAIL)
    assert isinstance(asked, Ask)
    form = await form_of(world, asked)

    assert form.question == asked
    for flow, step, cookie in (
        (asked.flow, "sign_in", "B" * 22),
        (asked.flow, "sign_in", ""),
        (asked.flow, "confirm", FLOW_COOKIE),
        (altered(asked.flow), "sign_in", FLOW_COOKIE),
        ("", "sign_in", FLOW_COOKIE),
        ("v1." + "A" * 40_000, "sign_in", FLOW_COOKIE),
    ):
        with pytest.raises(StaleForm):
            await take_up(world.app, flow=flow, step=step, flow_cookie=cookie)  # type: ignore[arg-type]
    world.clock.pass_by(FLOW)
    with pytest.raises(StaleForm, match="expired"):
        await form_of(world, asked)


async def test_a_form_of_a_client_that_is_gone_is_refused(world: World) -> None:
    client: Client = replace(SITE, client_id="gone")
    await register_client(world.app, client, actor=SEED)
    asked = await world.ask(client=client)
    assert isinstance(asked, Ask)
    world.clock.pass_by(5 * SECOND)
    world.shelf._tables["directory"].clear()  # type: ignore[attr-defined]  # behind the app's back

    with pytest.raises(UnknownClient):
        await form_of(world, asked)


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"response_type": "token"}, UnsupportedResponseType),
        ({"code_challenge_method": "plain"}, InvalidRequest),
        ({"claims": "{"}, InvalidRequest),
        ({"nonce": "n" * 4096}, InvalidRequest),
        ({"request": "e30.e30."}, RequestNotSupported),
    ],
)
async def test_what_is_malformed_is_refused_at_the_client(
    world: World, asked: dict[str, Any], error: type[Exception]
) -> None:
    refused = await world.ask(**asked)

    assert isinstance(refused, ErrorToClient)
    assert (refused.redirect_uri, refused.state) == (SITE.redirect_uris[0], "a state")
    assert isinstance(refused.error, error)
