"""Say whether a token is alive, to the client it was given to (RFC 7662)."""

import asyncio
from collections.abc import Mapping
from typing import Any

from shared.domain import families
from shared.domain.accounts import is_alive
from shared.domain.claims import ACCESS_TOKEN_TYPE, check_access_token, is_the_client_s_own, lineage_of
from shared.domain.clients import Client
from shared.domain.errors import InvalidGrant, InvalidToken
from shared.domain.introspection import INACTIVE, active_access_token, active_refresh_token
from shared.flows.open_refresh_token import open_refresh_token
from shared.ports import App


async def introspect(app: App, client: Client, *, token: str) -> Mapping[str, Any]:
    """Describe the token, or say `{"active": false}` and nothing else. An access token costs one call, a refresh token two.

    What kind it is shows by itself; a hint could only be wrong.
    """
    try:
        if families.has_its_form(token):
            return await _refresh_token(app, client, token)
        return await _access_token(app, client, token)
    except (InvalidGrant, InvalidToken):
        return INACTIVE


async def _access_token(app: App, client: Client, token: str) -> Mapping[str, Any]:
    now = app.now()
    ring = await app.keys.ring(token)
    claims = ring.verify(token, typ=ACCESS_TOKEN_TYPE, algs=("ES256",))
    if claims.get("client_id") != client.client_id:
        raise InvalidToken("another client's")
    if is_the_client_s_own(claims):
        check_access_token(claims, issuer=app.issuer.url, now=now)
        return active_access_token(claims)
    lineage = lineage_of(claims, issuer=app.issuer.url, now=now)
    if not is_alive(await app.accounts.state(lineage.account_id), lineage):
        raise InvalidToken("ended")
    return active_access_token(claims)


async def _refresh_token(app: App, client: Client, token: str) -> Mapping[str, Any]:
    opened = await open_refresh_token(app, token)
    generation, family = opened.generation, opened.family
    families.check(generation, family, client_id=client.client_id, now=app.now())
    use, account = await asyncio.gather(app.spent.used(generation, family), app.accounts.state(family.grant.account_id))
    if use is not None or not is_alive(account, family.grant.lineage):
        raise InvalidGrant("used, or ended")
    return active_refresh_token(generation, family, issuer=app.issuer.url)
