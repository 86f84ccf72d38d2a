"""Redirect addresses: byte for byte what was registered, and only safe ones are (RFC 9700 §2.1, RFC 8252 §7)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.environments import ENVIRONMENTS, Environment
from shared.domain.redirect_uris import (
    is_bound_to_its_site,
    is_registered,
    may_ask_to_sign_in,
    may_be_registered,
    nearest,
    origin_of,
)

WEB = ("https://site.example/callback", "https://site.example/other?a=1")
NATIVE = ("http://127.0.0.1/callback", "http://[::1]:8000/callback?x=1", "com.example.app:/callback")


@pytest.mark.parametrize("registered", [*WEB, *NATIVE])
@pytest.mark.parametrize("native", [True, False])
def test_line_1_what_was_registered_is_taken(registered: str, *, native: bool) -> None:
    assert is_registered(registered, (*WEB, *NATIVE), native=native)


@pytest.mark.parametrize(
    "almost",
    [
        "https://site.example/callback/",
        "https://site.example/callback?",
        "https://site.example/callback#",
        "https://site.example/callback?a=1",
        "https://site.example/Callback",
        "https://SITE.example/callback",
        "https://site.example:443/callback",
        "https://site.example/./callback",
        "https://site.example/%63allback",
        "https://site.example/callback ",
        "https://site.example.evil.example/callback",
        "https://evil.example/https://site.example/callback",
        "https://user@site.example/callback",
        "http://site.example/callback",
        "https://site.example/callbac",
        "",
    ],
)
@pytest.mark.parametrize("native", [True, False])
def test_line_1_what_is_almost_registered_is_not(almost: str, *, native: bool) -> None:
    assert not is_registered(almost, WEB, native=native)


@given(st.text())
def test_line_1_a_web_client_gets_answers_at_registered_addresses_and_nowhere_else(text: str) -> None:
    assert is_registered(text, WEB, native=False) == (text in WEB)


@pytest.mark.parametrize("port", ["", ":1", ":51004", ":65535"])
def test_line_1_a_native_client_may_listen_at_any_port_of_a_loopback_address(port: str) -> None:
    assert is_registered(f"http://127.0.0.1{port}/callback", NATIVE, native=True)
    assert is_registered(f"http://[::1]{port}/callback?x=1", NATIVE, native=True)


def test_line_1_a_web_client_may_not_vary_the_port() -> None:
    assert not is_registered("http://127.0.0.1:51004/callback", NATIVE, native=False)


@pytest.mark.parametrize(
    "other",
    [
        "http://127.0.0.1:51004/other",
        "http://127.0.0.1:51004/callback?x=1",
        "http://127.0.0.1:51004/callback/",
        "http://127.0.0.1:51004",
        "http://[::1]:51004/callback",
        "https://127.0.0.1:51004/callback",
        "http://127.0.0.2:51004/callback",
        "http://127.1:51004/callback",
        "http://localhost:51004/callback",
        "http://127.0.0.1.evil.example/callback",
        "http://127.0.0.1:80@evil.example/callback",
        "http://127.0.0.1@evil.example/callback",
        "http://127.0.0.1:/callback",
        "http://127.0.0.1:123456/callback",
        "http://127.0.0.1:٣/callback",
        "http://127.0.0.1:-1/callback",
        "http://127.0.0.1:51004/callback\n",
        "HTTP://127.0.0.1:51004/callback",
        "com.example.app:/callback2",
    ],
)
def test_line_1_nothing_but_the_port_may_vary(other: str) -> None:
    assert not is_registered(other, NATIVE, native=True)


def test_line_1_the_port_of_a_name_may_not_vary_even_when_the_name_is_localhost() -> None:
    assert not is_registered("http://localhost:2/callback", ("http://localhost:1/callback",), native=True)


@given(host=st.sampled_from(["127.0.0.1", "[::1]"]), port=st.integers(0, 99999), path=st.text(max_size=8))
def test_line_1_whatever_follows_the_port_is_compared_whole(host: str, port: int, path: str) -> None:
    asked = f"http://{host}:{port}/{path}"

    assert is_registered(asked, (f"http://{host}/expected",), native=True) == (path == "expected")


def test_the_nearest_registered_address_is_a_hint_and_a_stranger_has_none() -> None:
    assert nearest("https://site.example/calback", WEB) == WEB[0]
    assert nearest("mailto:x", WEB) == ""
    assert nearest("", ()) == ""


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize(
    "redirect_uri",
    [
        "https://site.example",
        "https://site.example:8443/callback?a=1&b=%20",
        "https://[2001:db8::1]/callback",
        "http://127.0.0.1/callback",
        "http://127.0.0.1:8000/callback",
        "http://[::1]/callback",
        "com.example.app:/callback",
        "com.example.app://callback",
    ],
)
def test_sites_private_schemes_and_loopback_addresses_may_be_registered(
    redirect_uri: str, environment: Environment
) -> None:
    assert may_be_registered(redirect_uri, environment)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize(
    "redirect_uri",
    [
        "",
        "/callback",
        "site.example/callback",
        "https:",
        "https://",
        "https:///callback",
        "https://site.example/#",
        "https://site.example/#a",
        "https://*.site.example/",
        "https://site.example/*",
        "https://user@site.example/",
        "https://user:word@site.example/",
        "https://site.example\\@evil.example/",
        "https://site.example/a b",
        " https://site.example/",
        "https://site.example/\n",
        "https://site.example/é",
        "https://sité.example/",
        "https://site.example;script-src/",  # would end the directive of our page's policy
        "https://site.example,other.example/",
        "https://site.example'/",
        "https://site.example:port/",
        "https://[::1/",
        "https://[site.example]/",
        'https://site.example/"',
        "http://site.example/callback",
        "http://127.0.0.1.evil.example/",
        "http://127.0.0.1@evil.example/",
        "http://127.0.0.2/",
        "http://localhost.evil.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "myapp:/callback",  # a private scheme has a dot in it, so that its owner is known
    ],
)
def test_nothing_else_may_be_registered(redirect_uri: str, environment: Environment) -> None:
    assert not may_be_registered(redirect_uri, environment)


@pytest.mark.parametrize(
    "redirect_uri", ["http://localhost/cb", "http://localhost:7072/cb", "http://shop.localhost:7072/cb"]
)
@pytest.mark.parametrize(
    ("environment", "allowed"), [("development", True), ("test", True), ("staging", False), ("production", False)]
)
def test_names_under_localhost_are_for_development_and_tests(
    redirect_uri: str, environment: Environment, *, allowed: bool
) -> None:
    assert may_be_registered(redirect_uri, environment) == allowed


@given(st.text(max_size=40) | st.text(alphabet="htps:/[]@.:1a%#?*-", max_size=40))
def test_whatever_is_offered_for_registration_is_judged_and_does_not_fail(text: str) -> None:
    assert may_be_registered(text, "production") in {True, False}


@pytest.mark.parametrize(
    ("redirect_uri", "bound"),
    [
        ("https://site.example/callback", True),
        ("http://shop.localhost:7072/callback", True),
        ("http://127.0.0.1:8000/callback", False),
        ("http://[::1]/callback", False),
        ("com.example.app:/callback", False),
        ("com.example.https://callback", False),
    ],
)
def test_line_21_only_a_site_is_known_by_where_the_answer_goes(redirect_uri: str, *, bound: bool) -> None:
    assert is_bound_to_its_site(redirect_uri) == bound


@pytest.mark.parametrize(
    ("redirect_uri", "origin"),
    [
        ("https://site.example/callback?a=1", "https://site.example"),
        ("http://127.0.0.1:8000/callback", "http://127.0.0.1:8000"),
        ("http://[::1]:8000/callback", "http:"),  # a policy has no words for an IPv6 literal
        ("com.example.app:/callback", "com.example.app:"),
    ],
)
def test_a_policy_names_the_origin_of_a_site_and_the_scheme_of_an_app(redirect_uri: str, origin: str) -> None:
    assert origin_of(redirect_uri) == origin


@pytest.mark.parametrize(
    ("sign_in_uri", "may"),
    [
        ("https://site.example/sign-in", True),
        ("https://site.example/sign-in?in=nl", True),
        ("http://desk.localhost:7073/", True),
        ("https://site.example.evil.example/", False),
        ("https://site.example:444/", False),
        ("http://site.example/", False),
        ("com.example.app:/sign-in", False),
    ],
)
def test_a_sign_in_page_of_a_client_s_own_is_at_an_origin_that_may_read_our_answers(
    sign_in_uri: str, *, may: bool
) -> None:
    origins = ("https://site.example", "http://desk.localhost:7073")

    assert may_ask_to_sign_in(sign_in_uri, origins) == may
    assert not may_ask_to_sign_in(sign_in_uri, ())
