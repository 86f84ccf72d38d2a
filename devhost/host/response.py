"""A function's answer on its way out: what the host keeps, drops and rewrites; an exception is a 500 with no body."""

import json
import re
from dataclasses import dataclass
from typing import Any

from devhost.host.cookies import set_cookie
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
        return _text_reply(answer.text)
    return _reply(
        answer.status,
        answer.headers,
        answer.body,
        cookies=[set_cookie(cookie) for cookie in answer.cookies],
    )


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


def _text_reply(text: str) -> Reply:
    """Read a returned string as HttpBinding does: JSON if it parses, a response object if that has a `body`."""
    try:
        content = json.loads(text)
    except ValueError:
        return _reply(200, {"content-type": "text/plain; charset=utf-8"}, text.encode(), cookies=[])
    if not isinstance(content, dict):
        return _json_reply(200, {}, content)
    fields = {name.lower(): value for name, value in content.items()}
    if "body" not in fields:
        return _json_reply(200, {}, content)
    stated = fields.get("headers")
    headers = {str(name): str(value) for name, value in stated.items()} if isinstance(stated, dict) else {}
    return _json_reply(fields.get("statuscode", fields.get("status", 200)), headers, fields["body"])


def _json_reply(status: Any, headers: dict[str, str], content: Any) -> Reply:  # noqa: ANN401 - any JSON value
    is_text = isinstance(content, str)
    body = content if is_text else json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    kind = "text/plain; charset=utf-8" if is_text else "application/json; charset=utf-8"
    return _reply(
        status,
        {"content-type": kind} | {name.lower(): value for name, value in headers.items()},
        body.encode(),
        cookies=[],
    )
