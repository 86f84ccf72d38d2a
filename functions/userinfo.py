"""The userinfo endpoint (OIDC Core §5.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import azure.functions as func

from functions.doors import at, doors
from shared.domain.issuer import ISSUER_PLACES
from shared.web.doors import GET_POST
from shared.web.exchange import Exchange

if TYPE_CHECKING:
    from shared.ports import App

bp = func.Blueprint()


@bp.route(at(ISSUER_PLACES["userinfo_endpoint"]), auth_level=func.AuthLevel.ANONYMOUS)
@doors.resource(methods=GET_POST)
async def userinfo(exchange: Exchange, app: App) -> func.HttpResponse:
    """Tell a client what the granted scopes open of the person."""
    from shared.flows.tell_userinfo import tell_userinfo
    from shared.web.bearer import bearer_token
    from shared.web.cors import client_named_in, let_read
    from shared.web.responses import json_answer

    access_token = bearer_token(exchange)
    let_read(exchange, await app.clients.find(client_named_in(access_token)))
    return json_answer(await tell_userinfo(app, access_token=access_token))
