"""Which other origins may read an answer (Fetch §3.2): everyone the public documents, a client's own its tokens."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from typing import TYPE_CHECKING, Final

import azure.functions as func

from shared.web.exchange import Exchange

if TYPE_CHECKING:
    from shared.domain.clients import Client

ANYONE: Final = {"Access-Control-Allow-Origin": "*"}
_LONGEST_TOKEN = 8192


def let_read(exchange: Exchange, client: Client | None) -> None:
    """Let the client's registered origins read the answer, whatever it will be."""
    if client is not None:
        exchange.readers.update(client.cors_origins)


def allow_readers(answer: func.HttpResponse, exchange: Exchange) -> None:
    """Say in the answer who may read it, without cookies."""
    if "Access-Control-Allow-Origin" in answer.headers:
        return
    answer.headers["Vary"] = "Origin"
    origin = exchange.header("origin")
    if origin and origin in exchange.readers:
        answer.headers["Access-Control-Allow-Origin"] = origin
        answer.headers["Access-Control-Expose-Headers"] = "WWW-Authenticate, Retry-After, X-Request-Id"


def client_named_in(token: str) -> str:
    """Give the `client_id` a token claims, unverified: enough to know whose origins may read why it was refused."""
    payload = token[:_LONGEST_TOKEN].split(".")[1:2]
    try:
        claims = json.loads(urlsafe_b64decode(payload[0] + "==")) if payload else {}
    except (ValueError, RecursionError):
        return ""
    named = claims.get("client_id") if isinstance(claims, dict) else None
    return named if isinstance(named, str) else ""
