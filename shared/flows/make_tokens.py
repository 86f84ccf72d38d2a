"""Make the tokens of a grant: signed and sealed while storage is asked, never after the deciding write (RFC 6749 §5.1)."""

from dataclasses import dataclass

from shared.domain import claims, families
from shared.domain.canonical import canonical
from shared.domain.clients import Client
from shared.domain.families import Family, Generation
from shared.domain.grants import Grant
from shared.domain.ids import new_id
from shared.domain.lifetimes import ACCESS_TOKEN
from shared.domain.scopes import Scope
from shared.domain.times import SECOND, Millis
from shared.ports import App, Ring


@dataclass(frozen=True, slots=True)
class Tokens:
    """A token response (RFC 6749 §5.1, OIDC Core §3.1.3.3). `expires_in` in seconds."""

    access_token: str
    expires_in: int
    scope: str
    id_token: str | None = None
    refresh_token: str | None = None


def make_tokens(
    app: App, ring: Ring, client: Client, grant: Grant, scope: Scope, *, nonce: str | None = None, now: Millis
) -> Tokens:
    """Sign an access token, and an ID token where `openid` is in the scope."""
    issuer, token_id = app.issuer.url, new_id("tok", app.random(16))
    said = claims.access_token_claims(grant, scope, issuer=issuer, token_id=token_id, now=now)
    access_token = ring.sign("ES256", claims.ACCESS_TOKEN_TYPE, said)
    id_token = None
    if "openid" in scope:
        about = claims.id_token_claims(grant, issuer=issuer, access_token=access_token, nonce=nonce, now=now)
        id_token = ring.sign(client.id_token_signed_response_alg, claims.ID_TOKEN_TYPE, about)
    return Tokens(access_token, ACCESS_TOKEN // SECOND, " ".join(scope), id_token)


def begin_family(ring: Ring, grant: Grant, *, now: Millis) -> str:
    """Seal a family and give its first refresh token."""
    family = Family(grant)
    sealed = ring.seal("refresh", canonical(family.carried()))
    return refresh_token(ring, families.first(family, sealed, now=now))


def refresh_token(ring: Ring, generation: Generation) -> str:
    """Write a generation as the token that is handed out: always the same one."""
    return generation.token(ring.mac(generation.sealed, generation.said))
