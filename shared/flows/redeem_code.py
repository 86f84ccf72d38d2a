"""Turn an authorization code into tokens, once (RFC 6749 §4.1.3, RFC 9700 §4.5).

What the code alone can decide comes first and burns nothing. Then the spent mark and the account's state, side by side. The
tokens are signed before the mark is written: had we marked and then failed to sign, the client would have to start again.
"""

import asyncio
from dataclasses import dataclass

from shared.domain import claims, grants
from shared.domain.accounts import is_alive
from shared.domain.canonical import parse_json
from shared.domain.clients import Client, check_grant_type
from shared.domain.errors import InvalidGrant, Tampered
from shared.domain.grants import Code
from shared.domain.ids import new_id
from shared.domain.lifetimes import ACCESS_TOKEN
from shared.domain.times import SECOND, Millis
from shared.flows.end_grant import end_grant
from shared.ports import App, Ring

# The longest `nonce` that is let in, of control characters only, is six times as long in JSON.
_LONGEST_CODE = 48 * 1024


@dataclass(frozen=True, slots=True)
class Tokens:
    """A token response (RFC 6749 §5.1, OIDC Core §3.1.3.3). `expires_in` in seconds."""

    access_token: str
    expires_in: int
    scope: str
    id_token: str | None


async def redeem_code(
    app: App, client: Client, *, code: str, redirect_uri: str | None, code_verifier: str | None, request_id: str
) -> Tokens:
    """Redeem a code. Raises InvalidGrant, and when it was redeemed before ends what that gave (RFC 6749 §4.1.2)."""
    check_grant_type(client, "authorization_code")
    now = app.now()
    ring = await app.keys.ring(code)
    opened = _open(ring, code)
    grants.redeem(opened, client_id=client.client_id, redirect_uri=redirect_uri, code_verifier=code_verifier, now=now)
    tokens = _tokens(app, ring, client, opened, now)
    won, account = await asyncio.gather(
        app.spent.spend("code", opened.code_id, ends=opened.ends, at=now, write_id=new_id("wri", app.random(16))),
        app.accounts.state(opened.account_id),
    )
    if not won:
        await end_grant(app, opened, reason="code_reused", request_id=request_id)
        raise InvalidGrant("redeemed before")
    if not is_alive(account, opened.lineage):
        raise InvalidGrant("the session it came from has ended")
    return tokens


def _open(ring: Ring, code: str) -> Code:
    if len(code) > _LONGEST_CODE:
        raise InvalidGrant("longer than any code")
    try:
        return Code.of(parse_json(ring.open("code", code), max_bytes=_LONGEST_CODE, max_depth=4))
    except Tampered as error:
        raise InvalidGrant("not a code of ours") from error


def _tokens(app: App, ring: Ring, client: Client, code: Code, now: Millis) -> Tokens:
    issuer = app.issuer.url
    access_token = ring.sign(
        "ES256",
        claims.ACCESS_TOKEN_TYPE,
        claims.access_token_claims(code, issuer=issuer, token_id=new_id("tok", app.random(16)), now=now),
    )
    id_token = None
    if "openid" in code.scope:
        said = claims.id_token_claims(code, issuer=issuer, access_token=access_token, now=now)
        id_token = ring.sign(client.id_token_signed_response_alg, claims.ID_TOKEN_TYPE, said)
    return Tokens(access_token, ACCESS_TOKEN // SECOND, " ".join(code.scope), id_token)
