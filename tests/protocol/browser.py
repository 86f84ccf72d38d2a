"""A browser and a site in a few lines: cookies are kept, redirects are looked at and not followed, forms are read."""

import html
import re
import ssl
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, parse_qsl, quote_plus, urlsplit

import httpx
import jwt

from shared.domain.pkce import challenge_of
from tests.stack import Stack

EMAIL = "grace@tests.example"
PASSWORD = "a password for tests"
VERIFIER = "v" * 43
SECRET = "basic secret: with % and +"
SECRETS = {
    "basic": SECRET,
    "post": "post-secret-of-length",
    "old": "old-secret-of-length",
    "loopback": "loopback-secret-of-length",
    "idle": "idle-secret-of-length",
    "keeps": "keeps-secret-of-length",
    "rotates": "",
    "spa": "",
    "form": "",
    "native": "",
}
# Nothing here speaks TLS, and to read the machine's authorities for each client would cost more than the requests.
NO_TLS: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def redirect_uri_of(client_id: str) -> str:
    """Give where a client is registered to be answered."""
    on_this_machine = client_id in {"native", "loopback"}
    return "http://127.0.0.1/callback" if on_this_machine else f"https://{client_id}.example/callback"


def query_of(location: str) -> dict[str, str]:
    """Read the parameters of a redirect; a doubled one fails."""
    return {name: value for name, [value] in parse_qs(urlsplit(location).query, strict_parsing=True).items()}


def claims_of(token: str) -> dict[str, Any]:
    """Read what a token says, believing it."""
    return dict(jwt.decode(token, options={"verify_signature": False}))


def fields_of(page: str) -> dict[str, str]:
    """Read the hidden fields of a page."""
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found}


def told(answer: httpx.Response) -> dict[str, str]:
    """Read what an answer tells the client by redirect."""
    assert answer.status_code == 303, answer.text
    return query_of(answer.headers["location"])


@dataclass
class Browser:
    """One person's browser at a running app."""

    stack: Stack
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        # No connection is kept: a browser that is forgotten leaves nothing open.
        limits = httpx.Limits(max_keepalive_connections=0)
        self.http = httpx.Client(follow_redirects=False, timeout=30, limits=limits, verify=NO_TLS)

    def at(self, place: str) -> str:
        return f"{self.stack.issuer}/{place}"

    def request(self, client: str = "basic", /, **more: Any) -> dict[str, str]:
        """Give the parameters of an authorization request; None leaves one out."""
        asked: dict[str, str | None] = {
            "client_id": client,
            "redirect_uri": redirect_uri_of(client),
            "response_type": "code",
            "scope": "openid",
            "state": "af0ifjsldkj",
            "nonce": "n-0S6_WzA2Mj",
            "code_challenge": challenge_of(VERIFIER),
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in (asked | more).items() if value is not None}

    def authorize(self, client: str = "basic", /, *, post: bool = False, **more: Any) -> httpx.Response:
        """Send an authorization request."""
        asked = self.request(client, **more)
        if post:
            return self.http.post(self.at("authorize"), data=asked)
        return self.http.get(self.at("authorize"), params=asked)

    def sign_in(
        self, client: str = "basic", /, *, email: str = EMAIL, password: str = PASSWORD, **more: Any
    ) -> httpx.Response:
        """Open the sign-in page and send it."""
        page = self.authorize(client, **more)
        assert page.status_code == 200, page.text
        return self.send(page, email=email, password=password)

    def send(self, page: httpx.Response, **typed: str) -> httpx.Response:
        """Send the form of a page with what was typed."""
        action = re.search(r'<form method="post" action="([^"]*)"', page.text)
        assert action is not None, page.text
        return self.http.post(self.stack.origin + html.unescape(action[1]), data=fields_of(page.text) | typed)

    def code(self, client: str = "basic", /, *, email: str = EMAIL, password: str = PASSWORD, **more: Any) -> str:
        """Give the code that the site receives; where nobody is signed in yet, somebody is."""
        answer = self.authorize(client, **more)
        if answer.status_code == 200:
            answer = self.send(answer, email=email, password=password)
        return told(answer)["code"]


@dataclass
class Site:
    """A client at its back channel, with the credentials and the method it is registered with."""

    stack: Stack
    client_id: str = "basic"
    secret: str | None = None

    def redeem(self, code: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> httpx.Response:
        """Send the token request for a code; None leaves a parameter out. With `headers` it brings no credentials."""
        asked: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri_of(self.client_id),
            "code_verifier": VERIFIER,
        }
        options: dict[str, Any] = {} if headers is None else {"headers": headers}
        return self.token({name: value for name, value in (asked | more).items() if value is not None}, **options)

    def refresh(self, refresh_token: str, **more: Any) -> httpx.Response:
        """Send a refresh request."""
        return self.token({"grant_type": "refresh_token", "refresh_token": refresh_token} | more)

    def token(self, asked: Mapping[str, Any], **options: Any) -> httpx.Response:
        """Send any token request; with `headers` given, without any credentials of this site."""
        return self.post("token", asked, **options)

    def post(self, place: str, asked: Mapping[str, Any], **options: Any) -> httpx.Response:
        """Send a request to an endpoint for clients, with this site's credentials unless `headers` are given."""
        asked = dict(asked)
        secret = SECRETS[self.client_id] if self.secret is None else self.secret
        if "headers" not in options and self.client_id == "post":
            asked = {"client_id": self.client_id, "client_secret": secret} | asked
        elif "headers" not in options and secret:
            options["headers"] = {"Authorization": basic(self.client_id, secret)}
        elif "headers" not in options:
            asked = {"client_id": self.client_id} | asked
        return httpx.post(f"{self.stack.issuer}/{place}", data=asked, timeout=30, verify=NO_TLS, **options)

    def userinfo(self, access_token: str) -> httpx.Response:
        return httpx.get(
            f"{self.stack.issuer}/userinfo",
            headers=[(b"Authorization", f"Bearer {access_token}".encode())],
            timeout=30,
            verify=NO_TLS,
        )

    def tokens(self, code: str, **more: Any) -> dict[str, Any]:
        """Redeem a code that must be good."""
        answer = self.redeem(code, **more)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


def basic(client_id: str, secret: str) -> str:
    """Write Basic credentials as RFC 6749 §2.3.1 says: form-encoded, then put together."""
    return "Basic " + b64encode(f"{quote_plus(client_id)}:{quote_plus(secret)}".encode()).decode()


def pairs_of(location: str) -> list[tuple[str, str]]:
    """Read the parameters of a redirect in their order."""
    return parse_qsl(urlsplit(location).query, keep_blank_values=True)
