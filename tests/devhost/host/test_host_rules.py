"""The rules of the production host, each a row with its source, seen through a real process and a real socket.

Sources: [src] read in the host's source · [ran] tried on the worker library · a number is an issue of the repository
`azure-functions-host` (host) or `azure-functions-python-worker` (worker).
"""

import json
import socket
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.devhost.host.hosted import Hosted

pytestmark = pytest.mark.slow

type Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Rule:
    name: str
    source: str
    target: str
    status: int = 200
    method: str = "GET"
    sent: Headers = field(default_factory=list)
    body: bytes = b""
    says: str | None = None
    seen: dict[str, Any] | None = None


ANSWERS = [
    Rule("the prefix is api unless host.json says otherwise", "[src]", "/api/plain", 201),
    Rule("a route without its prefix is not found", "[src]", "/plain", 404),
    Rule("literals ignore case", "[src]", "/API/Plain", 201),
    Rule("a trailing slash is accepted", "[src]", "/api/plain/", 201),
    Rule("the function first by name wins", "[src]", "/api/items/special", says="a_literal"),
    Rule("the next by name takes the rest", "[src]", "/api/items/other", says="item other"),
    Rule("a failed constraint is not found", "[src]", "/api/things/seven", 404),
    Rule("a wrong method is not found, never 405", "host 10098", "/api/readable", 404, method="POST"),
    Rule("HEAD on a GET route is not found", "host 11625", "/api/readable", 404, method="HEAD"),
    Rule("OPTIONS is not answered by the host", "[src]", "/api/readable", 404, method="OPTIONS"),
    Rule("a function without methods takes all", "[src]", "/api/plain", 201, method="DELETE"),
    Rule("the homepage is there unless switched off", "[src]", "/", says="up and running"),
    Rule("an exception is a 500 without a body", "[src]", "/api/raises", 500, says=""),
    Rule("a missing return value is a 500", "[ran]", "/api/none", 500, says=""),
    Rule("a header Kestrel refuses is a 500", "[src]", "/api/unsendable", 500, says=""),
    Rule("a status that is none is a 500", "[src]", "/api/status/42", 500, says=""),
    Rule("a 204 has no body", "[src]", "/api/status/204", 204, says=""),
    Rule("a returned string is a 500", "[src]", "/api/text", 500, "POST", body=b"hi", says=""),
    Rule("a cookie production would change is a 500", "worker 1794", "/api/cookies", 500, "POST", body=b'["a=b/c"]'),
    Rule("a cookie the library loses is a 500", "[ran]", "/api/cookies", 500, "POST", body=b'["a=b c; Path=/"]'),
    Rule("a cookie in JSON is lost: a 500", "[ran]", "/api/cookies", 500, "POST", body=b'["a={}; Path=/"]'),
    Rule("two cookies made of one are a 500", "[ran]", "/api/cookies", 500, "POST", body=b'["a=b; Priority=High"]'),
    Rule("a function key is needed", "[src]", "/api/keyed", 401, says=""),
    Rule("a wrong key is refused", "[src]", "/api/keyed?code=nope", 401, says=""),
    Rule("a key may come in the query", "[src]", "/api/keyed?code=k-1", says="keyed"),
    Rule("a key may come in a header, which wins", "[src]", "/api/keyed?code=x", sent=[("x-functions-key", "h-1")]),
    Rule("the master key opens admin functions", "[src]", "/api/mastered?code=m-1", says="mastered"),
    Rule("a host key does not", "[src]", "/api/mastered?code=h-1", 401),
    Rule("the key is looked at before whether a function is off", "[src]", "/api/off", 401),
    Rule("a function that is off is not found", "[src]", "/api/off?code=o-1", 404),
    Rule("the master key reaches it", "[src]", "/api/off?code=m-1", says="off"),
    Rule("a large body is refused unread", "[mem] Kestrel", "/api/echo", 413, "POST", body=b"x" * 2_001),
    Rule("an overlong target is refused", "[mem] Kestrel", "/api/echo?" + "x" * 9_000, 414),
    Rule("too many headers are refused", "[mem] Kestrel", "/api/echo", 431, sent=[("x-a", "1")] * 101),
]

