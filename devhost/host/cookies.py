"""Cookies as the host writes them: ASP.NET composes the header anew, it does not pass ours on.

So attribute names are lower case, an absent Path comes out as an empty one, and a value is percent-encoded
(worker issues 1794 and 1902: seen in Azure as `test=hello%2F%2Fworld; domain=; path=/; samesite=lax`). A value that
would come back other than it was set is refused here: locally one would never notice.
"""

import re
from dataclasses import dataclass
from email.utils import formatdate

_SAFE = re.compile(r"[A-Za-z0-9._~-]*")


class UnsafeCookieError(ValueError):
    """Production would change the value on its way out."""


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie between worker and host."""

    name: str
    value: str
    domain: str | None
    path: str | None
    expires_at: int | None
    max_age: int | None
    secure: bool
    http_only: bool
    same_site: str


def set_cookie(cookie: Cookie) -> str:
    """Write the Set-Cookie value (ResponseCookies.Append, SetCookieHeaderValue.ToString). Raises UnsafeCookieError."""
    if not _SAFE.fullmatch(cookie.value):
        raise UnsafeCookieError(
            f"the value of the cookie {cookie.name} has a character outside A-Za-z0-9._~-; production would percent-encode it"
        )
    text = f"{cookie.name}={cookie.value}"
    if cookie.expires_at is not None:
        text += f"; expires={formatdate(cookie.expires_at, usegmt=True)}"
    if cookie.max_age is not None:
        text += f"; max-age={cookie.max_age}"
    # In Azure an absent Domain leaves as `domain=`. Browsers take that for absent (RFC 6265 §5.2.3), but the cookie jars of
    # several HTTP libraries drop the whole cookie; so that they can be used here, it is left out (docs/local-host.md).
    if cookie.domain:
        text += f"; domain={cookie.domain}"
    # CookieOptions starts with "/", but the worker always sends a path, if need be an empty one.
    text += f"; path={'/' if cookie.path is None else cookie.path}"
    text += "; secure" if cookie.secure else ""
    text += f"; samesite={cookie.same_site}" if cookie.same_site else ""
    return text + ("; httponly" if cookie.http_only else "")
