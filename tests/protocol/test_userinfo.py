"""The userinfo endpoint, lines 52 to 54."""

import json
from typing import Any

import httpx
import pytest

from shared.crypto.ring import Ring
from tests.protocol.browser import NO_TLS, Browser, Site, claims_of, told
from tests.stack import Stack

pytestmark = pytest.mark.slow

BY_SCOPE = {
    "openid": {"sub"},
    "openid profile": {"sub", "name", "given_name", "family_name", "locale"},
    "openid email": {"sub", "email", "email_verified"},
    "openid phone": {"sub", "phone_number", "phone_number_verified"},
    "openid address": {"sub", "address"},
}


def ask(stack: Stack, method: str, **options: Any) -> httpx.Response:
    return httpx.request(method, f"{stack.issuer}/userinfo", timeout=30, verify=NO_TLS, **options)


def bearer(tokens: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens['access_token']}"}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_line_52_get_and_post_answer_a_json_object_with_the_id_tokens_sub(
    stack: Stack, tokens: dict[str, Any], method: str
) -> None:
    answer = ask(stack, method, headers=bearer(tokens))

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["sub"] == claims_of(tokens["id_token"])["sub"]


def test_line_52_the_token_may_come_in_a_form_and_the_scheme_in_any_case(stack: Stack, tokens: dict[str, Any]) -> None:
    in_form = ask(stack, "POST", data={"access_token": tokens["access_token"]})
    in_capitals = ask(stack, "GET", headers={"Authorization": f"BEARER {tokens['access_token']}"})

    assert (in_form.status_code, in_capitals.status_code) == (200, 200)


@pytest.mark.parametrize("scope", BY_SCOPE)
def test_line_52_claims_come_by_granted_scope_only(stack: Stack, person: Browser, scope: str) -> None:
    site = Site(stack)
    said = site.userinfo(site.tokens(person.code(scope=scope))["access_token"]).json()

    assert set(said) == BY_SCOPE[scope]


def test_line_53_without_a_token_there_is_a_challenge_and_no_error_code(stack: Stack) -> None:
    for answer in (ask(stack, "GET"), ask(stack, "POST"), ask(stack, "GET", headers={"Authorization": "Basic eDp5"})):
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == 'Bearer realm="sluis"'
        assert "error" not in answer.json()


def test_line_53_a_wrong_token_is_invalid_token(stack: Stack) -> None:
    for token in ("x", "a.b.c", "é", "v1.x", "x" * 9000):
        answer = Site(stack).userinfo(token)
        assert answer.status_code == 401
        assert 'error="invalid_token"' in answer.headers["www-authenticate"]
        assert answer.json()["error"] == "invalid_token"
        assert token not in answer.headers["www-authenticate"]


def test_line_53_an_expired_token_is_invalid_token(stack: Stack, tokens: dict[str, Any], ring: Ring) -> None:
    past = claims_of(tokens["access_token"]) | {"iat": 1_700_000_000, "exp": 1_700_000_300}
    answer = Site(stack).userinfo(ring.sign("ES256", "at+jwt", past))

    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_line_53_a_revoked_token_is_invalid_token_at_once(stack: Stack, person: Browser) -> None:
    site, code = Site(stack), person.code()
    given = site.tokens(code)
    site.redeem(code)
    answer = site.userinfo(given["access_token"])

    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_line_53_a_token_of_nobody_is_invalid_token(stack: Stack, tokens: dict[str, Any], ring: Ring) -> None:
    for sub in ("acc_00000000000000000000000000", "somebody else"):
        claims = claims_of(tokens["access_token"]) | {"sub": sub}
        assert Site(stack).userinfo(ring.sign("ES256", "at+jwt", claims)).status_code == 401


def test_line_53_a_token_without_openid_is_insufficient_scope(stack: Stack, person: Browser) -> None:
    given = Site(stack).tokens(person.code(scope="profile"))
    answer = Site(stack).userinfo(given["access_token"])

    assert answer.status_code == 403
    assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]
    assert "Grace" not in answer.text


def test_line_53_a_token_in_the_query_or_in_two_places_is_refused(stack: Stack, tokens: dict[str, Any]) -> None:
    token = {"access_token": tokens["access_token"]}

    for answer in (
        ask(stack, "GET", params=token),
        ask(stack, "GET", params=token, headers=bearer(tokens)),
        ask(stack, "POST", data=token, headers=bearer(tokens)),
    ):
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
        assert tokens["access_token"] not in answer.text


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_line_53_other_methods_are_405(stack: Stack, method: str) -> None:
    answer = ask(stack, method)

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST, OPTIONS")


@pytest.mark.parametrize(
    "claims",
    [
        {"userinfo": {"name": None, "email": {"essential": True}}},
        {"id_token": {"acr": {"values": ["1", "2"]}, "auth_time": {"essential": True}}},
        {"userinfo": None, "id_token": None},
        {"userinfo": [], "unknown": {"x": 1}},
        {},
    ],
)
def test_line_54_claims_are_ignored_without_an_error_and_open_nothing(
    stack: Stack, person: Browser, claims: dict[str, Any]
) -> None:
    site = Site(stack)
    given = site.tokens(person.code(claims=json.dumps(claims)))

    assert set(site.userinfo(given["access_token"]).json()) == {"sub"}


@pytest.mark.parametrize("place", ["id_token", "userinfo"])
def test_line_54_a_sub_that_does_not_match_the_user_fails(stack: Stack, person: Browser, place: str) -> None:
    other = json.dumps({place: {"sub": {"value": "acc_00000000000000000000000000"}}})

    assert told(person.authorize(prompt="none", claims=other))["error"] == "login_required"
    assert told(Browser(stack).sign_in(claims=other))["error"] == "login_required"


def test_line_54_a_sub_that_matches_passes(person: Browser, tokens: dict[str, Any]) -> None:
    own = json.dumps({"id_token": {"sub": {"value": claims_of(tokens["id_token"])["sub"]}}})

    assert "code" in told(person.authorize(prompt="none", claims=own))


def test_line_54_two_people_in_one_request_are_refused(person: Browser, tokens: dict[str, Any]) -> None:
    two = {"id_token": {"sub": {"value": "a"}}, "userinfo": {"sub": {"value": "b"}}}
    other = {"id_token": {"sub": {"value": "a"}}}

    assert told(person.authorize(claims=json.dumps(two)))["error"] == "invalid_request"
    assert (
        told(person.authorize(claims=json.dumps(other), id_token_hint=tokens["id_token"]))["error"] == "invalid_request"
    )