SEEN = [
    Rule("repeated query keys are joined", "[src]", "/api/echo?a=1&a=2", seen={"params": {"a": "1,2"}}),
    Rule("empty query values are dropped", "worker 894", "/api/echo?a=&b=1&c", seen={"params": {"b": "1"}}),
    Rule("code stays in the query", "[src]", "/api/echo?code=1", seen={"params": {"code": "1"}}),
    Rule("optional route values are left out", "[src]", "/api/things/7", seen={"route_params": {"id": "7"}}),
    Rule("route values are text", "[src]", "/api/things/7/x", seen={"route_params": {"id": "7", "part": "x"}}),
    Rule("a catch-all holds the slashes", "[src]", "/api/files/a/b", seen={"route_params": {"rest": "a/b"}}),
    Rule(
        "an encoded slash stays encoded", "[mem] Kestrel", "/api/files/a%2Fb", seen={"route_params": {"rest": "a%2Fb"}}
    ),
    Rule(
        "a body with a length is bytes",
        "[src]",
        "/api/echo",
        method="POST",
        body=b"\x00\xff",
        seen={"body": "\x00\xff"},
    ),
    Rule("settings are there at import", "[src]", "/api/echo", seen={"setting": "from the file"}),
    Rule("a synchronous function works too", "[ran]", "/api/sync_echo?a=1", seen={"params": {"a": "1"}}),
    Rule(
        "a chunked body arrives empty",
        "host 4926, worker 574",
        "/api/posted",
        method="POST",
        sent=[("Transfer-Encoding", "chunked")],
        body=b"5\r\nhello\r\n0\r\n\r\n",
        seen={"body": ""},
    ),
]


@pytest.mark.parametrize("rule", ANSWERS, ids=lambda rule: f"{rule.name} ({rule.source})")
def test_the_host_answers_as_in_production(rules: Hosted, rule: Rule) -> None:
    answer = rules.send(rule.method, rule.target, rule.sent, rule.body)

    assert answer.status == rule.status
    if rule.says is not None:
        assert rule.says in answer.body.decode()
        assert rule.says or not answer.body


@pytest.mark.parametrize("rule", SEEN, ids=lambda rule: f"{rule.name} ({rule.source})")
def test_a_function_sees_what_it_would_see_in_production(rules: Hosted, rule: Rule) -> None:
    answer = rules.send(rule.method, rule.target, rule.sent, rule.body)

    seen = json.loads(answer.body)
    assert rule.seen is not None
    assert {name: seen[name] for name in rule.seen} == rule.seen


def seen_headers(rules: Hosted, *sent: tuple[str, str]) -> dict[str, str]:
    headers: dict[str, str] = json.loads(rules.send("GET", "/api/echo", list(sent)).body)["headers"]
    return headers


def test_repeated_headers_arrive_as_one(rules: Hosted) -> None:  # [src]
    assert seen_headers(rules, ("X-A", "1"), ("x-a", "2"))["x-a"] == "1,2"


def test_principal_headers_are_stripped(rules: Hosted) -> None:  # Easy Auth
    assert "x-ms-client-principal-name" not in seen_headers(rules, ("X-MS-CLIENT-PRINCIPAL-NAME", "boss"))


def test_the_callers_address_is_the_last_of_x_forwarded_for(rules: Hosted) -> None:
    sent, hop = seen_headers(rules, ("X-Forwarded-For", "6.6.6.6"))["x-forwarded-for"].split(", ")

    assert sent == "6.6.6.6"
    assert hop.startswith("127.0.0.1:")


