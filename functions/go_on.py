"""Where a sign-in made on a client's own page goes on, in the browser it began in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import azure.functions as func

from functions.doors import at, doors, refuse
from shared.domain.issuer import CONTINUE_PLACE
from shared.web.doors import GET
from shared.web.exchange import Exchange

if TYPE_CHECKING:
    from shared.ports import App

bp = func.Blueprint()


@bp.route(at(CONTINUE_PLACE), auth_level=func.AuthLevel.ANONYMOUS)
@doors.page(refuse, methods=GET)
async def go_on(exchange: Exchange, app: App) -> func.HttpResponse:
    """Set the session, and go on to where the person came from."""
    from shared.domain.errors import StaleForm
    from shared.flows.go_on import go_on, take_up_link
    from shared.web.cookies import cookie_names, keep_session
    from shared.web.outcomes import answer_outcome
    from shared.web.responses import NO_STORE, empty_answer

    if not exchange.is_navigation:
        raise StaleForm("fetched, not gone to")
    names = cookie_names(app.issuer, app.environment)
    flow_cookie = exchange.cookie(names.flow)
    link = await take_up_link(app, link=exchange.query().get("link") or "", flow_cookie=flow_cookie)
    # Whoever only asks what would be there must not use it up (RFC 9110 §9.2.1).
    if exchange.method == "HEAD":
        return empty_answer(204, NO_STORE)
    came = await go_on(app, link, flow_cookie=flow_cookie)
    return keep_session(answer_outcome(exchange, app.issuer, came.outcome), names, came.cookie, ends_in=came.lifetime)
