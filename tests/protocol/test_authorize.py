"""The authorization endpoint, lines 1 to 9: what is taken, what is refused, and where a refusal is told."""

from typing import Any

import pytest

from tests.protocol.browser import Browser, Site, claims_of, pairs_of, told
from tests.stack import Stack

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "https://basic.example/callback/",
        "https://basic.example/Callback",
        "https://BASIC.example/callback",
        "https://basic.example:443/callback",
        "https://basic.example/callback?",
        "https://basic.example/callback?keep=2",
        "https://basic.example/call%62ack",
        "https://basic.example/./callback",
        "https://basic.example/callback#",
        "https://basic.example/callback ",
        "https://basic.example/callback\t",
        "https://basic.example@evil.example/callback",
        "https://basic.example.evil.example/callback",
        "http://basic.example/callback",
        "//basic.example/callback",
    ],
)
def test_line_01_redirect_uri_is_compared_byte_for_byte(stack: Stack, redirect_uri: str) -> None:
    answer = Browser(stack).authorize(redirect_uri=redirect_uri)

    assert answer.status_code == 400
    assert "location" not in answer.headers


def test_line_01_a_registered_query_is_kept_and_added_to(person: Browser) -> None:
    answer = person.authorize(redirect_uri="https://basic.example/callback?keep=1")

    assert [name for name, _ in pairs_of(answer.headers["location"])] == ["keep", "code", "state", "iss"]


@pytest.mark.parametrize("port", ["", ":1", ":49152", ":65535"])
def test_line_01_the_loopback_port_of_a_native_client_may_vary(stack: Stack, port: str) -> None:
    answer = Browser(stack).authorize("native", redirect_uri=f"http://127.0.0.1{port}/callback", prompt="none")

    assert answer.headers["location"].startswith(f"http://127.0.0.1{port}/callback?error=login_required&")


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "http://localhost:49152/callback",
        "http://[::1]:49152/callback",
        "http://127.0.0.2:49152/callback",
        "https://127.0.0.1:49152/callback",
        "http://127.0.0.1:49152/other",
        "http://127.0.0.1:49152/callback?x=1",
        "http://127.0.0.1:evil.example/callback",
        "http://127.0.0.1:49152@evil.example/callback",
        "com.example.app:/callback/",
        "com.example.app://callback",
    ],
)
def test_line_01_nothing_else_of_a_native_redirect_may_vary(stack: Stack, redirect_uri: str) -> None:
    answer = Browser(stack).authorize("native", redirect_uri=redirect_uri)

    assert answer.status_code == 400
    assert "location" not in answer.headers


def test_line_01_the_loopback_port_of_a_web_client_may_not_vary(stack: Stack) -> None:
    registered = Browser(stack).authorize("loopback")
    other = Browser(stack).authorize("loopback", redirect_uri="http://127.0.0.1:49152/callback")

    assert (registered.status_code, other.status_code) == (200, 400)


@pytest.mark.parametrize("client_id", [None, "", "nobody", "basic ", "Basic", "basic\u00e9", "x" * 65, "a'b", "../x"])
def test_line_02_an_unknown_client_is_a_page(stack: Stack, client_id: str | None) -> None:
    answer = Browser(stack).authorize(client_id=client_id)

    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/html")
    assert "location" not in answer.headers


@pytest.mark.parametrize("prompt", ["", "none"])
def test_line_02_a_wrong_redirect_uri_is_a_page_even_with_a_session(person: Browser, prompt: str) -> None:
    answer = person.authorize(redirect_uri="https://evil.example/", prompt=prompt)

    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/html")
    assert "location" not in answer.headers


REFUSED = [
    ({"response_type": None}, "invalid_request"),
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_mode": "fragment"}, "invalid_request"),
    ({"scope": "admin"}, "invalid_scope"),
    ({"scope": "openid" + " x" * 3000}, "invalid_request"),
    ({"nonce": "n" * 5000}, "invalid_request"),
    ({"code_challenge": None}, "invalid_request"),
    ({"code_challenge": "short"}, "invalid_request"),
    ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"prompt": "create"}, "invalid_request"),
    ({"prompt": "none"}, "login_required"),
    ({"max_age": "-1"}, "invalid_request"),
    ({"max_age": "soon"}, "invalid_request"),
    ({"max_age": "\u0661"}, "invalid_request"),
    ({"claims": "{"}, "invalid_request"),
    ({"claims": "[]"}, "invalid_request"),
    ({"id_token_hint": "x.y.z"}, "invalid_request"),
    ({"request": "x"}, "request_not_supported"),
]


@pytest.mark.parametrize(("more", "error"), REFUSED)
def test_line_03_every_other_error_goes_back_with_state_and_iss(stack: Stack, more: dict[str, Any], error: str) -> None:
    answer = Browser(stack).authorize(**more)

    assert answer.headers["location"].startswith("https://basic.example/callback?")
    said = told(answer)
    assert set(said) == {"error", "error_description", "state", "iss"}
    assert (said["error"], said["state"], said["iss"]) == (error, "af0ifjsldkj", stack.issuer)