@pytest.mark.parametrize(
    ("sent", "url"),
    [  # [src] AppServiceHeaderFixupMiddleware; the raw query survives in the url
        ([("Host", "id.example")], "http://id.example/api/echo?a=&a=1"),
        ([("Host", "id.example"), ("X-Forwarded-Proto", "https")], "https://id.example/api/echo?a=&a=1"),
        ([("Host", "a"), ("DISGUISED-HOST", "id.example")], "http://id.example/api/echo?a=&a=1"),
    ],
)
def test_the_url_is_what_the_outside_sees(rules: Hosted, sent: Headers, url: str) -> None:
    assert json.loads(rules.send("GET", "/api/echo?a=&a=1", sent).body)["url"] == url


def cookies_sent(rules: Hosted, *lines: str) -> list[str]:
    return rules.send("POST", "/api/cookies", body=json.dumps(lines).encode()).values("set-cookie")


@pytest.mark.parametrize(
    ("line", "sent"),
    [
        (  # worker 1794, 1902: the host writes the cookie anew, with an empty domain
            "__Host-s=abc; Path=/; Secure; HttpOnly; SameSite=Lax",
            ["__Host-s=abc; path=/; secure; samesite=lax; httponly"],
        ),
        ("a=b", ["a=b; path="]),  # [src]
        ("a=b; Path=/; Max-Age=60", ["a=b; max-age=60; path=/"]),
        (
            "a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
            ["a=; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/"],
        ),
    ],
)
def test_a_cookie_comes_out_as_in_production(rules: Hosted, line: str, sent: list[str]) -> None:
    assert cookies_sent(rules, line) == sent


def test_several_cookies_survive(rules: Hosted) -> None:  # [ran]
    assert len(cookies_sent(rules, "a=1; Path=/", "b=2; Path=/")) == 2


def test_a_cookie_with_an_unreadable_date_is_a_500(rules: Hosted) -> None:  # [src]
    answer = rules.send("POST", "/api/cookies", body=json.dumps(["a=1; Expires=21-Oct-2026"]).encode())

    assert (answer.status, answer.body) == (500, b"")


def test_of_doubled_headers_the_last_survives(rules: Hosted) -> None:  # [ran]
    answer = rules.send("GET", "/api/doubled")

    assert answer.values("link") == ["<2>"]
    assert answer.values("content-length") == ["7"]
    assert len(answer.values("date")) == 1


def test_an_answer_without_content_type_is_text(rules: Hosted) -> None:  # [ran]
    assert rules.send("GET", "/api/plain").values("content-type") == ["text/plain; charset=utf-8"]


def test_a_traceback_reaches_the_terminal_and_not_the_client(rules: Hosted) -> None:
    answer = rules.send("GET", "/api/raises")

    assert b"secret" not in answer.body
    rules.wait_for("function raises failed:")
    assert rules.wait_for("RuntimeError: a secret")


def test_localhost_works_whichever_address_comes_first(rules: Hosted) -> None:
    assert rules.send("GET", "/api/plain", address="127.0.0.1").status == 201
    assert rules.send("GET", "/api/plain", address="localhost").status == 201


@pytest.mark.parametrize(
    "bytes_sent",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /api/%00 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /api/plain HTTP/1.1\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /api/plain HTTP/1.1\r\nHost: a/b\r\n\r\n",
        b"GET /api/plain HTTP/1.1\r\nHost: x\r\nX-A: " + b"y" * 100_000 + b"\r\n\r\n",
        b"POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"POST /api/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
    ],
)
def test_what_is_no_http_is_refused_and_the_host_lives_on(rules: Hosted, bytes_sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", rules.port), timeout=20) as stranger:
        stranger.sendall(bytes_sent)
        stranger.shutdown(socket.SHUT_WR)
        first = stranger.recv(4096)

    assert first.startswith(b"HTTP/1.1 4") or b'"body": ""' in first
    assert rules.send("GET", "/api/plain").status == 201


def test_a_client_that_leaves_in_its_body_does_no_harm(rules: Hosted) -> None:
    with socket.create_connection(("127.0.0.1", rules.port), timeout=20) as stranger:
        stranger.sendall(b"POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")

    assert rules.send("GET", "/api/plain").status == 201
