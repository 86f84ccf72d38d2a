"""What the host makes of an answer ([src] RawScriptResult, HttpBinding, ResponseCookies; issues where named)."""

from dataclasses import replace

import pytest

from devhost.host.cookies import Cookie, UnsafeCookieError, set_cookie
from devhost.host.response import UnsendableError, reply_to
from devhost.host.worker import Answered, AnsweredText

PLAIN = Cookie(
    "a", "1", domain=None, path="/", expires_at=None, max_age=None, secure=False, http_only=False, same_site=""
)


def answered(status: str = "200", body: bytes = b"x", **headers: str) -> Answered:
    return Answered(status, headers, (), body)


def test_a_cookie_is_composed_anew_with_an_empty_domain() -> None:
    cookie = Cookie(
        "__Host-s", "a.b~", domain="", path="/", expires_at=0, max_age=60, secure=True, http_only=True, same_site="lax"
    )

    # worker issues 1794 and 1902
    assert set_cookie(cookie) == (
        "__Host-s=a.b~; expires=Thu, 01 Jan 1970 00:00:00 GMT; max-age=60; path=/; secure; samesite=lax; httponly"
    )


def test_what_a_cookie_does_not_say_is_left_out() -> None:
    assert set_cookie(PLAIN) == "a=1; path=/"


def test_several_cookies_stay_several_headers() -> None:
    reply = reply_to(Answered("200", {}, (PLAIN, PLAIN), b""))

    assert [value for name, value in reply.headers if name == b"set-cookie"] == [b"a=1; path=/"] * 2


def test_of_two_names_that_differ_in_case_the_first_stays() -> None:
    reply = reply_to(Answered("200", {"X-A": "1", "x-a": "2"}, (), b""))

    assert reply.headers == ((b"x-a", b"1"),)


def test_the_server_frames_and_dates_the_message() -> None:
    reply = reply_to(Answered("200", {"Content-Length": "9", "Transfer-Encoding": "chunked", "Date": "x"}, (), b"ab"))

    assert reply.wire_headers() == [(b"server", b"Kestrel"), (b"content-length", b"2")]


def test_a_status_without_a_body_loses_it() -> None:
    reply = reply_to(answered("204"))

    assert reply.body == b""
    assert reply.wire_headers() == [(b"server", b"Kestrel")]


@pytest.mark.parametrize("status", ["0", "100", "1000", "x"])
def test_a_status_that_is_none_cannot_be_sent(status: str) -> None:
    with pytest.raises(UnsendableError):
        reply_to(answered(status))


@pytest.mark.parametrize("value", ["caf\u00e9", "a\nb", "\x7f"])
def test_a_header_value_kestrel_refuses_cannot_be_sent(value: str) -> None:
    with pytest.raises(UnsendableError):
        reply_to(Answered("200", {"X-A": value}, (), b""))


@pytest.mark.parametrize("value", ["a/b", "a=", "a b", "caf\u00e9", "a%2Fb", '"a"', "a+b", "a,b"])
def test_a_cookie_value_that_production_would_change_cannot_be_sent(value: str) -> None:
    cookie = replace(PLAIN, value=value)

    with pytest.raises(UnsafeCookieError, match="the value of the cookie a has"):  # worker issues 1794 and 1902
        set_cookie(cookie)
    with pytest.raises(UnsendableError, match="percent-encode"):
        reply_to(Answered("200", {}, (cookie,), b""))


@pytest.mark.parametrize("text", ["hello", '{"body": "b", "status": 418}', ""])
def test_a_returned_str_cannot_be_sent(text: str) -> None:
    with pytest.raises(UnsendableError, match="return an HttpResponse"):  # [src] HttpBinding
        reply_to(AnsweredText(text))
