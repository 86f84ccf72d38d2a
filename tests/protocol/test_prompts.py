"""The authorization endpoint, lines 10 to 15: when a person is asked, when nobody may be, and what never matters."""

import re
from dataclasses import replace
from typing import Any

import pytest

from shared.domain.canonical import canonical, parse_json
from shared.domain.claims import ID_TOKEN_TYPE
from shared.domain.sessions import Session
from shared.domain.times import DAY, SECOND
from shared.ports import Ring
from tests.protocol.browser import Browser, Site, claims_of, fields_of, told
from tests.stack import Stack

pytestmark = pytest.mark.slow

OTHER = {"email": "other@tests.example", "password": "another password"}


@pytest.fixture(scope="module")
def hint_of_another(stack: Stack) -> str:
    """Give an ID token of somebody else."""
    code = Browser(stack).code(email=OTHER["email"], password=OTHER["password"])
    return str(Site(stack).tokens(code)["id_token"])


@pytest.fixture
def long_ago(stack: Stack, person: Browser, ring: Ring) -> Browser:
    """Give a browser with Grace's session, signed in 100 seconds before it was."""
    browser = Browser(stack)
    for name, value in person.http.cookies.items():
        moved = _older(ring, value) if "session" in name else value
        browser.http.cookies.set(name, moved, domain="localhost.local", path="/")
    return browser


def _older(ring: Ring, cookie: str) -> str:
    session = Session.of(parse_json(ring.open("session-cookie", cookie), 4096, 4))
    return ring.seal(
        "session-cookie", canonical(replace(session, auth_time=session.auth_time - 100 * SECOND).carried())
    )


@pytest.mark.parametrize(
    "more", [{}, {"response_mode": "form_post"}, {"max_age": "0"}, {"ui_locales": "nl"}, {"login_hint": "a@b.example"}]
)
def test_line_10_without_a_session_prompt_none_is_login_required(stack: Stack, more: dict[str, Any]) -> None:
    answer = Browser(stack).authorize(prompt="none", **more)

    said = fields_of(answer.text) if answer.status_code == 200 else told(answer)
    assert said["error"] == "login_required"
    assert said["state"] == "af0ifjsldkj"
    assert "password" not in answer.text


def test_line_10_with_a_session_prompt_none_gives_a_code(person: Browser) -> None:
    assert set(told(person.authorize(prompt="none"))) == {"code", "state", "iss"}


def test_line_10_where_the_person_must_agree_prompt_none_is_consent_required(person: Browser) -> None:
    assert told(person.authorize("native", prompt="none"))["error"] == "consent_required"


def test_line_10_a_session_that_is_too_old_is_login_required_and_no_page(long_ago: Browser) -> None:
    assert told(long_ago.authorize(prompt="none", max_age="50"))["error"] == "login_required"
    assert "code" in told(long_ago.authorize(prompt="none", max_age="5000"))


@pytest.mark.parametrize(
    "cookie", ["", "x", "v1.x.y.z", "v1." + "0" * 26 + "." + "A" * 38 + "." + "A" * 22, "é", "A" * 5000]
)
def test_line_10_a_session_cookie_that_does_not_open_is_no_session(stack: Stack, person: Browser, cookie: str) -> None:
    [name] = [name for name in person.http.cookies if "session" in name]
    browser = Browser(stack)
    answer = browser.http.get(
        browser.at("authorize"),
        params=browser.request(prompt="none"),
        headers=[(b"Cookie", f"{name}={cookie}".encode())],
    )

    assert told(answer)["error"] == "login_required"


@pytest.mark.parametrize("prompt", ["login", "select_account", "login consent"])
def test_line_11_prompt_login_asks_again_with_a_living_session(person: Browser, prompt: str) -> None:
    page = person.authorize(prompt=prompt)

    assert page.status_code == 200
    assert 'type="password"' in page.text


def test_line_11_signing_in_again_moves_auth_time(stack: Stack, long_ago: Browser) -> None:
    before = claims_of(Site(stack).tokens(long_ago.code())["id_token"])
    after = claims_of(Site(stack).tokens(long_ago.code(prompt="login"))["id_token"])

    assert after["sub"] == before["sub"]
    assert after["auth_time"] >= before["auth_time"] + 100


@pytest.mark.parametrize("prompt", ["none login", "login none", "none consent", "none select_account"])
def test_line_11_prompt_none_with_another_value_is_invalid_request(person: Browser, prompt: str) -> None:
    assert told(person.authorize(prompt=prompt))["error"] == "invalid_request"


@pytest.mark.parametrize("max_age", ["0", "99"])
def test_line_12_a_sign_in_older_than_max_age_is_asked_for_again(long_ago: Browser, max_age: str) -> None:
    page = long_ago.authorize(max_age=max_age)

    assert page.status_code == 200
    assert 'type="password"' in page.text


def test_line_12_max_age_0_asks_even_right_after_signing_in(stack: Stack) -> None:
    browser = Browser(stack)
    said = told(browser.sign_in(max_age="0"))

    assert "code" in said
    assert browser.authorize(max_age="0").status_code == 200


