"""A person and a site without a browser, where only the authority is of interest: pages are read and sent over HTTP."""

import html
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from shared.domain.pkce import challenge_of
from tests.e2e.people import Person
from tests.protocol.browser import fields_of, query_of

VERIFIER = "v" * 43


@dataclass(frozen=True)
class Visit:
    """Somebody comes from a site to the authority, and the site speaks to it behind their back."""

    issuer: str
    client_id: str
    redirect_uri: str
    scope: str = "openid profile"

    def attempt(self, person: Person) -> httpx.Response:
        """Open the sign-in page and send it."""
        asked = {
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "response_type": "code",
            "scope": self.scope,
            "code_challenge": challenge_of(VERIFIER),
            "code_challenge_method": "S256",
        }
        parts = urlsplit(self.issuer)
        with httpx.Client(timeout=30) as http:
            page = http.get(f"{self.issuer}/authorize", params=asked)
            action = re.search(r'<form method="post" action="([^"]*)"', page.text)
            assert action is not None, page.text
            typed = {"email": person.email, "password": person.password}
            where = f"{parts.scheme}://{parts.netloc}{html.unescape(action[1])}"
            return http.post(where, data=fields_of(page.text) | typed)

    def sign_in(self, person: Person) -> str:
        """Give the code that the browser takes back to the site."""
        answer = self.attempt(person)
        assert answer.status_code == httpx.codes.SEE_OTHER, answer.text
        return query_of(answer.headers["location"])["code"]

    def claims(self, person: Person) -> dict[str, Any]:
        """Give what the site is told of the person in the end."""
        asked = {
            "grant_type": "authorization_code",
            "code": self.sign_in(person),
            "redirect_uri": self.redirect_uri,
            "code_verifier": VERIFIER,
            "client_id": self.client_id,
        }
        tokens = httpx.post(f"{self.issuer}/token", data=asked, timeout=30)
        assert tokens.status_code == httpx.codes.OK, tokens.text
        bearer = {"Authorization": f"Bearer {tokens.json()['access_token']}"}
        told: dict[str, Any] = httpx.get(f"{self.issuer}/userinfo", headers=bearer, timeout=30).json()
        return told
