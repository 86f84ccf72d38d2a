"""Introspection and revocation, lines 69 to 72."""

from typing import Any

import httpx
import pytest

from tests.protocol.browser import NO_TLS, Browser, Site, basic
from tests.stack import Stack

pytestmark = pytest.mark.slow

NOTHING = {"active": False}


@pytest.fixture
def given(stack: Stack, person: Browser) -> dict[str, Any]:
    return Site(stack, "keeps").tokens(person.code("keeps", scope="openid profile"))


def told(stack: Stack, token: str, client: str = "keeps") -> dict[str, Any]:
    answer = Site(stack, client).post("introspect", {"token": token})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    return dict(answer.json())


def test_line_69_revocation_needs_the_client_to_prove_itself(stack: Stack, given: dict[str, Any]) -> None:
    answer = Site(stack, "keeps", secret="wrong").post("revoke", {"token": given["refresh_token"]})
    without = httpx.post(f"{stack.issuer}/revoke", data={"token": given["refresh_token"]}, verify=NO_TLS)

    assert (answer.status_code, without.status_code) == (401, 401)
    assert told(stack, given["refresh_token"])["active"] is True


def test_line_69_another_client_s_token_is_not_revoked_and_an_unknown_one_is_no_error(
    stack: Stack, given: dict[str, Any]
) -> None:
    for token in (given["access_token"], given["refresh_token"]):
        assert Site(stack).post("revoke", {"token": token}).json()["error"] == "invalid_grant"
    for token in ("unknown", "v1.unknown", given["id_token"]):
        answer = Site(stack).post("revoke", {"token": token})
        assert (answer.status_code, answer.content) == (200, b"")
    assert told(stack, given["access_token"])["active"] is True


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
@pytest.mark.parametrize("hint", [None, "access_token", "refresh_token", "nonsense"])
def test_line_70_revoking_either_ends_both_at_once_whatever_the_hint_says(
    stack: Stack, given: dict[str, Any], which: str, hint: str | None
) -> None:
    site = Site(stack, "keeps")
    asked = {"token": given[which]} | ({"token_type_hint": hint} if hint else {})

    assert site.post("revoke", asked).status_code == 200
    assert told(stack, given["access_token"]) == told(stack, given["refresh_token"]) == NOTHING
    assert site.userinfo(given["access_token"]).status_code == 401
    assert site.refresh(given["refresh_token"]).json()["error"] == "invalid_grant"


def test_line_70_a_public_client_ends_its_own(stack: Stack, person: Browser) -> None:
    site = Site(stack, "rotates")
    tokens = site.tokens(person.code("rotates", scope="openid"))

    assert site.post("revoke", {"token": tokens["refresh_token"]}).status_code == 200
    assert site.userinfo(tokens["access_token"]).status_code == 401


def test_line_71_a_token_is_described_to_its_own_client(stack: Stack, given: dict[str, Any]) -> None:
    said = told(stack, given["access_token"])

    assert {"active", "iss", "aud", "sub", "client_id", "exp", "iat", "jti", "scope", "token_type"} <= set(said)
    assert (said["client_id"], said["scope"], said["token_type"]) == ("keeps", "openid profile", "Bearer")
    assert told(stack, given["refresh_token"])["client_id"] == "keeps"


def test_line_71_another_client_is_told_nothing(stack: Stack, given: dict[str, Any]) -> None:
    for token in (given["access_token"], given["refresh_token"]):
        assert told(stack, token, "basic") == NOTHING


def test_line_71_introspection_needs_a_client_that_proves_itself(stack: Stack, given: dict[str, Any]) -> None:
    asked = {"token": given["access_token"]}

    assert Site(stack, "rotates").post("introspect", asked).json()["error"] == "invalid_client"
    assert httpx.post(f"{stack.issuer}/introspect", data=asked, verify=NO_TLS).status_code == 401
    for wrong in (basic("keeps", "wrong"), basic("nobody", "wrong"), "Bearer " + given["access_token"]):
        answer = httpx.post(f"{stack.issuer}/introspect", data=asked, headers={"Authorization": wrong}, verify=NO_TLS)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("token", ["unknown", "v1.a.b.c.0.5.m", "eyJhbGciOiJub25lIn0.e30.", "é", "x" * 30_000])
def test_line_72_whatever_is_unknown_is_inactive_without_a_reason(stack: Stack, token: str) -> None:
    assert told(stack, token) == NOTHING


def test_line_72_an_id_token_or_a_code_is_no_token(stack: Stack, person: Browser, given: dict[str, Any]) -> None:
    for token in (given["id_token"], person.code("keeps")):
        assert told(stack, token) == NOTHING


@pytest.mark.parametrize("place", ["introspect", "revoke"])
def test_a_request_without_a_token_or_with_two_is_invalid(stack: Stack, place: str) -> None:
    site = Site(stack, "keeps")

    assert site.post(place, {}).json()["error"] == "invalid_request"
    assert site.post(place, {"token": ["a", "b"]}).json()["error"] == "invalid_request"
