"""The revocation endpoint (RFC 7009 §2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import azure.functions as func

from functions.doors import at, doors
from shared.domain.issuer import ISSUER_PLACES
from shared.web.doors import POST
from shared.web.exchange import Exchange

if TYPE_CHECKING:
    from shared.ports import App

bp = func.Blueprint()


@bp.route(at(ISSUER_PLACES["revocation_endpoint"]), auth_level=func.AuthLevel.ANONYMOUS)
@doors.oauth(methods=POST)
async def revoke(exchange: Exchange, app: App) -> func.HttpResponse:
    """End what the client was given; what is unknown or over already is no error."""
    from shared.flows.revoke import revoke
    from shared.web.responses import NO_STORE, empty_answer
    from shared.web.token_request import authenticated

    parameters, client = await authenticated(exchange, app)
    await revoke(app, client, token=parameters.need("token"), request_id=exchange.request_id)
    return empty_answer(200, NO_STORE)
