"""Go on with a sign-in that was made on a client's own page, once, in the browser it began in (invariant 4)."""

import asyncio
from dataclasses import dataclass

from shared.domain import continuation
from shared.domain.answers import Ask
from shared.domain.canonical import parse_json
from shared.domain.clients import Client
from shared.domain.continuation import Continuation
from shared.domain.errors import StaleForm, Tampered, UnknownClient
from shared.domain.ids import new_id
from shared.flows.authorize import look_at
from shared.flows.sign_in_and_go_on import SignedIn, come_in
from shared.ports import App, Ring

# The platform lets no longer address pass.
_LONGEST_LINK = 8 * 1024


@dataclass(frozen=True, slots=True)
class Link:
    """A link that is this browser's, and in time. It may have been used."""

    continuation: Continuation
    client: Client
    ring: Ring


async def take_up_link(app: App, *, link: str, flow_cookie: str) -> Link:
    """Open a link, which uses nothing up. Raises StaleForm, UnknownClient when the client is gone, Unavailable."""
    if not link or len(link) > _LONGEST_LINK:
        raise StaleForm("no link")
    ring = await app.keys.ring(link)
    try:
        waiting = Continuation.of(parse_json(ring.open("continue", link), max_bytes=_LONGEST_LINK, max_depth=8))
    except Tampered as error:
        raise StaleForm("the link does not open") from error
    continuation.check(waiting, flow_cookie=flow_cookie, now=app.now())
    client = await app.clients.find(waiting.request.client_id)
    if client is None:
        raise UnknownClient("the client is gone")
    return Link(waiting, client, ring)


async def go_on(app: App, link: Link, *, flow_cookie: str) -> SignedIn:
    """Use the link up, and give the session and what comes next. Raises StaleForm when it was used or its session ended.

    Cookie and code are sealed before the mark is written. Lost all the same, they are had again by signing in again.
    """
    now = app.now()
    waiting = link.continuation
    session = waiting.session
    came = come_in(app, link.ring, waiting.request, link.client, session=session, flow_cookie=flow_cookie, now=now)
    won, seen = await asyncio.gather(
        app.spent.spend(
            "continue", session.session_id, ends=waiting.ends, at=now, write_id=new_id("wri", app.random(16))
        ),
        look_at(app, link.ring, session, named=isinstance(came.outcome, Ask)),
    )
    if not won:
        raise StaleForm("the link was used before")
    if not seen.alive:
        raise StaleForm("the session has ended")
    return came.asking(seen.name)
