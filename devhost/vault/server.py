"""The vault over HTTP: who may call, what was asked, what is answered; a change is on disk before its answer leaves."""

import hmac
import uuid
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from devhost.vault import storage, wire
from devhost.vault.operations import Call, perform
from devhost.vault.refusals import Refused, body_too_large, missing_token, wrong_token
from devhost.vault.state import Rules

LARGEST_BODY = 512 * 1024
# The tenant of nobody: the client library reads it from here, and a static token needs no tenant.
CHALLENGE = (
    'Bearer authorization="https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000", '
    'resource="https://vault.azure.net"'
)


def vault_app(folder: Path, *, token: str, rules: Rules, now: Callable[[], int]) -> ASGIApp:
    """Make the vault that lives in `folder`; `now` is its only clock, in UTC milliseconds."""
    kept = storage.load(folder)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal kept
        request = Request(scope, receive)
        try:
            _authorise(request, token)
            call = await _call(request)
            # From here to the answer nothing awaits, so no other call comes in between.
            outcome = perform(kept, call, rules, now=now())
            if outcome.vault is not kept:
                storage.save(folder, outcome.vault)
                kept = outcome.vault
            response = _response(outcome.status, outcome.body)
        except Refused as refused:
            response = _response(refused.status, wire.refusal(refused))
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    return app


def _authorise(request: Request, token: str) -> None:
    scheme, _, presented = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not presented:
        raise missing_token()
    if not hmac.compare_digest(presented.encode(), token.encode()):
        raise wrong_token()


async def _call(request: Request) -> Call:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise body_too_large()
    return Call(
        method=request.method,
        # The client library ends a path without a version in a slash, and some clients begin one with two.
        path=tuple(part for part in request.url.path.split("/") if part),
        query=request.query_params,
        body=bytes(body),
        base_url=f"https://{request.url.netloc}",
        fresh=uuid.uuid4().hex,
    )


def _response(status: int, body: wire.Json | None) -> Response:
    headers = {"Cache-Control": "no-cache", "x-ms-request-id": str(uuid.uuid4())}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = CHALLENGE
    if body is None:
        return Response(status_code=status, headers=headers)
    return JSONResponse(body, status_code=status, headers=headers)
