"""The end-session endpoint (OpenID Connect RP-Initiated Logout 1.0 §2)."""

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


@bp.route(at(ISSUER_PLACES["end_session_endpoint"]), auth_level=func.AuthLevel.ANONYMOUS)
@doors.page(refuse, methods=GET_POST)
async def end_session(exchange: Exchange, app: App) -> func.HttpResponse:
    """Sign the person out at a client's request, or take the answer to our own question whether to."""
    from shared.flows.end_session import AskToLeave, answer_leaving, end_session
    from shared.web.cookies import cookie_names
    from shared.web.farewells import answer_farewell, answer_to_the_question
    from shared.web.flow_cookie import set_flow_cookie, take_flow_cookie

    names = cookie_names(app.issuer, app.environment)
    session_cookie = exchange.cookie(names.session)
    answered = answer_to_the_question(exchange, app.issuer)
    if answered is not None:
        said = await answer_leaving(
            app,
            flow=answered.flow,
            agreed=answered.agreed,
            session_cookie=session_cookie,
            flow_cookie=exchange.cookie(names.flow),
            request_id=exchange.request_id,
        )
        return answer_farewell(exchange, app.issuer, names, said)
    flow_cookie = take_flow_cookie(exchange, names, app.random)
    asked = await end_session(
        app,
        parameters=exchange.form() if exchange.method == "POST" else exchange.query(),
        session_cookie=session_cookie,
        flow_cookie=flow_cookie,
        certain=exchange.method != "POST",
        request_id=exchange.request_id,
    )
    answer = answer_farewell(exchange, app.issuer, names, asked)
    return set_flow_cookie(answer, names, flow_cookie) if isinstance(asked, AskToLeave) else answer
