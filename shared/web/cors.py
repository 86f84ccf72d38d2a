"""Which other origins may read an answer (Fetch §3.2): everyone the public documents, a client's own its tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import azure.functions as func

from shared.web.exchange import Exchange

if TYPE_CHECKING:
    from shared.domain.clients import Client

ANYONE: Final = {"Access-Control-Allow-Origin": "*"}


def allow_client(answer: func.HttpResponse, exchange: Exchange, client: Client | None) -> func.HttpResponse:
    """Let the client's registered origins read the answer, without cookies."""
    origin = exchange.header("origin")
    answer.headers["Vary"] = "Origin"
    if client is not None and origin and origin in client.cors_origins:
        answer.headers["Access-Control-Allow-Origin"] = origin
        answer.headers["Access-Control-Expose-Headers"] = "WWW-Authenticate, Retry-After, X-Request-Id"
    return answer
