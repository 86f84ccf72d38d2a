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
    from shared.domain.errors import UnsupportedGrantType
    from shared.flows.give_client_token import give_client_token
    from shared.flows.redeem_code import redeem_code
    from shared.flows.refresh import refresh
    from shared.web.token_request import authenticated, token_answer

    parameters, client = await authenticated(exchange, app)
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
        case "refresh_token":
            tokens = await refresh(
                app,
                client,
                token=parameters.need("refresh_token"),
                scope=parameters.get("scope"),
                request_id=exchange.request_id,
            )
        case "client_credentials":
            tokens = await give_client_token(app, client, scope=parameters.get("scope"))
        case _:
            raise UnsupportedGrantType
    return token_answer(tokens)
