"""The introspection endpoint (RFC 7662 §2)."""

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


@bp.route(at(ISSUER_PLACES["introspection_endpoint"]), auth_level=func.AuthLevel.ANONYMOUS)
@doors.oauth(methods=POST)
async def introspect(exchange: Exchange, app: App) -> func.HttpResponse:
    """Say whether a token is alive, to a client that proves itself."""
    from shared.domain.clients import check_confidential
    from shared.flows.introspect import introspect
    from shared.web.responses import json_answer
    from shared.web.token_request import authenticated

    parameters, client = await authenticated(exchange, app)
    return json_answer(await introspect(app, check_confidential(client), token=parameters.need("token")))
