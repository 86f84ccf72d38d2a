"""Nothing a stranger sends gives a stack trace, a 500, or more than a calm sentence."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.protocol.browser import NO_TLS, PASSWORD, SECRET, Browser, Site, basic
from tests.stack import Stack

pytestmark = pytest.mark.slow

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
TAKE_FORMS = ("authorize", "sign-in", "confirm", "token", "userinfo")
KIB = 1024


def post(stack: Stack, place: str, **options: Any) -> httpx.Response:
    return httpx.post(f"{stack.issuer}/{place}", timeout=30, verify=NO_TLS, **options)


def get(stack: Stack, query: str) -> httpx.Response:
    return httpx.get(f"{stack.issuer}/authorize?{query}", timeout=30, verify=NO_TLS)


def calm(answer: httpx.Response, status: int) -> bool:
    """Say whether a refusal is one of ours: its status, its reference, and nothing of what lies beneath."""
    beneath = ("Traceback", "Error(", "shared/", ".py", "azure")
    return (
        answer.status_code == status
        and answer.headers["x-request-id"].startswith("req_")
        and "location" not in answer.headers
        and not any(word in answer.text for word in beneath)
    )


def test_a_wrong_redirect_uri_names_the_nearest_registered_one_here(stack: Stack) -> None:
    page = Browser(stack).authorize(redirect_uri="https://basic.example/callbak")

    assert calm(page, 400)
    assert "The nearest registered one is https://basic.example/callback<" in page.text


def test_what_was_asked_for_is_not_shown_back(stack: Stack) -> None:
    page = Browser(stack).authorize(redirect_uri="https://basic.example/callback<script>alert(1)</script>")
    scripted = Browser(stack)
    scripted.http.headers["Accept"] = "application/json"
    problem = scripted.authorize(redirect_uri="https://basic.example/callback<script>")

    assert calm(page, 400)
    assert calm(problem, 400)
    assert "script>alert" not in page.text
    assert "basic.example" not in problem.text


def test_where_none_is_near_none_is_named(stack: Stack) -> None:
    page = Browser(stack).authorize(redirect_uri="myapp://x")

    assert calm(page, 400)
    assert "nearest" not in page.text


def test_a_page_gives_the_reference_that_the_header_gives(stack: Stack) -> None:
    page = Browser(stack).authorize(client_id="nobody")

    assert page.headers["x-request-id"] in page.text


def test_a_problem_for_a_script_has_the_form_of_rfc_9457(stack: Stack) -> None:
    answer = post(stack, "sign-in", json={})

    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json() == {
        "type": "urn:sluis:problem:stale-form",
        "title": "This page has been open for too long, or was opened in another browser. Please start again.",
        "status": 400,
        "request_id": answer.headers["x-request-id"],
    }


@pytest.mark.parametrize("place", ["sign-in", "confirm"])
@pytest.mark.parametrize("name", ["flow", "email", "password", "decision", "unknown"])
def test_a_doubled_field_of_a_form_is_refused(stack: Stack, place: str, name: str) -> None:
    assert calm(post(stack, place, data={name: ["x", "x"]}, headers={"Accept": "application/json"}), 400)


@pytest.mark.parametrize("place", TAKE_FORMS)
def test_a_body_over_64_kib_is_413(stack: Stack, place: str) -> None:
    assert calm(post(stack, place, content=b"a=" + b"x" * (64 * KIB - 1), headers=FORM), 413)
    assert post(stack, place, content=b"a=" + b"x" * (64 * KIB - 2), headers=FORM).status_code in {400, 401}


@pytest.mark.parametrize("place", ["sign-in", "confirm"])
def test_a_json_body_over_64_kib_is_413(stack: Stack, place: str) -> None:
    assert calm(post(stack, place, content=b'{"flow":"' + b"x" * 64 * KIB + b'"}', headers=JSON), 413)


def test_a_body_over_64_kib_is_413_whatever_its_type(stack: Stack) -> None:
    assert calm(post(stack, "sign-in", content=b"x" * 65 * KIB, headers={"Content-Type": "image/png"}), 413)


@pytest.mark.parametrize("place", TAKE_FORMS)
def test_a_chunked_body_is_refused_with_what_to_do(stack: Stack, place: str) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"grant_type=authorization_code"
        yield b"&code=x"

    answer = post(stack, place, content=chunks(), headers=FORM | {"Accept": "application/json"})

    assert calm(answer, 400)
    said = answer.json()
    assert "Content-Length" in said.get("error_description", said.get("title"))


@pytest.mark.parametrize(
    "content_type", [None, "", "text/plain", "multipart/form-data; boundary=x", "a/b; c=\u00e9", ";;"]
)
@pytest.mark.parametrize("place", ["authorize", "sign-in", "confirm", "token"])
def test_a_body_of_another_type_is_refused(stack: Stack, place: str, content_type: str | None) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type.encode()}

    assert calm(post(stack, place, content=b"flow=x&client_id=basic", headers=headers), 400)


@pytest.mark.parametrize("host", ["[.]", "[1:2]", "[:::::]", "evil.example", "a%00b"])
def test_whatever_host_the_sender_names_the_query_is_read(stack: Stack, host: str) -> None:
    for place in ("authorize", "userinfo", "token", "sign-in"):
        answer = httpx.get(f"{stack.issuer}/{place}?client_id=basic", headers={"Host": host}, verify=NO_TLS)

        assert answer.status_code in {400, 401, 405}
        assert answer.headers["x-request-id"].startswith("req_")
        assert "evil.example" not in answer.text


BAD_JSON = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"x"',
    b"1e999999",
    b'{"flow": NaN}',
    b'{"flow": 1}',
    b'{"flow": null}',
    b'{"flow": ["x"]}',
    b'{"flow": "x", "flow": "x"}',
    b'{"fl\\u006fw": "x", "flow": "x"}',
    b'{"flow": "\\ud800"}',
    b'{"\\udfff": "x"}',
    b'{"flow": "\xff"}',
    b'\xef\xbb\xbf{"flow": "x"}',
    b'{"flow": ' + b"9" * 5000 + b"}",
    b"[" * 60 * KIB,
    b'{"a":' * 10 * KIB,
    b'{"flow": "x"}{"flow": "x"}',
]


@pytest.mark.parametrize("body", BAD_JSON, ids=range(len(BAD_JSON)))
@pytest.mark.parametrize("place", ["sign-in", "confirm"])
def test_json_that_is_not_an_object_of_texts_is_refused(stack: Stack, place: str, body: bytes) -> None:
    answer = post(stack, place, content=body, headers=JSON)

    assert calm(answer, 400)
    assert answer.headers["content-type"].startswith("application/problem+json")


BAD_FORMS = [
    b"a=%00",
    b"%00=a",
    b"a=\x00",
    b"a=%ff",
    b"a=%C3",
    b"a=%ed%a0%80",
    b"a=\xc3\xa9",
    b"\xff\xfe=1",
    b"&".join(b"a%d=1" % number for number in range(101)),
    b"&" * 500,
    b"a=%u0041&b=%zz",
]


@pytest.mark.parametrize("body", BAD_FORMS, ids=range(len(BAD_FORMS)))
@pytest.mark.parametrize("place", ["authorize", "sign-in", "confirm", "token"])
def test_a_form_that_is_not_clean_text_is_refused(stack: Stack, place: str, body: bytes) -> None:
    answer = post(stack, place, content=body, headers=FORM | {"Authorization": basic("basic", SECRET)})

    assert calm(answer, 400)


@pytest.mark.parametrize("post", [False, True])
@pytest.mark.parametrize("bad", ["a=%00", "%00=a", "a=%ff", "a=%C3", "a=%ed%a0%80", "&".join(["x"] * 101), "&" * 500])
def test_a_request_that_would_be_good_but_for_bad_text_is_a_page(person: Browser, bad: str, *, post: bool) -> None:
    sent = f"{httpx.QueryParams(person.request())}&{bad}"
    if post:
        answer = person.http.post(person.at("authorize"), content=sent, headers=FORM)
    else:
        answer = person.http.get(f"{person.at('authorize')}?{sent}")

    assert calm(answer, 400)


def test_a_query_of_60_kib_is_refused_before_us(stack: Stack) -> None:
    answer = get(stack, "state=" + "x" * 60 * KIB)

    assert (answer.status_code, answer.content) == (414, b"")


@pytest.mark.parametrize(
    "headers",
    [
        {f"X-{number}": "x" for number in range(120)},
        {"X-Long": "x" * 40 * KIB},
        {"Cookie": "; ".join(f"c{number}=x" for number in range(9000))},
    ],
    ids=["many", "long", "cookies"],
)
def test_a_flood_of_headers_is_refused_before_us(stack: Stack, headers: dict[str, str]) -> None:
    answer = httpx.get(f"{stack.issuer}/authorize", headers=headers, timeout=30, verify=NO_TLS)

    assert (answer.status_code, answer.text) in {(431, ""), (400, "Invalid HTTP request received.")}


@pytest.mark.parametrize("cookie", ["", ";", "=;=;=", "a", "\u00e9=\u00e9", "a=b=c; a=b", '"', "x" * 8000])
def test_a_broken_cookie_header_is_as_none(stack: Stack, cookie: str) -> None:
    browser = Browser(stack)
    answer = browser.http.get(browser.at("authorize"), params=browser.request(), headers=[(b"Cookie", cookie.encode())])

    assert answer.status_code == 200


def test_a_control_character_in_a_header_is_refused_before_us(stack: Stack) -> None:
    browser = Browser(stack)
    answer = browser.http.get(browser.at("authorize"), params=browser.request(), headers=[(b"Cookie", b"\x01")])

    assert answer.status_code == 400
    assert "x-request-id" not in answer.headers


@pytest.mark.parametrize("name", ["password", "email", "flow", "decision"])
@pytest.mark.parametrize("value", ["", "x" * 5000, "\u202e" * 300, "'; DROP TABLE", "{{7*7}}${7*7}", "😀\ufffe"])
def test_a_strange_value_in_a_good_flow_is_a_page(stack: Stack, name: str, value: str) -> None:
    browser = Browser(stack)
    typed = {"email": "wrong@tests.example", "password": "not the password", name: value}
    answer = browser.send(browser.authorize(), **typed)

    assert calm(answer, 400)
    assert not typed["password"] or typed["password"] not in answer.text


@pytest.mark.parametrize("client_id", ["\u00e9", "a b", "a/b#?", "x" * 3000, "'", "\t", "%"])
def test_a_strange_client_id_is_unknown_at_the_token_endpoint(stack: Stack, client_id: str) -> None:
    asked = {"grant_type": "authorization_code", "code": "x", "client_id": client_id}
    in_body = Site(stack).token(asked, headers={})
    in_header = Site(stack).token(asked, headers={"Authorization": basic(client_id, PASSWORD)})

    assert calm(in_body, 401)
    assert calm(in_header, 401)
