"""The ASGI application: one request through route, key, function and answer, in the host's order."""

import sys
import traceback
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from h11 import LocalProtocolError

from devhost.host import worker
from devhost.host.admin import Admin
from devhost.host.functions import Level
from devhost.host.keys import Keys, presented_key, refusal
from devhost.host.request import (
    BadRequestError,
    Call,
    check_host,
    check_size,
    content_length,
    decode_path,
    fold_headers,
    fold_query,
    url_of,
)
from devhost.host.response import HOMEPAGE, Reply, UnsendableError, reply_to
from devhost.host.routing import Match, RouteTable
from devhost.host.settings import Settings

type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]


class ClientGoneError(Exception):
    """The client left in the middle of its body: nobody waits for an answer."""


@dataclass(frozen=True, slots=True)
class Application:
    """A loaded app behind HTTP."""

    routes: RouteTable
    settings: Settings
    keys: Keys
    admin: Admin | None = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request; whatever goes wrong in here is a 500 without a body, and a traceback on the terminal."""
        try:
            reply = await self._answer(scope, receive)
        except BadRequestError as refused:
            reply = Reply(refused.status)
        except ClientGoneError:
            return
        except Exception:  # noqa: BLE001 - the host outlives every request
            _report("the local host", traceback.format_exc())
            reply = Reply(500)
        try:
            await send({"type": "http.response.start", "status": reply.status, "headers": reply.wire_headers()})
            await send({"type": "http.response.body", "body": reply.body})
        except LocalProtocolError:
            # The server itself has answered a body that breaks HTTP, and takes no other answer: nothing of ours went wrong.
            await _gone(receive)

    async def _answer(self, scope: Message, receive: Receive) -> Reply:
        raw_path, raw_query = scope["raw_path"], scope["query_string"]
        check_size(raw_path + raw_query, scope["headers"])
        check_host(scope["headers"], version=scope["http_version"])
        headers = fold_headers(scope["headers"], client=scope["client"])
        path = decode_path(raw_path)
        if self.admin is not None and self.admin.owns(path):
            body = await _read(receive) if content_length(headers, largest=self.settings.largest_body) else b""
            return await self.admin.answer(scope["method"], path, headers, body, fold_query(raw_query))
        match = self.routes.find(scope["method"], path)
        if match is None:
            return self._unrouted(path)
        query = fold_query(raw_query)
        status = self._refusal(match, presented_key(headers, query))
        if status is not None:
            return Reply(status)
        length = content_length(headers, largest=self.settings.largest_body)
        call = Call(
            method=scope["method"],
            url=url_of(headers, scheme=scope["scheme"], path=path, raw_query=raw_query),
            headers=headers,
            query=query,
            route_params=match.values,
            body=await _read(receive) if length else b"",
        )
        return await _invoke(match, call)

    def _unrouted(self, path: str) -> Reply:
        if path != "/":
            return Reply(404)
        return HOMEPAGE if self.settings.has_homepage else Reply(204)

    def _refusal(self, match: Match, key: str) -> int | None:
        granted = self.keys.level(match.function, key) if key else Level.ANONYMOUS
        return refusal(match.function, granted=granted, disabled=self.settings.disabled(match.function.name))


async def _invoke(match: Match, call: Call) -> Reply:
    answer = await worker.invoke(match.function.function_id, match.function.argument, call)
    if isinstance(answer, worker.Failed):
        _report(f"function {match.function.name}", answer.traceback)
        return Reply(500)
    try:
        return reply_to(answer)
    except UnsendableError as reason:
        _report(f"function {match.function.name}", str(reason))
        return Reply(500)


async def _read(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        chunks.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(chunks)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _report(where: str, what: str) -> None:
    """Tell the developer, never the client."""
    print(f"{where} failed:\n{what.rstrip()}", file=sys.stderr, flush=True)
