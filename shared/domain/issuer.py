"""The issuer and every address under it: discovery, routes and links are all derived from here.

OpenID Connect Discovery §4.1 and RFC 8414 §3.1 place the two metadata documents differently when the issuer has a path.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Issuer:
    """An issuer identifier: scheme, host and an optional path, without query, fragment or trailing slash."""

    url: str

    @property
    def path(self) -> str:
        """The path of the issuer, `""` or e.g. `/id`."""
        return urlsplit(self.url).path

    @property
    def origin(self) -> str:
        """Scheme, host and port (RFC 6454 §6.2)."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def host(self) -> str:
        """The host, without its port."""
        return urlsplit(self.url).hostname or ""

    @property
    def secure(self) -> bool:
        """Whether the issuer is reached over https."""
        return self.url.startswith("https://")

    def at(self, place: str) -> str:
        """Give the absolute URL of a place under the issuer, e.g. `token`."""
        return f"{self.url}/{place}"


ISSUER_PLACES = {
    "authorization_endpoint": "authorize",
    "token_endpoint": "token",
    "userinfo_endpoint": "userinfo",
    "introspection_endpoint": "introspect",
    "revocation_endpoint": "revoke",
    "end_session_endpoint": "end-session",
    "jwks_uri": "jwks",
}
"""Metadata name → place under the issuer, so that a route and its announcement cannot drift apart."""

CONTINUE_PLACE = "continue"
"""Where a sign-in made on a client's own page goes on; named in its answer."""


def route(path: str, place: str) -> str:
    """Give the Functions route (no leading slash) of a place under an issuer with this path."""
    return f"{path}/{place}".lstrip("/")


def oauth_metadata_route(path: str) -> str:
    """Give the route of the RFC 8414 document: the well-known part goes between host and path (§3.1)."""
    return f".well-known/oauth-authorization-server{path}"
