"""What holds at every address: methods, security headers, references, and calm whatever is sent."""

from typing import Any, Final

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.protocol.browser import NO_TLS, PASSWORD, SECRET, Browser, fields_of
from tests.protocol.routes import paths
from tests.stack import Stack

pytestmark = pytest.mark.slow

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
ROUTES: Final = paths()
NOWHERE: Final = ROUTES["zz_elsewhere"]


def send(stack: Stack, method: str, path: str, **options: Any) -> httpx.Response:
    return httpx.request(method, stack.origin + path, timeout=30, verify=NO_TLS, **options)


def allowed(stack: Stack, path: str) -> set[str]:
    return set(send(stack, "OPTIONS", path).headers["allow"].split(", "))


def test_every_address_is_known_here() -> None:
    assert set(ROUTES) >= {"authorize", "sign_in", "confirm", "token", "userinfo", "jwks", "openid_configuration"}
    assert ROUTES["static"] == "/id/static/page.css"


@pytest.mark.parametrize("path", [*sorted({*ROUTES.values()} - {NOWHERE}), "/", "/id"])
def test_every_method_is_taken_or_405_with_those_that_are(stack: Stack, path: str) -> None:
    taken = allowed(stack, path)

    assert send(stack, "OPTIONS", path).status_code == 204
    assert "OPTIONS" in taken
    for method in (*METHODS, "TRACE", "PROPFIND", "get"):
        answer = send(stack, method, path)
        assert (answer.status_code == 405) == (method.upper() not in taken), method
        assert "allow" not in answer.headers or set(answer.headers["allow"].split(", ")) == taken
        assert answer.headers["x-request-id"].startswith("req_")


def test_the_front_page_says_which_methods_it_takes(stack: Stack) -> None:
    for path in ("/", "/id"):
        assert allowed(stack, path) == {"GET", "HEAD", "OPTIONS"}


def test_where_there_is_nothing_no_method_finds_anything(stack: Stack) -> None:
    for method in (*METHODS, "TRACE", "PROPFIND"):
        answer = send(stack, method, NOWHERE)

        assert answer.status_code == 404, method
        assert answer.headers["x-request-id"].startswith("req_")


@pytest.mark.parametrize("path", ROUTES.values(), ids=ROUTES)
def test_head_is_get_without_the_body(stack: Stack, path: str) -> None:
    get, head = send(stack, "GET", path), send(stack, "HEAD", path)

    assert head.content == b""
    assert head.status_code == get.status_code
    differ = {"date", "content-length", "x-request-id"}
    assert {name: value for name, value in head.headers.items() if name not in differ} == {
        name: value for name, value in get.headers.items() if name not in differ
    }


@pytest.mark.parametrize("path", ROUTES.values(), ids=ROUTES)
def test_only_what_sites_may_call_answers_a_preflight(stack: Stack, path: str) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    answer = send(stack, "OPTIONS", path, headers=asked)

    a_page = path.rpartition("/")[2] in {"authorize", "continue", "confirm", "end-session", "here"}
    assert ("access-control-allow-origin" in answer.headers) == (not a_page)
    assert "access-control-allow-credentials" not in answer.headers


def pages(stack: Stack, person: Browser) -> dict[str, httpx.Response]:
    stranger = Browser(stack)
    return {
        "sign-in": stranger.authorize(),
        "refused": stranger.sign_in(email="wrong@tests.example", password="wrong"),
        "confirm": person.authorize("native"),
        "form_post": person.authorize(response_mode="form_post"),
        "unknown client": stranger.authorize(client_id="nobody"),
        "bad redirect_uri": stranger.authorize(redirect_uri="https://evil.example/"),
        "stale form": stranger.http.post(stranger.at("sign-in"), data={"flow": "x"}),
        "too large": stranger.http.post(stranger.at("sign-in"), data={"flow": "x" * 70_000}),
        "method": stranger.http.delete(stranger.at("authorize")),
        "nothing there": stranger.http.get(stranger.at("nothing")),
    }


