"""Turn an authorization code into tokens, once (RFC 6749 §4.1.3, RFC 9700 §4.5).

What the code alone can decide comes first and burns nothing. Then the spent mark and the account's state, side by side. The
tokens are signed before the mark is written: had we marked and then failed to sign, the client would have to start again.
"""

import asyncio
from dataclasses import replace

from shared.domain import grants
from shared.domain.accounts import is_alive
from shared.domain.canonical import parse_json
from shared.domain.clients import Client, check_grant_type
from shared.domain.errors import InvalidGrant, Tampered
from shared.domain.grants import Code
from shared.domain.ids import new_id
from shared.domain.times import Millis
from shared.flows.end_grant import end_grant
from shared.flows.make_tokens import Tokens, begin_family, make_tokens
from shared.ports import App, Ring

# The longest `nonce` that is let in, of control characters only, is six times as long in JSON.
_LONGEST_CODE = 48 * 1024


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
        app.accounts.state(opened.grant.account_id),
    )
    if not won:
        grant = opened.grant
        await end_grant(
            app, grant.lineage, client_id=grant.client_id, ends=grant.ends, reason="code_reused", request_id=request_id
        )
        raise InvalidGrant("redeemed before")
    if not is_alive(account, opened.grant.lineage):
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
    tokens = make_tokens(app, ring, client, code.grant, code.grant.scope, nonce=code.nonce, now=now)
    if "refresh_token" not in client.grant_types:
        return tokens
    return replace(tokens, refresh_token=begin_family(ring, code.grant, now=now))
