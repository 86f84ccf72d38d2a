"""One of the many at the door: a browser and its client in one, with a connection, cookies and an account."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from bench.driving.connection import Answer, Connection

CLIENT_ID = "bench"
CLIENT_SECRET = "bench-secret-bench-secret"  # noqa: S105 - of a client that lives as long as the benchmark
REDIRECT_URI = "https://client.bench.example/callback"
SCOPE = "openid profile email"
PASSWORD = "Bench-password-1"  # noqa: S105 - as above
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

_BASIC = {"Authorization": "Basic " + base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()}
_VERIFIER = "a-verifier-that-is-the-same-for-every-request-of-a-benchmark"
_CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(_VERIFIER.encode()).digest()).rstrip(b"=").decode()


class WrongAnswerError(Exception):
    """A provider answered something else than it should: then nothing here is a measurement."""

    def __init__(self, what: str, answer: Answer) -> None:
        shown = re.sub(r"<style>.*</style>|<[^>]*>|\s+", " ", answer.body.decode("utf-8", "replace"), flags=re.DOTALL)
        super().__init__(f"{what}: status {answer.status}, {answer.headers.get('location', '')} {shown[:500]}")


def authorization_request(scope: str = SCOPE) -> str:
    """Write the query that every authorization request of the benchmark has."""
    return urlencode(
        {
            "response_type": "code",
            "client_id": CLIENT_ID,
            "redirect_uri": REDIRECT_URI,
            "scope": scope,
            "state": "a-state-of-usual-length",
            "nonce": "a-nonce-of-usual-length",
            "code_challenge": _CHALLENGE,
            "code_challenge_method": "S256",
        }
    )


@dataclass(slots=True)
class Visitor:
    """Cookies are kept by name; each sign-in is by the next of its accounts."""

    connection: Connection
    accounts: Iterator[str]
    cookies: dict[str, str] = field(default_factory=dict)

    async def send(
        self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """Send as a browser does, with cookies."""
        cookie = (
            {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        )
        answer = await self.connection.request(method, target, {**cookie, **(headers or {})}, body)
        for line in answer.cookies:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
            if not value:
                del self.cookies[name]
        return answer

    async def post_as_client(self, target: str, fields: Mapping[str, str]) -> dict[str, Any]:
        """Send as the client's server does, with its secret, and read the JSON."""
        answer = await self.connection.request("POST", target, FORM | _BASIC, urlencode(fields).encode())
        return read_json(answer, target)

    async def get_as_bearer(self, target: str, token: str) -> dict[str, Any]:
        """Ask with an access token."""
        return read_json(await self.connection.request("GET", target, {"Authorization": f"Bearer {token}"}), target)


def redemption(code: str) -> dict[str, str]:
    """Write what a code is redeemed with."""
    return {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT_URI,
        "code_verifier": _VERIFIER,
    }


def read_json(answer: Answer, what: str) -> dict[str, Any]:
    """Read an answer that must be there and be JSON."""
    if answer.status != 200:  # noqa: PLR2004 - an HTTP status
        raise WrongAnswerError(what, answer)
    content: dict[str, Any] = json.loads(answer.body)
    return content


def code_in(answer: Answer, what: str) -> str:
    """Read the code in a redirect to the client."""
    return code_at(answer.headers.get("location", ""), answer, what)


def code_at(location: str, answer: Answer, what: str) -> str:
    """Read the code at the client's address."""
    code = dict(parse_qsl(urlsplit(location).query)).get("code", "")
    if not location.startswith(REDIRECT_URI) or not code:
        raise WrongAnswerError(what, answer)
    return code


def path_in(answer: Answer, what: str) -> str:
    """Read where on the same host a redirect leads."""
    location = urlsplit(answer.headers.get("location", ""))
    if not location.path:
        raise WrongAnswerError(what, answer)
    return location.path + (f"?{location.query}" if location.query else "")
