"""A request of a client to one of its endpoints: a form body, each parameter once, nothing secret in the URL.

RFC 6749 §3.2, and in the same way RFC 7009 §2.1 and RFC 7662 §2.1.
"""

from typing import Final

import azure.functions as func

from shared.domain.clients import Client, authenticate
from shared.domain.errors import InvalidRequest
from shared.domain.parameters import Parameters
from shared.flows.make_tokens import Tokens
from shared.ports import App
from shared.web.client_authentication import credentials_of
from shared.web.cors import let_read
from shared.web.exchange import Exchange
from shared.web.responses import json_answer

# What must never stand in a URL, where logs and histories keep it (RFC 6749 §2.3.1, RFC 9700 §4.3.2).
_NEVER_IN_A_URL: Final = frozenset(
    {"client_secret", "client_assertion", "code", "code_verifier", "refresh_token", "access_token", "password", "token"}
)


async def authenticated(exchange: Exchange, app: App) -> tuple[Parameters, Client]:
    """Give the parameters and the client that proved itself. Raises InvalidClient, InvalidRequest or RequestTooLarge."""
    parameters = token_request(exchange)
    credentials = credentials_of(parameters, exchange.header("authorization"))
    registered = await app.clients.find(credentials.client_id)
    let_read(exchange, registered)
    return parameters, authenticate(registered, credentials)


def token_answer(tokens: Tokens) -> func.HttpResponse:
    """Write a token response (RFC 6749 §5.1, OIDC Core §3.1.3.3); what was not given is not named."""
    said = {
        "access_token": tokens.access_token,
        "token_type": "Bearer",
        "expires_in": tokens.expires_in,
        "scope": tokens.scope,
        "id_token": tokens.id_token,
        "refresh_token": tokens.refresh_token,
    }
    return json_answer({name: value for name, value in said.items() if value})


def token_request(exchange: Exchange) -> Parameters:
    """Give the parameters. Raises InvalidRequest or RequestTooLarge."""
    if any(name in _NEVER_IN_A_URL for name, _ in exchange.query().pairs):
        raise InvalidRequest("credentials in the query")
    parameters = exchange.form()
    doubled = parameters.doubled()
    if doubled is not None:
        raise InvalidRequest(f"{doubled} was sent more than once")
    return parameters