def test_every_page_bears_the_headers_that_protect_it(stack: Stack, person: Browser) -> None:
    for name, page in pages(stack, person).items():
        assert page.headers["content-type"].replace(" ", "").lower() == "text/html;charset=utf-8", name
        policy = page.headers["content-security-policy"]
        for part in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
            assert part in policy, name
        assert "unsafe" not in policy
        assert "*" not in policy
        assert page.headers["cache-control"] == "no-store", name
        assert page.headers["x-content-type-options"] == "nosniff", name
        assert page.headers["x-frame-options"] == "DENY", name
        assert page.headers["referrer-policy"] == "same-origin", name
        assert "strict-transport-security" not in page.headers, name


def test_no_page_has_script_or_style_of_its_own(stack: Stack, person: Browser) -> None:
    for name, page in pages(stack, person).items():
        text = page.text.replace("<script src=", "")
        assert "<script" not in text, name
        assert "<style" not in text, name
        assert " style=" not in text, name
        assert " on" + "click=" not in text, name
        assert "http" not in "".join(part.partition('"')[0] for part in page.text.split(' src="')[1:]), name


def test_a_redirect_and_json_are_not_stored_or_sniffed(stack: Stack, person: Browser) -> None:
    for answer in (
        person.authorize(),
        person.http.get(person.at("authorize"), params=person.request(), headers={"Accept": "application/json"}),
        send(stack, "POST", "/id/token"),
        send(stack, "GET", "/id/userinfo"),
        send(stack, "GET", "/healthz"),
    ):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


STRANGE = st.sampled_from([
    "", "x", "none", "login", "openid", "S256", "code", "-1", "0", "9" * 40, "%", "%00", "\r\nX: y", "../../etc/passwd",
    "https://evil.example/", "javascript:alert(1)", "{", "[]", '{"sub":1}', "null", "v1." + "0" * 26, "a.b.c", "é😀\u202e",
    "' or '1'='1", "{{7*7}}", "<script>", "\x00", "\x1b", "x" * 2000,
])  # fmt: skip
NAMES = st.sampled_from([
    "client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce", "code_challenge",
    "code_challenge_method", "prompt", "max_age", "id_token_hint", "claims", "ui_locales", "login_hint", "request",
    "flow", "email", "decision", "grant_type", "code", "code_verifier", "access_token", "client_assertion", "v", "\x00",
])  # fmt: skip
GOOD = {"client_id": "basic", "redirect_uri": "https://basic.example/callback", "response_type": "code"}
BODIES = st.sampled_from(["application/x-www-form-urlencoded", "application/json", "text/plain", ""])
SECRETS = {"password": PASSWORD, "client_secret": SECRET}


@settings(max_examples=200, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(
    path=st.sampled_from(sorted(ROUTES.values())),
    method=st.sampled_from([*METHODS, "OPTIONS"]),
    pairs=st.lists(st.tuples(NAMES, STRANGE | st.text(max_size=30)), max_size=6),
    good=st.booleans(),
    content_type=BODIES,
    accept=st.sampled_from(["text/html", "application/json", "*/*", ";q=x,,"]),
)
def test_whatever_is_sent_the_answer_is_calm(
    stack: Stack,
    path: str,
    method: str,
    pairs: list[tuple[str, str]],
    *,
    good: bool,
    content_type: str,
    accept: str,
) -> None:
    clean = [(name, value.encode("utf-8", "replace").decode()) for name, value in pairs]
    asked = httpx.QueryParams([*(GOOD.items() if good else ()), *clean])
    body = httpx.QueryParams([*asked.multi_items(), *SECRETS.items()])
    answer = send(
        stack,
        method,
        path,
        params=asked,
        content=str(body) if method in {"POST", "PUT"} else b"",
        headers={"Content-Type": content_type, "Accept": accept, "Cookie": "sluis-session=x"},
    )

    assert answer.status_code < 500
    assert answer.headers["x-request-id"].startswith("req_")
    assert "Traceback" not in answer.text
    assert not [secret for secret in SECRETS.values() if secret in answer.text]
    assert answer.headers.get("location", "https://basic.example/callback?").startswith(
        "https://basic.example/callback?"
    )


def test_what_a_person_typed_as_password_is_on_no_page(stack: Stack) -> None:
    browser = Browser(stack)
    page = browser.send(browser.authorize(), email="wrong@tests.example", password="my secret password")
    stale = browser.http.post(browser.at("sign-in"), data={"flow": "x", "password": "my secret password"})

    assert "my secret password" not in page.text + stale.text
    assert set(fields_of(page.text)) == {"flow"}
