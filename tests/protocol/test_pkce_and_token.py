"""PKCE and the code at the token endpoint, lines 23 to 28."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from shared.domain.pkce import challenge_of
from tests.protocol.browser import NO_TLS, VERIFIER, Browser, Site, told
from tests.stack import Stack

pytestmark = pytest.mark.slow

WITHOUT: dict[str, Any] = {"code_challenge": None, "code_challenge_method": None}


@pytest.mark.parametrize("client", ["basic", "post", "spa", "native"])
def test_line_23_a_challenge_is_required_from_public_and_confidential_clients(person: Browser, client: str) -> None:
    assert told(person.authorize(client, **WITHOUT))["error"] == "invalid_request"


def test_line_23_one_named_confidential_client_may_do_without(stack: Stack, person: Browser) -> None:
    code = person.code("old", **WITHOUT)

    assert Site(stack, "old").redeem(code, code_verifier=None).status_code == 200


@pytest.mark.parametrize("client", ["basic", "old", "spa"])
@pytest.mark.parametrize("method", ["plain", "s256", "S512", "", None])
def test_line_23_no_method_but_s256_is_taken(person: Browser, client: str, method: str | None) -> None:
    said = told(person.authorize(client, code_challenge=VERIFIER, code_challenge_method=method))

    assert said["error"] == "invalid_request"


@pytest.mark.parametrize("challenge", ["", "a" * 42, "a" * 44, "a" * 42 + "=", "a" * 42 + "+"])
def test_line_23_a_challenge_has_the_form_of_a_sha_256(person: Browser, challenge: str) -> None:
    assert told(person.authorize(code_challenge=challenge))["error"] == "invalid_request"


def test_line_23_metadata_lists_only_s256(stack: Stack) -> None:
    said = httpx.get(f"{stack.issuer}/.well-known/openid-configuration", verify=NO_TLS).json()

    assert said["code_challenge_methods_supported"] == ["S256"]


def test_line_24_a_verifier_for_a_code_without_challenge_is_refused(stack: Stack, person: Browser) -> None:
    answer = Site(stack, "old").redeem(person.code("old", **WITHOUT))

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_line_24_a_challenge_that_was_sent_cannot_be_left_unanswered(stack: Stack, person: Browser) -> None:
    answer = Site(stack, "old").redeem(person.code("old"), code_verifier=None)

    assert answer.json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "verifier", [None, "", "w" * 43, "v" * 42, "v" * 129, "v" * 42 + "é", "v" * 42 + " ", challenge_of(VERIFIER)]
)
def test_line_25_a_missing_wrong_short_or_long_verifier_is_refused(
    stack: Stack, person: Browser, verifier: str | None
) -> None:
    answer = Site(stack).redeem(person.code(), code_verifier=verifier)

    assert answer.status_code == 400
    assert answer.json()["error"] in {"invalid_grant", "invalid_request"}


@pytest.mark.parametrize("length", [42, 129])
def test_line_25_a_verifier_of_a_wrong_length_is_refused_though_it_matches(
    stack: Stack, person: Browser, length: int
) -> None:
    verifier = "w" * length
    code = person.code(code_challenge=challenge_of(verifier))

    assert Site(stack).redeem(code, code_verifier=verifier).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("verifier", ["w" * 43, "w" * 128, "-._~" * 16])
def test_line_25_a_verifier_at_the_bounds_is_good(stack: Stack, person: Browser, verifier: str) -> None:
    code = person.code(code_challenge=challenge_of(verifier))

    assert Site(stack).redeem(code, code_verifier=verifier).status_code == 200


def test_line_25_a_wrong_verifier_does_not_burn_the_code(stack: Stack, person: Browser) -> None:
    code = person.code()
    Site(stack).redeem(code, code_verifier="w" * 43)

    assert Site(stack).redeem(code).status_code == 200


def test_line_26_the_second_use_is_refused_and_revokes_what_the_first_gave(stack: Stack, person: Browser) -> None:
    site, code = Site(stack), person.code()
    first = site.tokens(code)
    before = site.userinfo(first["access_token"])
    second = site.redeem(code)
    after = site.userinfo(first["access_token"])

    assert before.status_code == 200
    assert (second.status_code, second.json()["error"]) == (400, "invalid_grant")
    assert (after.status_code, "invalid_token" in after.headers["www-authenticate"]) == (401, True)


def test_line_26_the_end_of_one_grant_leaves_the_session_and_other_grants(stack: Stack, person: Browser) -> None:
    site, code = Site(stack), person.code()
    other = site.tokens(person.code())
    site.tokens(code)
    site.redeem(code)

    assert site.userinfo(other["access_token"]).status_code == 200
    assert "code" in told(person.authorize(prompt="none"))


def test_line_26_at_the_same_moment_one_wins_and_keeps_nothing(stack: Stack, person: Browser) -> None:
    site, code = Site(stack), person.code()
    with ThreadPoolExecutor(6) as crowd:
        answers = list(crowd.map(lambda _: site.redeem(code), range(6)))

    won = [answer for answer in answers if answer.status_code == 200]
    lost = {(answer.status_code, answer.json()["error"]) for answer in answers if answer.status_code != 200}
    assert len(won) == 1
    assert lost == {(400, "invalid_grant")}
    assert site.userinfo(won[0].json()["access_token"]).status_code == 401


def test_line_27_a_code_of_another_client_is_refused_and_stays_good_for_its_owner(
    stack: Stack, person: Browser
) -> None:
    code = person.code()
    thieves = [Site(stack, name) for name in ("post", "spa", "old")]

    for thief in thieves:
        answer = thief.redeem(code, redirect_uri="https://basic.example/callback")
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
        assert "basic" not in answer.text
    assert Site(stack).redeem(code).status_code == 200


@pytest.mark.parametrize(
    "code", ["x", "v1.a.b.c", "v1." + "0" * 26 + "." + "A" * 38 + "." + "A" * 60, "é", "A" * 20000]
)
def test_line_27_what_is_no_code_of_ours_is_invalid_grant(stack: Stack, code: str) -> None:
    answer = Site(stack).redeem(code)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_line_27_a_code_with_one_letter_changed_is_invalid_grant(stack: Stack, person: Browser) -> None:
    code = person.code()
    for place in (5, 40, len(code) // 2, len(code) - 3):
        changed = code[:place] + ("A" if code[place] != "A" else "B") + code[place + 1 :]
        assert Site(stack).redeem(changed).json()["error"] == "invalid_grant"
    assert Site(stack).redeem(code).status_code == 200


@pytest.mark.parametrize(
    "redirect_uri",
    [None, "", "https://basic.example/callback?keep=1", "https://basic.example/callback/", "https://é.example/"],
)
def test_line_28_redirect_uri_must_be_the_one_sent_before(
    stack: Stack, person: Browser, redirect_uri: str | None
) -> None:
    answer = Site(stack).redeem(person.code(), redirect_uri=redirect_uri)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_line_28_the_port_that_was_sent_is_the_port_that_is_compared(stack: Stack, person: Browser) -> None:
    sent = "http://127.0.0.1:49152/callback"
    code = told(person.send(person.authorize("native", redirect_uri=sent), decision="allow"))["code"]
    native = Site(stack, "native")

    assert native.redeem(code, redirect_uri="http://127.0.0.1:49153/callback").json()["error"] == "invalid_grant"
    assert native.redeem(code, redirect_uri=sent).status_code == 200
