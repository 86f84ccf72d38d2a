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

SCOPES: Final = tuple(CLAIMS_BY_SCOPE)

type Scope = tuple[str, ...]


def grantable(requested: str | None, *, registered: Scope) -> Scope:
    """Narrow what was asked to what the client is registered for, in the order of asking.

    Unknown scopes are dropped (RFC 6749 §3.3 lets us, and the answer then says what was given). No `scope` at all means
    all that is registered. Raises InvalidScope when nothing remains.
    """
    asked = tuple(dict.fromkeys(requested.split(" "))) if requested else registered
    granted = tuple(scope for scope in asked if scope in registered and scope in CLAIMS_BY_SCOPE)
    if not granted:
        raise InvalidScope("no requested scope is registered for the client")
    return granted
