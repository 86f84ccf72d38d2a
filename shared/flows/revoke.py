"""End what a client was given, at the client's own word (RFC 7009)."""

from shared.domain import families
from shared.domain.claims import ACCESS_TOKEN_TYPE, check_access_token, is_the_client_s_own, lineage_of
from shared.domain.clients import Client
from shared.domain.errors import InvalidGrant, InvalidToken, UnsupportedTokenType
from shared.domain.lifetimes import OFFLINE, SESSION
from shared.flows.end_grant import end_grant
from shared.flows.open_refresh_token import open_refresh_token
from shared.ports import App

REASON = "revoked_by_client"


async def revoke(app: App, client: Client, *, token: str, request_id: str) -> None:
    """End the grant a token comes from, and so every token of it (RFC 7009 §2.1).

    What nobody could use is as good as revoked, and no error (§2.2). Raises InvalidGrant for another client's token, and
    UnsupportedTokenType for the token of a client that acts for itself: nothing stands behind it that could be ended, and it
    is over in minutes.
    """
    if families.has_its_form(token):
        await _refresh_token(app, client, token, request_id)
    else:
        await _access_token(app, client, token, request_id)


async def _refresh_token(app: App, client: Client, token: str, request_id: str) -> None:
    try:
        opened = await open_refresh_token(app, token)
    except InvalidGrant:
        return
    grant = opened.family.grant
    _check_owner(client, grant.client_id)
    # A generation that was used names its family as well as the newest does.
    if app.now() < families.ends(opened.generation, opened.family):
        await end_grant(
            app, grant.lineage, client_id=client.client_id, ends=grant.ends, reason=REASON, request_id=request_id
        )


async def _access_token(app: App, client: Client, token: str, request_id: str) -> None:
    now = app.now()
    ring = await app.keys.ring(token)
    try:
        claims = ring.verify(token, typ=ACCESS_TOKEN_TYPE, algs=("ES256",))
        check_access_token(claims, issuer=app.issuer.url, now=now)
    except InvalidToken:
        return
    _check_owner(client, str(claims.get("client_id")))
    if is_the_client_s_own(claims):
        raise UnsupportedTokenType
    lineage = lineage_of(claims, issuer=app.issuer.url, now=now)
    # The token does not say when its grant ends; no grant lives longer than this.
    ends = now + (OFFLINE if lineage.offline else SESSION)
    await end_grant(app, lineage, client_id=client.client_id, ends=ends, reason=REASON, request_id=request_id)


def _check_owner(client: Client, client_id: str) -> None:
    if client_id != client.client_id:
        raise InvalidGrant("issued to another client")
