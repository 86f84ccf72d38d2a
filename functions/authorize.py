"""The authorization endpoint (RFC 6749 §3.1, OIDC Core §3.1.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import azure.functions as func

from functions.doors import at, doors, refuse
from shared.domain.issuer import ISSUER_PLACES
from shared.web.doors import GET_POST
from shared.web.exchange import Exchange

if TYPE_CHECKING:
    from shared.ports import App

bp = func.Blueprint()


@bp.route(at(ISSUER_PLACES["authorization_endpoint"]), auth_level=func.AuthLevel.ANONYMOUS)
@doors.page(refuse, methods=GET_POST)
async def authorize(exchange: Exchange, app: App) -> func.HttpResponse:
    """Answer a client's request: with a code, a refusal, or a question to the person."""
    from shared.flows.authorize import authorize
    from shared.web.cookies import cookie_names
    from shared.web.flow_cookie import keep_flow_cookie, take_flow_cookie
    from shared.web.outcomes import answer_outcome

    names = cookie_names(app.issuer, app.environment)
    flow_cookie = take_flow_cookie(exchange, names, app.random)
    outcome = await authorize(
        app,
        parameters=exchange.form() if exchange.method == "POST" else exchange.query(),
        session_cookie=exchange.cookie(names.session),
        flow_cookie=flow_cookie,
    )
    return keep_flow_cookie(answer_outcome(exchange, app.issuer, outcome), names, flow_cookie, outcome)
