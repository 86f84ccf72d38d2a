"""The authorization endpoint, lines 16 to 22: how pages are protected, and how and where an answer travels."""

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from shared.domain.canonical import canonical, parse_json
from shared.domain.grants import Code
from shared.domain.lifetimes import CODE
from shared.domain.times import SECOND
from shared.ports import Ring
from tests.protocol.browser import EMAIL, NO_TLS, PASSWORD, Browser, Site, fields_of, query_of, told
from tests.stack import Stack

pytestmark = pytest.mark.slow


def opened(ring: Ring, code: str) -> Code:
    carried = parse_json(ring.open("code", code), 16 * 1024, 4)
    assert isinstance(carried, list)
    return Code.of(carried)


def policy_of(answer: httpx.Response) -> dict[str, str]:
    """Read a Content-Security-Policy by directive."""
    directives = answer.headers["content-security-policy"].split("; ")
    return {name: value for name, _, value in (one.partition(" ") for one in directives)}


def test_line_16_no_page_that_takes_credentials_or_consent_can_be_framed(stack: Stack, person: Browser) -> None:
    sign_in = Browser(stack).authorize()
    wrong = Browser(stack).sign_in(email="wrong@tests.example", password="wrong")
    confirm = person.authorize("native")

    assert 'value="allow"' in confirm.text
    for page in (sign_in, wrong, confirm):
        policy = policy_of(page)
        assert policy["frame-ancestors"] == "'none'"
        assert (policy["default-src"], policy["script-src"], policy["base-uri"]) == ("'none'", "'self'", "'none'")
        assert page.headers["x-frame-options"] == "DENY"


def test_line_17_after_credentials_the_redirect_is_303(stack: Stack) -> None:
    assert Browser(stack).sign_in().status_code == 303


def test_line_17_after_consent_the_redirect_is_303_whatever_the_answer(person: Browser) -> None:
    allowed = person.send(person.authorize("native"), decision="allow")
    denied = person.send(person.authorize("native"), decision="deny")

    assert (allowed.status_code, denied.status_code) == (303, 303)
    assert "code" in told(allowed)
    assert told(denied)["error"] == "access_denied"


@pytest.mark.parametrize("more", [{}, {"prompt": "none", "max_age": "0"}])
def test_line_18_form_post_is_a_page_that_posts_the_answer(stack: Stack, person: Browser, more: dict[str, Any]) -> None:
    page = person.authorize(response_mode="form_post", state='s"><', **more)

    said = fields_of(page.text)
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert set(said) - {"code", "error", "error_description"} == {"state", "iss"}
    assert (said["state"], said["iss"]) == ('s"><', stack.issuer)
    assert ("error" in said) == bool(more)
    assert re.findall(r'<form method="post" action="([^"]*)"', page.text) == ["https://basic.example/callback"]


def test_line_18_the_form_may_be_posted_to_the_client_only_and_one_script_of_ours_posts_it(
    stack: Stack, person: Browser
) -> None:
    page = person.authorize(response_mode="form_post")

    policy = policy_of(page)
    scripts = re.findall(r"<script([^>]*)>", page.text)
    assert policy["form-action"] == "'self' https://basic.example"
    assert policy["script-src"] == "'self'"
    assert len(scripts) == 1
    assert f'src="{urlsplit(stack.issuer).path}/static/form-post.js?v=' in scripts[0]


def test_line_18_a_posted_code_is_as_good_as_any(stack: Stack) -> None:
    page = Browser(stack).sign_in(response_mode="form_post")

    assert page.status_code == 200
    assert Site(stack).redeem(fields_of(page.text)["code"]).status_code == 200


def test_line_19_iss_is_the_metadata_issuer_on_success_and_on_error(stack: Stack, person: Browser) -> None:
    metadata = httpx.get(f"{stack.issuer}/.well-known/openid-configuration", verify=NO_TLS).json()

    assert metadata["authorization_response_iss_parameter_supported"] is True
    assert told(person.authorize())["iss"] == metadata["issuer"]
    assert told(person.authorize(response_type="token"))["iss"] == metadata["issuer"]
    assert told(person.send(person.authorize("native"), decision="deny"))["iss"] == metadata["issuer"]


def test_line_20_a_code_has_128_bits_of_entropy_and_binds_everything(person: Browser, ring: Ring) -> None:
    asked = person.request(nonce="n1")
    codes = [opened(ring, person.code(nonce="n1")) for _ in range(2)]

    assert len({code.code_id for code in codes}) == len({code.grant.grant_id for code in codes}) == 2
    for code in codes:
        # 26 characters of Crockford's base 32 are 130 bits.
        assert re.fullmatch(r"cod_[0-9a-z]{26}", code.code_id)
        assert (code.grant.client_id, code.redirect_uri) == (asked["client_id"], asked["redirect_uri"])
        assert (code.code_challenge, code.nonce) == (asked["code_challenge"], "n1")
        assert code.grant.account_id.startswith("acc_")


