"""Our two cookies and nothing else: the session, and the browser's half of a sign-in under way (RFC 6265bis)."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import azure.functions as func

from shared.domain.environments import Environment, is_local
from shared.domain.issuer import Issuer
from shared.domain.times import SECOND, Millis
from shared.web.responses import with_cookie


@dataclass(frozen=True, slots=True)
class CookieNames:
    """What the cookies are called here, and whether they are for https only."""

    session: str
    flow: str
    secure: bool


def cookie_names(issuer: Issuer, environment: Environment) -> CookieNames:
    """Name the cookies.

    `__Host-` over https: no other host, not even a sibling, can plant them. On a developer's machine all ports of
    `localhost` share their cookies, so there the port is in the name.
    """
    port = urlsplit(issuer.url).port
    tail = f"-{port}" if is_local(environment) and port else ""
    head = "__Host-" if issuer.secure else ""
    return CookieNames(f"{head}sluis-session{tail}", f"{head}sluis-flow{tail}", issuer.secure)


def keep_session(answer: func.HttpResponse, names: CookieNames, session: str, *, ends_in: Millis) -> func.HttpResponse:
    """Set the session of the person who has just signed in."""
    return with_cookie(answer, set_cookie(names.session, session, secure=names.secure, ends_in=ends_in))


def set_cookie(name: str, value: str, *, secure: bool, ends_in: Millis | None = None) -> str:
    """Write a `Set-Cookie` value: never readable by script, not sent along from other sites but on a plain link."""
    parts = [f"{name}={value}", "Path=/", "HttpOnly", "SameSite=Lax"]
    if secure:
        parts.append("Secure")
    if ends_in is not None:
        parts.append(f"Max-Age={ends_in // SECOND}")
    return "; ".join(parts)
