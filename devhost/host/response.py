"""A function's answer on its way out: what the host keeps, drops and rewrites; an exception is a 500 with no body."""

import re
from dataclasses import dataclass
from typing import Any

from devhost.host.cookies import UnsafeCookieError, set_cookie
from devhost.host.worker import Answered, AnsweredText

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_VALUE = re.compile(r"[\t\x20-\x7e]*")  # Kestrel refuses control and non-ASCII characters
# The server frames the message and dates it: the app's own words on that are dropped.
_OURS = frozenset({"content-length", "transfer-encoding", "date"})
_WITHOUT_BODY = frozenset({204, 205, 304})
_FINAL = range(200, 1000)


class UnsendableError(Exception):
    """The function returned something the host cannot put on the wire."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""

    def wire_headers(self) -> list[tuple[bytes, bytes]]:
        """Add the headers of the server itself."""
        own = () if any(name == b"server" for name, _ in self.headers) else ((b"server", b"Kestrel"),)
        length = () if self.status in _WITHOUT_BODY else ((b"content-length", str(len(self.body)).encode()),)
        return [*self.headers, *own, *length]


HOMEPAGE = Reply(
    200,
    ((b"content-type", b"text/html"),),
    b"<!doctype html><title>Local Functions host</title><p>Your Functions app is up and running.",
)


def reply_to(answer: Answered | AnsweredText) -> Reply:
    """Turn what the function returned into what is sent. Raises UnsendableError."""
    if isinstance(answer, AnsweredText):
        # The host would try to read it as JSON, and take an object with a `body` for a whole response.
        raise UnsendableError(
            "it returned a str, which production may take for a response object: return an HttpResponse"
        )
    try:
        cookies = [set_cookie(cookie) for cookie in answer.cookies]
    except UnsafeCookieError as unsafe:
        raise UnsendableError(str(unsafe)) from unsafe
    return _reply(answer.status, answer.headers, answer.body, cookies=cookies)


def _reply(status: Any, headers: dict[str, str], body: bytes, *, cookies: list[str]) -> Reply:  # noqa: ANN401 - apps say what they like
    try:
        code = int(status)
    except (TypeError, ValueError):
        raise UnsendableError(f"'{status}' is not a status code") from None
    if code not in _FINAL:
        raise UnsendableError(f"{code} is not the status of an answer")
    sent: dict[str, bytes] = {}
    for name, value in headers.items():
        # A name that differs only in case is a duplicate: the host keeps the first and logs the rest.
        if name.lower() not in _OURS and name.lower() not in sent:
            sent[name.lower()] = _checked(name, value)
    lines = [(name.encode(), value) for name, value in sent.items()]
    lines += [(b"set-cookie", _checked("Set-Cookie", cookie)) for cookie in cookies]
    return Reply(code, tuple(lines), b"" if code in _WITHOUT_BODY else body)


def _checked(name: str, value: str) -> bytes:
    if not _TOKEN.fullmatch(name) or not _VALUE.fullmatch(value):
        raise UnsendableError(f"the header {name} has a character the server refuses")
    return value.encode("ascii")