def test_line_20_a_code_says_nothing_to_who_reads_it(person: Browser) -> None:
    first, second = person.code(), person.code()

    assert first != second
    assert "basic" not in first
    assert len(first) < 1500


def test_line_20_a_code_lives_60_seconds(stack: Stack, person: Browser, ring: Ring) -> None:
    sealed = person.code()
    code = opened(ring, sealed)
    late = ring.seal("code", canonical(replace(code, ends=code.ends - CODE).carried()))
    in_time = ring.seal("code", canonical(replace(code, ends=code.ends - CODE + 30 * SECOND).carried()))

    assert CODE == 60 * SECOND
    assert Site(stack).redeem(late).json()["error"] == "invalid_grant"
    assert Site(stack).redeem(in_time).status_code == 200


@pytest.mark.parametrize("client", ["basic", "spa"])
def test_line_21_who_is_known_by_secret_or_own_site_answers_without_asking(person: Browser, client: str) -> None:
    assert "code" in told(person.authorize(client))


def test_line_21_a_client_that_anybody_could_be_is_never_silently_approved_again(person: Browser) -> None:
    for _ in range(2):
        page = person.authorize("native", redirect_uri="http://127.0.0.1:49152/callback")
        assert 'name="decision" value="allow"' in page.text
        assert "code" in told(person.send(page, decision="allow"))

    assert told(person.authorize("native", prompt="none"))["error"] == "consent_required"


def test_line_21_consent_names_the_client_and_each_scope(person: Browser) -> None:
    page = person.authorize("native", scope="openid profile")

    assert "On the machine" in page.text
    assert "see your name and profile" in page.text
    assert "see your e-mail address" not in page.text


def test_line_21_right_after_signing_in_such_a_client_is_asked_about_too(stack: Stack) -> None:
    page = Browser(stack).sign_in("native")

    assert page.status_code == 200
    assert 'name="decision" value="allow"' in page.text


EVIL = "https://evil.example/"
NAMES = ("next", "return_to", "url", "redirect", "continue", "target_link_uri", "post_logout_redirect_uri", "iss")
PLACES = ("authorize", "sign-in", "confirm", "token", "userinfo", "jwks", ".well-known/openid-configuration", "x")


@pytest.mark.parametrize("place", PLACES)
def test_line_22_no_address_redirects_where_a_stranger_says(stack: Stack, place: str) -> None:
    browser = Browser(stack)
    asked = dict.fromkeys(NAMES, EVIL)
    forged = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "Referer": EVIL}

    for answer in (
        browser.http.get(browser.at(place), params=asked, headers=forged),
        browser.http.post(browser.at(place), data=asked, headers=forged),
        browser.http.get(browser.at(place), headers=forged | {"Host": "evil.example"}),
    ):
        assert "location" not in answer.headers
        assert "refresh" not in answer.headers
        assert "evil.example" not in answer.text


@pytest.mark.parametrize("path", ["//evil.example/", "/%2F%2Fevil.example", "/id/..//evil.example", "/\\evil.example"])
def test_line_22_no_path_becomes_a_redirect(stack: Stack, path: str) -> None:
    answer = httpx.get(stack.origin + path, verify=NO_TLS)

    assert answer.status_code in {400, 404}
    assert "location" not in answer.headers


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "localhost"])
def test_line_22_a_forged_host_changes_no_address_we_give(stack: Stack, host: str) -> None:
    browser = Browser(stack)
    page = browser.http.get(browser.at("authorize"), params=browser.request(), headers={"Host": host})
    scripted = browser.http.get(
        browser.at("authorize"),
        params=browser.request(),
        headers={"Host": host, "X-Forwarded-Proto": "https", "Accept": "application/json"},
    )

    assert "evil.example" not in page.text + scripted.text
    assert scripted.json()["links"]["submit"] == f"{stack.issuer}/sign-in"


def test_line_22_the_sign_in_answer_goes_where_the_flow_says_not_where_the_form_does(stack: Stack) -> None:
    browser = Browser(stack)
    page = browser.authorize()
    answer = browser.send(page, email=EMAIL, password=PASSWORD, redirect_uri=EVIL, state="other", client_id="spa")

    assert answer.headers["location"].startswith("https://basic.example/callback?")
    assert query_of(answer.headers["location"])["state"] == "af0ifjsldkj"
