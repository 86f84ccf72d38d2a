"""What a token is said to be to the client it was given to, and to nobody else (RFC 7662 §2.2)."""

from collections.abc import Mapping
from typing import Any, Final

from shared.domain.families import Family, Generation, ends
from shared.domain.times import SECOND

INACTIVE: Final[Mapping[str, Any]] = {"active": False}
"""All that is said of anything else: foreign, unknown, expired, revoked, never. Without a reason (RFC 7662 §2.2)."""

_SAID: Final = ("iss", "aud", "sub", "client_id", "iat", "exp", "jti", "scope", "auth_time", "acr", "amr")


def active_access_token(claims: Mapping[str, Any]) -> dict[str, Any]:
    """Describe an access token that is alive."""
    said = {name: claims[name] for name in _SAID if name in claims}
    return {"active": True, "token_type": "Bearer", **said}


def active_refresh_token(generation: Generation, family: Family, *, issuer: str) -> dict[str, Any]:
    """Describe a refresh token that is alive. It has no `token_type`: that is of access tokens (RFC 6749 §7.1)."""
    grant = family.grant
    return {
        "active": True,
        "iss": issuer,
        "sub": grant.account_id,
        "client_id": grant.client_id,
        "exp": ends(generation, family) // SECOND,
        "scope": " ".join(grant.scope),
        "auth_time": grant.auth_time // SECOND,
        "amr": list(grant.amr),
    }