def test_line_03_a_client_without_the_code_grant_is_told_so(stack: Stack) -> None:
    assert told(Browser(stack).authorize("idle"))["error"] == "unauthorized_client"


@pytest.mark.parametrize("redirect_uri", [None, ""])
def test_line_04_redirect_uri_is_required_even_with_one_registered(stack: Stack, redirect_uri: str | None) -> None:
    answer = Browser(stack).authorize("post", redirect_uri=redirect_uri)

    assert answer.status_code == 400
    assert "location" not in answer.headers


@pytest.mark.parametrize("name", ["state", "scope", "nonce", "response_type", "code_challenge", "prompt", "unknown"])
@pytest.mark.parametrize("post", [False, True])
def test_line_05_a_parameter_sent_twice_is_invalid_request(stack: Stack, name: str, *, post: bool) -> None:
    browser = Browser(stack)
    value = browser.request().get(name, "x")
    twice: dict[str, str | list[str]] = {**browser.request(), name: [value, value]}
    if post:
        answer = browser.http.post(browser.at("authorize"), data=twice)
    else:
        answer = browser.http.get(browser.at("authorize"), params=twice)

    said = told(answer)
    assert (said["error"], said["state"]) == ("invalid_request", "af0ifjsldkj")


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_line_05_what_decides_where_to_answer_sent_twice_is_a_page(stack: Stack, name: str) -> None:
    browser = Browser(stack)
    asked = browser.request()
    answer = browser.http.get(browser.at("authorize"), params={**asked, name: [asked[name], asked[name]]})

    assert answer.status_code == 400
    assert "location" not in answer.headers


def test_line_05_an_unknown_parameter_is_ignored(person: Browser) -> None:
    unknown: dict[str, Any] = {"client_info": "1", "x-client-SKU": "msal", "resource": "https://api.example"}
    said = told(person.authorize(**unknown))

    assert set(said) == {"code", "state", "iss"}


def test_line_05_an_empty_parameter_is_as_if_it_were_absent(person: Browser) -> None:
    assert set(told(person.authorize(prompt="", max_age="", request="", state=""))) == {"code", "iss"}


@pytest.mark.parametrize("post", [False, True])
def test_line_06_get_and_post_both_work(stack: Stack, *, post: bool) -> None:
    browser = Browser(stack)
    page = browser.authorize(post=post)

    assert page.status_code == 200
    assert "code" in told(browser.send(page, email="grace@tests.example", password="a password for tests"))


@pytest.mark.parametrize("post", [False, True])
def test_line_06_get_and_post_both_know_the_session(person: Browser, *, post: bool) -> None:
    assert "code" in told(person.authorize(post=post))


@pytest.mark.parametrize(
    ("response_type", "error"),
    [
        (None, "invalid_request"),
        ("token", "unsupported_response_type"),
        ("id_token", "unsupported_response_type"),
        ("code token", "unsupported_response_type"),
        ("code id_token", "unsupported_response_type"),
        ("none", "unsupported_response_type"),
        ("CODE", "unsupported_response_type"),
    ],
)
def test_line_07_only_the_code_flow_is_offered(person: Browser, response_type: str | None, error: str) -> None:
    assert told(person.authorize(response_type=response_type))["error"] == error


def test_line_08_without_openid_no_id_token_comes_back(stack: Stack, person: Browser) -> None:
    given = Site(stack).tokens(person.code(scope="profile"))

    assert "id_token" not in given
    assert given["scope"] == "profile"


ODD = [
    "=&?#/%+;,: \"'<>\\",
    "é😀\u202e\u200b",
    "%00%0d%0a",
    "a\r\nSet-Cookie: x=y",
    "x" * 1900,
    " leading and trailing ",
]


@pytest.mark.parametrize("odd", ODD)
def test_line_09_state_and_nonce_come_back_unchanged(stack: Stack, person: Browser, odd: str) -> None:
    said = told(person.authorize(state=odd, nonce=odd))
    given = Site(stack).tokens(said["code"])

    assert said["state"] == odd
    assert claims_of(given["id_token"])["nonce"] == odd


@pytest.mark.parametrize("odd", ODD)
def test_line_09_state_comes_back_unchanged_with_an_error(stack: Stack, odd: str) -> None:
    assert told(Browser(stack).authorize(state=odd, prompt="none"))["state"] == odd


def test_line_09_state_comes_back_unchanged_through_the_sign_in_page(stack: Stack) -> None:
    odd = "".join(ODD[:4])
    answer = Browser(stack).sign_in(state=odd, nonce=odd)

    said = told(answer)
    assert said["state"] == odd
    assert claims_of(Site(stack).tokens(said["code"])["id_token"])["nonce"] == odd
