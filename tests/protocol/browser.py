"""A browser and a site in a few lines: cookies are kept, redirects are looked at and not followed, forms are read."""

import html
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote_plus, urlsplit

import httpx

from shared.domain.pkce import challenge_of
from tests.stack import Stack

EMAIL = "grace@tests.example"
PASSWORD = "a password for tests"
VERIFIER = "v" * 43
SECRET = "basic secret: with % and +"


def query_of(location: str) -> dict[str, str]:
    """Read the parameters of a redirect; a doubled one fails."""
    return {name: value for name, [value] in parse_qs(urlsplit(location).query, strict_parsing=True).items()}


def fields_of(page: str) -> dict[str, str]:
    """Read the hidden fields of a page."""
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found}


@dataclass
class Browser:
    """One person's browser at a running app."""

    stack: Stack
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        # No connection is kept: a browser that is forgotten leaves nothing open.
        limits = httpx.Limits(max_keepalive_connections=0)
        self.http = httpx.Client(follow_redirects=False, timeout=30, limits=limits)

    def at(self, place: str) -> str:
        return f"{self.stack.issuer}/{place}"

    def request(self, client_id: str = "basic", **more: Any) -> dict[str, str]:
        """Give the parameters of an authorization request; None leaves one out."""
        asked: dict[str, str | None] = {
            "client_id": client_id,
            "redirect_uri": f"https://{client_id}.example/callback",
            "response_type": "code",
            "scope": "openid",
            "state": "af0ifjsldkj",
            "nonce": "n-0S6_WzA2Mj",
            "code_challenge": challenge_of(VERIFIER),
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in (asked | more).items() if value is not None}

    def authorize(self, client_id: str = "basic", *, post: bool = False, **more: Any) -> httpx.Response:
        """Send an authorization request."""
        asked = self.request(client_id, **more)
        if post:
            return self.http.post(self.at("authorize"), data=asked)
        return self.http.get(self.at("authorize"), params=asked)

    def sign_in(
        self, client_id: str = "basic", *, email: str = EMAIL, password: str = PASSWORD, **more: Any
    ) -> httpx.Response:
        """Open the sign-in page and send it."""
        page = self.authorize(client_id, **more)
        assert page.status_code == 200, page.text
        return self.send(page, email=email, password=password)

    def send(self, page: httpx.Response, **typed: str) -> httpx.Response:
        """Send the form of a page with what was typed."""
        action = re.search(r'<form method="post" action="([^"]*)"', page.text)
        assert action is not None, page.text
        return self.http.post(self.stack.origin + html.unescape(action[1]), data=fields_of(page.text) | typed)

    def code(self, client_id: str = "basic", **more: Any) -> str:
        """Sign in and give the code that the site receives."""
        return query_of(self.sign_in(client_id, **more).headers["location"])["code"]


@dataclass
class Site:
    """A client at its back channel."""

    stack: Stack
    client_id: str = "basic"
    secret: str = SECRET

    def redeem(self, code: str, **more: Any) -> httpx.Response:
        """Send the token request with Basic credentials; None leaves a parameter out."""
        asked: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": f"https://{self.client_id}.example/callback",
            "code_verifier": VERIFIER,
        }
        return self.token({name: value for name, value in (asked | more).items() if value is not None})

    def token(self, asked: Mapping[str, str], **options: Any) -> httpx.Response:
        """Send any token request, by default with this site's Basic credentials, encoded as RFC 6749 §2.3.1 says."""
        if "headers" not in options and self.secret:
            options["headers"] = {"Authorization": basic(self.client_id, self.secret)}
        return httpx.post(f"{self.stack.issuer}/token", data=dict(asked), timeout=30, **options)

    def userinfo(self, access_token: str) -> httpx.Response:
        return httpx.get(
            f"{self.stack.issuer}/userinfo", headers={"Authorization": f"Bearer {access_token}"}, timeout=30
        )


def basic(client_id: str, secret: str) -> str:
    """Write Basic credentials as RFC 6749 §2.3.1 says: form-encoded, then put together."""
    return "Basic " + b64encode(f"{quote_plus(client_id)}:{quote_plus(secret)}".encode()).decode()


def pairs_of(location: str) -> list[tuple[str, str]]:
    """Read the parameters of a redirect in their order."""
    return parse_qsl(urlsplit(location).query, keep_blank_values=True)
