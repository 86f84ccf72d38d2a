"""Refresh tokens at the token endpoint, lines 47 to 51, and a client that acts for itself, line 35."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.protocol.browser import Browser, Site, claims_of, told
from tests.stack import Stack

pytestmark = pytest.mark.slow

OFFLINE = "openid profile offline_access"


@pytest.fixture
def given(stack: Stack, person: Browser) -> dict[str, Any]:
    """Give a token response with a refresh token of its own."""
    return Site(stack, "keeps").tokens(person.code("keeps", scope="openid profile"))


def refused(answer: httpx.Response, error: str = "invalid_grant") -> bool:
    return (answer.status_code, answer.json()["error"]) == (400, error)


def test_line_47_a_refresh_token_is_for_its_client_only(stack: Stack, given: dict[str, Any]) -> None:
    token = given["refresh_token"]

    assert refused(Site(stack, "rotates").refresh(token))
    assert refused(Site(stack, "basic").refresh(token), "unauthorized_client")
    assert Site(stack, "keeps", secret="wrong").refresh(token).status_code == 401
    assert Site(stack, "keeps").refresh(token).status_code == 200


def test_line_47_scope_can_only_shrink(stack: Stack, given: dict[str, Any]) -> None:
    site = Site(stack, "keeps")
    narrow = site.refresh(given["refresh_token"], scope="openid").json()

    assert narrow["scope"] == "openid"
    assert refused(site.refresh(narrow["refresh_token"], scope="openid email"), "invalid_scope")
    assert site.refresh(narrow["refresh_token"]).json()["scope"] == "openid profile"


def test_line_48_a_public_client_s_token_is_rotated_and_a_rotated_one_ends_the_family(
    stack: Stack, person: Browser
) -> None:
    site = Site(stack, "rotates")
    first = site.tokens(person.code("rotates", scope="openid profile"))
    second = site.refresh(first["refresh_token"]).json()
    third = site.refresh(second["refresh_token"]).json()

    assert refused(site.refresh(first["refresh_token"]))
    assert refused(site.refresh(third["refresh_token"]))
    assert site.userinfo(third["access_token"]).status_code == 401


def test_line_48_the_answer_that_was_lost_is_given_again(stack: Stack, given: dict[str, Any]) -> None:
    site = Site(stack, "keeps")
    lost, again = (site.refresh(given["refresh_token"]).json() for _ in range(2))

    assert lost["refresh_token"] == again["refresh_token"] != given["refresh_token"]
    assert site.userinfo(again["access_token"]).status_code == 200


def test_line_49_signing_out_ends_it(stack: Stack) -> None:
    browser, site = Browser(stack), Site(stack, "keeps")
    tokens = site.tokens(browser.code("keeps", scope="openid"))
    left = browser.http.get(browser.at("end-session"), params={"id_token_hint": tokens["id_token"]})

    assert left.status_code == 200
    assert refused(site.refresh(tokens["refresh_token"]))


def test_line_50_offline_access_outlives_the_session(stack: Stack) -> None:
    browser, site = Browser(stack), Site(stack, "keeps")
    tokens = site.tokens(browser.code("keeps", scope=OFFLINE))
    browser.http.get(browser.at("end-session"), params={"id_token_hint": tokens["id_token"]})

    assert tokens["scope"] == OFFLINE
    assert site.userinfo(tokens["access_token"]).status_code == 200
    assert site.refresh(tokens["refresh_token"]).status_code == 200


def test_line_50_a_public_client_gets_offline_access_by_the_person_s_word_only(stack: Stack, person: Browser) -> None:
    assert told(person.authorize("rotates", scope=OFFLINE, prompt="none"))["error"] == "consent_required"
    question = person.authorize("rotates", scope=OFFLINE)
    code = told(person.send(question, decision="allow"))["code"]

    assert "stay connected" in question.text
    assert Site(stack, "rotates").tokens(code)["scope"] == OFFLINE


def test_line_50_whoever_may_not_refresh_is_not_given_offline_access(stack: Stack, person: Browser) -> None:
    tokens = Site(stack).tokens(person.code(scope=OFFLINE))

    assert tokens["scope"] == "openid profile"
    assert "refresh_token" not in tokens


def test_line_51_an_id_token_from_a_refresh_keeps_its_facts(stack: Stack, given: dict[str, Any]) -> None:
    before, after = (
        claims_of(one["id_token"]) for one in (given, Site(stack, "keeps").refresh(given["refresh_token"]).json())
    )

    for name in ("iss", "sub", "aud", "auth_time", "sid", "amr"):
        assert before[name] == after[name]
    assert "nonce" not in after


@pytest.mark.parametrize("more", [{"refresh_token": ""}, {"refresh_token": "x" * 60_000}, {"refresh_token": "é"}])
def test_what_is_no_refresh_token_is_refused_calmly(stack: Stack, more: dict[str, str]) -> None:
    answer = Site(stack, "keeps").token({"grant_type": "refresh_token"} | more)

    assert answer.status_code == 400
    assert answer.json()["error"] in {"invalid_grant", "invalid_request"}
    assert answer.headers["cache-control"] == "no-store"


def test_a_refresh_token_in_the_url_is_refused(stack: Stack, given: dict[str, Any]) -> None:
    url = f"{stack.issuer}/token?refresh_token={given['refresh_token']}"

    assert refused(httpx.post(url, data={"grant_type": "refresh_token", "client_id": "keeps"}), "invalid_request")


def test_invariant_4_twenty_refreshes_at_once_have_one_successor(stack: Stack, given: dict[str, Any]) -> None:
    site = Site(stack, "keeps")
    with ThreadPoolExecutor(20) as together:
        answers = list(together.map(lambda _: site.refresh(given["refresh_token"]).json(), range(20)))

    assert len({answer["refresh_token"] for answer in answers}) == 1


def test_line_35_a_client_that_acts_for_itself_is_its_own_subject(stack: Stack) -> None:
    answer = Site(stack, "keeps").token({"grant_type": "client_credentials"}).json()
    claims = claims_of(answer["access_token"])

    assert set(answer) == {"access_token", "token_type", "expires_in"}
    assert (claims["sub"], claims["client_id"], claims["aud"]) == ("keeps", "keeps", stack.issuer)
    assert Site(stack, "keeps").userinfo(answer["access_token"]).status_code == 401


@pytest.mark.parametrize(("client", "error"), [("basic", "unauthorized_client"), ("rotates", "invalid_client")])
def test_line_35_only_a_confidential_client_registered_for_it_acts_for_itself(
    stack: Stack, client: str, error: str
) -> None:
    assert Site(stack, client).token({"grant_type": "client_credentials"}).json()["error"] == error


def test_line_35_what_speaks_of_a_person_is_not_given_to_a_client(stack: Stack) -> None:
    asked = {"grant_type": "client_credentials", "scope": "openid email"}

    assert refused(Site(stack, "keeps").token(asked), "invalid_scope")
