"""Give new tokens for a refresh token, and its one successor (RFC 6749 §6, RFC 9700 §4.14.2).

What the token alone can decide comes first and burns nothing. Then the mark that this generation was used and the account's
state, side by side. Found used, the row says when and for what: the client that lost its answer gets the same successor
again; anybody else ends the family.
"""

import asyncio
from dataclasses import replace

from shared.domain import families
from shared.domain.accounts import is_alive
from shared.domain.clients import Client, check_grant_type
from shared.domain.errors import InvalidGrant, Unavailable
from shared.domain.families import Family, Generation, Use
from shared.domain.ids import new_id
from shared.domain.scopes import Scope, narrowed
from shared.domain.times import Millis
from shared.flows.end_grant import end_grant
from shared.flows.make_tokens import Tokens, make_tokens, refresh_token
from shared.flows.open_refresh_token import Opened, open_refresh_token
from shared.ports import App


async def refresh(app: App, client: Client, *, token: str, scope: str | None, request_id: str) -> Tokens:
    """Refresh. Raises InvalidGrant, InvalidScope, or Unavailable: then the same request is simply sent again."""
    check_grant_type(client, "refresh_token")
    now = app.now()
    opened = await open_refresh_token(app, token)
    families.check(opened.generation, opened.family, client_id=client.client_id, now=now)
    granted = narrowed(scope, granted=opened.family.grant.scope, registered=client.scope)

    successor = families.after(opened.generation, opened.family, used_at=now)
    tokens = _tokens(app, opened, client, granted, successor, now)
    use = Use(now, tokens.scope)
    won, account = await asyncio.gather(
        app.spent.use(opened.generation, opened.family, use, write_id=new_id("wri", app.random(16))),
        app.accounts.state(opened.family.grant.account_id),
    )
    if not is_alive(account, opened.family.grant.lineage):
        raise InvalidGrant("the family, its session or its account has ended")
    if won:
        return tokens
    parent = await _look_back(app, opened, tokens.scope, now=now, request_id=request_id)
    return _tokens(app, opened, client, granted, parent, now)


async def _look_back(app: App, opened: Opened, scope: str, *, now: Millis, request_id: str) -> Generation:
    """Give the successor of a generation that was used before, to the client that lost it; end the family otherwise."""
    generation, family = opened.generation, opened.family
    before = await app.spent.used(generation, family)
    if before is None:
        # Its mark was there a moment ago. Nothing is known, so nothing is burnt.
        raise Unavailable("the mark of a used generation cannot be read")
    successor = families.after(generation, family, used_at=before.at)
    following = await app.spent.used(successor, family)
    match families.present_spent(before, successor_spent=following is not None, scope=scope, now=now):
        case "again":
            return successor
        case "refused":
            raise InvalidGrant("used a moment ago for another scope")
        case "reused":
            await _end(app, family, request_id)
            raise InvalidGrant("used before")


async def _end(app: App, family: Family, request_id: str) -> None:
    grant = family.grant
    await end_grant(
        app, grant.lineage, client_id=grant.client_id, ends=grant.ends, reason="refresh_reused", request_id=request_id,
        tell=True,
    )  # fmt: skip


def _tokens(app: App, opened: Opened, client: Client, scope: Scope, successor: Generation, now: Millis) -> Tokens:
    made = make_tokens(app, opened.ring, client, opened.family.grant, scope, now=now)
    return replace(made, refresh_token=refresh_token(opened.ring, successor))
