"""What an ID token, an access token and userinfo say (OIDC Core §2, §5.3, §5.4; RFC 9068 §2.2)."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, Final

from shared.domain.accounts import Lineage
from shared.domain.clients import Client
from shared.domain.errors import InsufficientScope, InvalidToken
from shared.domain.grants import Grant
from shared.domain.lifetimes import ACCESS_TOKEN, ID_TOKEN, LEEWAY
from shared.domain.scopes import CLAIMS_BY_SCOPE, Scope
from shared.domain.times import SECOND, Millis

ACCESS_TOKEN_TYPE: Final = "at+jwt"
ID_TOKEN_TYPE: Final = "JWT"
ACR_PASSWORD: Final = "1"
"""Level of assurance of a password alone; nothing higher is claimed until a second factor exists (ISO 29115)."""


def access_token_claims(grant: Grant, scope: Scope, *, issuer: str, token_id: str, now: Millis) -> dict[str, Any]:
    """Give the claims of an access token without `resource`: its audience is ourselves, good for userinfo only."""
    claims = {
        "iss": issuer,
        "aud": issuer,
        "sub": grant.account_id,
        "client_id": grant.client_id,
        "iat": now // SECOND,
        "exp": (now + ACCESS_TOKEN) // SECOND,
        "jti": token_id,
        "scope": " ".join(scope),
        "auth_time": grant.auth_time // SECOND,
        "acr": ACR_PASSWORD,
        "amr": list(grant.amr),
        "sid": grant.session_id,
        "gid": grant.grant_id,
        "began": grant.began,
    }
    return claims | {"offline": True} if grant.offline else claims


def client_token_claims(client: Client, scope: Scope, *, issuer: str, token_id: str, now: Millis) -> dict[str, Any]:
    """Give the claims of an access token of a client that acts for itself: it is its own `sub` (RFC 9068 §2.2)."""
    claims = {
        "iss": issuer,
        "aud": issuer,
        "sub": client.client_id,
        "client_id": client.client_id,
        "iat": now // SECOND,
        "exp": (now + ACCESS_TOKEN) // SECOND,
        "jti": token_id,
    }
    return claims | {"scope": " ".join(scope)} if scope else claims


def id_token_claims(grant: Grant, *, issuer: str, access_token: str, nonce: str | None, now: Millis) -> dict[str, Any]:
    """Give the claims of the ID token; what belongs to scopes is at userinfo (OIDC Core §5.4)."""
    claims: dict[str, Any] = {
        "iss": issuer,
        "sub": grant.account_id,
        "aud": grant.client_id,
        "iat": now // SECOND,
        "exp": (now + ID_TOKEN) // SECOND,
        "auth_time": grant.auth_time // SECOND,
        "acr": ACR_PASSWORD,
        "amr": list(grant.amr),
        "sid": grant.session_id,
        "at_hash": half_hash(access_token),
    }
    return claims if nonce is None else claims | {"nonce": nonce}


def half_hash(token: str) -> str:
    """Give `at_hash`: the left half of the SHA-256, as both ES256 and RS256 use it (OIDC Core §3.1.3.6)."""
    digest = hashlib.sha256(token.encode("ascii")).digest()
    return urlsafe_b64encode(digest[:16]).rstrip(b"=").decode("ascii")


def lineage_of(claims: Mapping[str, Any], *, issuer: str, now: Millis) -> Lineage:
    """Judge a verified access token at our own door and say where it comes from. Raises InvalidToken (RFC 9068 §4)."""
    check_access_token(claims, issuer=issuer, now=now)
    match claims:
        case {"sub": str(sub), "sid": str(sid), "gid": str(gid), "began": int(began)}:
            return Lineage(sub, sid, gid, began, offline=claims.get("offline") is True)
        case _:
            raise InvalidToken("incomplete")


def is_the_client_s_own(claims: Mapping[str, Any]) -> bool:
    """Say whether a client acts for itself with this token: then no session and no person stands behind it."""
    return "sid" not in claims and "gid" not in claims and claims.get("sub") == claims.get("client_id")


def check_access_token(claims: Mapping[str, Any], *, issuer: str, now: Millis) -> None:
    """Hold a verified access token to its issuer, its audience and its time. Raises InvalidToken (RFC 9068 §4)."""
    if claims.get("iss") != issuer or claims.get("aud") != issuer:
        raise InvalidToken("meant for another")
    match claims:
        case {"exp": int(exp), "iat": int(iat)}:
            pass
        case _:
            raise InvalidToken("incomplete")
    if now >= exp * SECOND:
        raise InvalidToken("expired")
    # Ours never say `nbf`; but whoever honours a token's times honours all of them (RFC 7519 §4.1.5).
    nbf = claims.get("nbf", iat)
    if not isinstance(nbf, int) or max(iat, nbf) * SECOND > now + LEEWAY:
        raise InvalidToken("from the future")


def userinfo_claims(profile: Mapping[str, Any], *, subject: str, scope: str) -> dict[str, Any]:
    """Give what the granted scopes open. Raises InsufficientScope when the token is plain OAuth (OIDC Core §5.3)."""
    granted = scope.split()
    if "openid" not in granted:
        raise InsufficientScope("no openid scope")
    names = [name for one in granted for name in CLAIMS_BY_SCOPE.get(one, ())]
    return {"sub": subject} | {name: profile[name] for name in names if profile.get(name) not in (None, "")}
