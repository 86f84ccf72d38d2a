"""The token endpoint (RFC 6749 §3.2)."""

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


@bp.route(at(ISSUER_PLACES["token_endpoint"]), auth_level=func.AuthLevel.ANONYMOUS)
@doors.oauth(methods=POST)
async def token(exchange: Exchange, app: App) -> func.HttpResponse:
    """Give tokens for a grant."""
    from shared.domain.clients import authenticate
    from shared.domain.errors import UnsupportedGrantType
    from shared.flows.redeem_code import redeem_code
    from shared.web.client_authentication import credentials_of
    from shared.web.cors import let_read
    from shared.web.responses import json_answer
    from shared.web.token_request import token_request

    parameters = token_request(exchange)
    credentials = credentials_of(parameters, exchange.header("authorization"))
    registered = await app.clients.find(credentials.client_id)
    let_read(exchange, registered)
    client = authenticate(registered, credentials)
    match parameters.need("grant_type"):
        case "authorization_code":
            tokens = await redeem_code(
                app,
                client,
                code=parameters.need("code"),
                redirect_uri=parameters.get("redirect_uri"),
                code_verifier=parameters.get("code_verifier"),
                request_id=exchange.request_id,
            )
        case _:
            raise UnsupportedGrantType
    said = {
        "access_token": tokens.access_token,
        "token_type": "Bearer",
        "expires_in": tokens.expires_in,
        "scope": tokens.scope,
    }
    return json_answer(said if tokens.id_token is None else said | {"id_token": tokens.id_token})