def test_line_12_within_max_age_auth_time_says_when(stack: Stack, person: Browser, long_ago: Browser) -> None:
    fresh = claims_of(Site(stack).tokens(person.code(max_age="10000"))["id_token"])
    old = claims_of(Site(stack).tokens(long_ago.code(max_age="10000"))["id_token"])

    assert fresh["auth_time"] - old["auth_time"] == 100
    assert old["iat"] >= fresh["auth_time"]


def test_line_13_the_hint_of_another_user_is_login_required_without_a_page(
    person: Browser, hint_of_another: str
) -> None:
    assert told(person.authorize(prompt="none", id_token_hint=hint_of_another))["error"] == "login_required"


def test_line_13_the_hint_of_another_user_asks_for_that_user(person: Browser, hint_of_another: str) -> None:
    page = person.authorize(id_token_hint=hint_of_another)

    assert page.status_code == 200
    assert 'type="password"' in page.text


def test_line_13_signing_in_as_somebody_else_than_the_hint_names_is_login_required(
    stack: Stack, hint_of_another: str
) -> None:
    assert told(Browser(stack).sign_in(id_token_hint=hint_of_another))["error"] == "login_required"


def test_line_13_the_own_hint_passes(person: Browser, tokens: dict[str, Any]) -> None:
    assert "code" in told(person.authorize(prompt="none", id_token_hint=tokens["id_token"]))


def test_line_13_an_expired_hint_is_still_usable(
    person: Browser, tokens: dict[str, Any], hint_of_another: str, ring: Ring
) -> None:
    past = {"iat": 1_700_000_000, "exp": 1_700_000_300}
    own = ring.sign("RS256", ID_TOKEN_TYPE, claims_of(tokens["id_token"]) | past)
    others = ring.sign("RS256", ID_TOKEN_TYPE, claims_of(hint_of_another) | past)

    assert "code" in told(person.authorize(prompt="none", id_token_hint=own))
    assert told(person.authorize(prompt="none", id_token_hint=others))["error"] == "login_required"


def test_line_13_an_access_token_or_a_foreign_issuers_token_is_no_hint(
    person: Browser, tokens: dict[str, Any], ring: Ring
) -> None:
    foreign = ring.sign("RS256", ID_TOKEN_TYPE, claims_of(tokens["id_token"]) | {"iss": "https://other.example"})

    for hint in (tokens["access_token"], foreign):
        assert told(person.authorize(prompt="none", id_token_hint=hint))["error"] == "invalid_request"


NEVER_AN_ERROR = [
    *({"display": value} for value in ("page", "popup", "touch", "wap", "nonsense", "é\x01")),
    *({"ui_locales": value} for value in ("nl", "xx", "fr-CA fr en", "-", "x" * 1000)),
    *({"claims_locales": value} for value in ("nl", "fr en", "\u00e9")),
    *({"acr_values": value} for value in ("1", "urn:mace:incommon:iap:silver 0", "\u00e9")),
    *({"login_hint": value} for value in ("a@b.example", "tel:+1", "<script>", "\u00e9" * 500, '"')),
]


@pytest.mark.parametrize("more", NEVER_AN_ERROR)
def test_line_14_hints_never_cause_an_error(stack: Stack, person: Browser, more: dict[str, Any]) -> None:
    assert Browser(stack).authorize(**more).status_code == 200
    assert "code" in told(person.authorize(prompt="none", **more))


def test_line_14_login_hint_is_filled_in_and_cannot_break_out(stack: Stack) -> None:
    page = Browser(stack).authorize(login_hint='"><script>alert(1)</script>@x.example')

    assert "<script>alert" not in page.text
    filled = re.search(r'name="email"[^>]* value="([^"]*)"', page.text)
    assert filled is not None
    assert filled[1].startswith("&#34;&gt;&lt;script&gt;")


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"request": "eyJhbGciOiJub25lIn0.e30."}, "request_not_supported"),
        ({"request_uri": "https://basic.example/request.jwt"}, "request_uri_not_supported"),
        ({"request_uri": "urn:ietf:params:oauth:request_uri:x"}, "request_uri_not_supported"),
        ({"registration": "{}"}, "registration_not_supported"),
    ],
)
@pytest.mark.parametrize("prompt", [None, "none"])
def test_line_15_request_objects_are_refused_by_their_own_errors(
    person: Browser, more: dict[str, Any], error: str, prompt: str | None
) -> None:
    assert told(person.authorize(prompt=prompt, **more))["error"] == error


def test_line_10_a_session_past_its_end_is_no_session(stack: Stack, person: Browser, ring: Ring) -> None:
    [(name, cookie)] = [(name, value) for name, value in person.http.cookies.items() if "session" in name]
    session = Session.of(parse_json(ring.open("session-cookie", cookie), 4096, 4))
    over = ring.seal("session-cookie", canonical(replace(session, ends=session.ends - DAY).carried()))
    browser = Browser(stack)
    browser.http.cookies.set(name, over, domain="localhost.local", path="/")

    assert told(browser.authorize(prompt="none"))["error"] == "login_required"
