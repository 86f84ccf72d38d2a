"""Which scopes there are, what each opens at userinfo, and what of a request a client may have (OIDC Core §5.4)."""

from typing import Final

from shared.domain.errors import InvalidScope

CLAIMS_BY_SCOPE: Final[dict[str, tuple[str, ...]]] = {
    "openid": (),
    "profile": (
        "name",
        "family_name",
        "given_name",
        "middle_name",
        "nickname",
        "preferred_username",
        "profile",
        "picture",
        "website",
        "gender",
        "birthdate",
        "zoneinfo",
        "locale",
        "updated_at",
    ),
    "email": ("email", "email_verified"),
    "address": ("address",),
    "phone": ("phone_number", "phone_number_verified"),
}

OFFLINE_ACCESS: Final = "offline_access"
"""Asks that what is given outlives the session (OIDC Core §11). It opens no claims."""

SCOPES: Final = (*CLAIMS_BY_SCOPE, OFFLINE_ACCESS)

type Scope = tuple[str, ...]


def grantable(requested: str | None, *, registered: Scope) -> Scope:
    """Narrow what was asked to what the client is registered for, in the order of asking.

    Unknown scopes are dropped (RFC 6749 §3.3 lets us, and the answer then says what was given). No `scope` at all means
    all that is registered but `offline_access`, which only asking gives. Raises InvalidScope when nothing remains.
    """
    asked = tuple(dict.fromkeys(requested.split(" "))) if requested else _without_asking(registered)
    granted = tuple(scope for scope in asked if scope in registered and scope in SCOPES)
    if not granted:
        raise InvalidScope("no requested scope is registered for the client")
    return granted


def narrowed(requested: str | None, *, granted: Scope, registered: Scope) -> Scope:
    """Narrow what was granted to what a refresh asks for (RFC 6749 §6), and to what is still registered.

    Saying nothing asks for all of it. Raises InvalidScope for anything that was not granted, and when nothing remains.
    """
    asked = tuple(dict.fromkeys(requested.split())) if requested else granted
    if not set(asked) <= set(granted):
        raise InvalidScope("wider than what was granted")
    kept = tuple(scope for scope in granted if scope in asked and scope in registered)
    if not kept:
        raise InvalidScope("nothing that was granted is still registered for the client")
    return kept


def of_a_client(requested: str | None, *, registered: Scope) -> Scope:
    """Give what a client may have for itself: nothing that speaks of a person, of whom there is none.

    Such scopes come with the APIs that know them; until then a client proves by its token who it is. Raises InvalidScope
    when something was asked and nothing of it may be given.
    """
    asked = tuple(dict.fromkeys((requested or "").split()))
    granted = tuple(scope for scope in asked if scope in registered and scope not in SCOPES)
    if asked and not granted:
        raise InvalidScope("no requested scope may be given to a client for itself")
    return granted


def _without_asking(registered: Scope) -> Scope:
    return tuple(scope for scope in registered if scope != OFFLINE_ACCESS)
