"""One wrapper for each kind of answer: methods, request id, errors and headers are the same at every door of a kind.

The wrappers copy `__name__` and `__doc__` by hand and do not use `functools.wraps`: that leaves `__wrapped__`, through which
the worker would see the inner function's arguments and refuse them as arguments without a binding.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

import azure.functions as func

from shared.domain.errors import IdentityError, MethodNotAllowed, Unavailable
from shared.domain.ids import new_id
from shared.web.cors import allow_readers
from shared.web.errors import RETRY_AFTER, public, wire
from shared.web.exchange import Exchange
from shared.web.responses import NO_STORE, demand_https, empty_answer, json_answer, without_body

if TYPE_CHECKING:
    from shared.ports import App

type Start = Callable[[], Awaitable[App]]
type Handler = Callable[[Exchange, App], Awaitable[func.HttpResponse]]
type Document = Callable[[Exchange], Awaitable[func.HttpResponse]]
type Endpoint = Callable[[func.HttpRequest], Awaitable[func.HttpResponse]]
type Refuse = Callable[[Exchange, Exception], Awaitable[func.HttpResponse]]
type Report = Callable[..., None]

GET: Final = ("GET", "HEAD")
POST: Final = ("POST",)
GET_POST: Final = ("GET", "HEAD", "POST")
DEADLINE: Final = 60
"""Seconds a request may live: what was marked in the journal is looked at again only after it is surely over."""
ANY: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


class Doors:
    """The wrappers, bound to how the app is started and where refusals are logged."""

    def __init__(
        self, start: Start, *, random: Callable[[int], bytes], report: Report, secure: Callable[[], bool]
    ) -> None:
        self._start = start
        self._random = random
        self._report = report
        self._secure = secure

    def oauth(self, *, methods: tuple[str, ...]) -> Callable[[Handler], Endpoint]:
        """Wrap an endpoint of OAuth: JSON, never stored, errors by RFC 6749 §5.2."""
        return self._with_app(methods, _refuse_oauth, for_sites=True)

    def resource(self, *, methods: tuple[str, ...]) -> Callable[[Handler], Endpoint]:
        """Wrap a resource behind a bearer token: errors by RFC 6750 §3."""
        return self._with_app(methods, _refuse_bearer, for_sites=True)

    def page(
        self, refuse: Refuse, *, methods: tuple[str, ...], for_sites: bool = False
    ) -> Callable[[Handler], Endpoint]:
        """Wrap a page; `refuse` draws what went wrong. With `for_sites` scripts of clients may call it too."""
        return self._with_app(methods, refuse, for_sites=for_sites)

    def document(
        self, *, methods: tuple[str, ...] = GET, refuse: Refuse | None = None
    ) -> Callable[[Document], Endpoint]:
        """Wrap a public document, which is served whatever happens to storage; for people when `refuse` draws a page."""

        def wrap(handler: Document) -> Endpoint:
            return self._guard(handler, handler, methods, refuse or _refuse_oauth, for_sites=refuse is None)

        return wrap

    def _with_app(self, methods: tuple[str, ...], refuse: Refuse, *, for_sites: bool) -> Callable[[Handler], Endpoint]:
        def wrap(handler: Handler) -> Endpoint:
            async def answer(exchange: Exchange) -> func.HttpResponse:
                return await handler(exchange, await self._start())

            return self._guard(answer, handler, methods, refuse, for_sites=for_sites)

        return wrap

    def _guard(
        self,
        answer: Document,
        named: Document | Handler,
        methods: tuple[str, ...],
        refuse: Refuse,
        *,
        for_sites: bool,
    ) -> Endpoint:
        async def endpoint(req: func.HttpRequest) -> func.HttpResponse:
            exchange = Exchange(req, new_id("req", self._random(16)))
            try:
                response = await _in_time(_answer(exchange, answer, methods, for_sites=for_sites))
            except Exception as error:  # noqa: BLE001 - the last line before the host: nothing may leave as a stack trace
                response = await self._refuse(named.__name__, exchange, error, refuse)
            response.headers["X-Request-Id"] = exchange.request_id
            if for_sites:
                allow_readers(response, exchange)
            if self._secure():
                demand_https(response)
            return without_body(response) if exchange.method == "HEAD" else response

        endpoint.__name__ = named.__name__
        endpoint.__qualname__ = named.__qualname__
        endpoint.__module__ = named.__module__
        endpoint.__doc__ = named.__doc__
        return endpoint

    async def _refuse(self, door: str, exchange: Exchange, error: Exception, refuse: Refuse) -> func.HttpResponse:
        self._tell(door, exchange, error)
        try:
            return await refuse(exchange, error)
        except Exception as worse:  # noqa: BLE001 - settings that cannot be read break pages too; plain JSON needs none
            self._tell(door, exchange, worse)
            return await _refuse_oauth(exchange, worse)

    def _tell(self, door: str, exchange: Exchange, error: Exception) -> None:
        said = {"door": door, "request_id": exchange.request_id, "error": type(error).__name__}
        if isinstance(error, IdentityError):
            said["detail"] = error.detail
        match wire(error).status:
            case 500:
                self._report("request failed", level=logging.ERROR, exception=error, **said)
            case 503:
                self._report("request could not be served", level=logging.WARNING, **said)
            case _:
                self._report("request refused", level=logging.INFO, **said)


async def _in_time(answer: Awaitable[func.HttpResponse]) -> func.HttpResponse:
    try:
        async with asyncio.timeout(DEADLINE):
            return await answer
    except TimeoutError as error:
        raise Unavailable(f"no answer in {DEADLINE} s") from error


async def _answer(
    exchange: Exchange, answer: Document, methods: tuple[str, ...], *, for_sites: bool
) -> func.HttpResponse:
    if exchange.method == "OPTIONS":
        asked = _preflight(exchange, methods) if for_sites else {}
        return empty_answer(204, {"Allow": ", ".join((*methods, "OPTIONS")), **asked})
    if exchange.method not in methods:
        raise MethodNotAllowed((*methods, "OPTIONS"))
    return await answer(exchange)


def _preflight(exchange: Exchange, methods: tuple[str, ...]) -> dict[str, str]:
    """Let a browser ask (Fetch §3.2.2). Who may *read* the answer is decided on the real request, by its client."""
    origin = exchange.header("origin")
    if not origin or not exchange.header("access-control-request-method"):
        return {}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": ", ".join(methods),
        "Access-Control-Allow-Headers": "authorization, content-type",
        "Access-Control-Max-Age": "600",
        "Vary": "Origin",
    }


def error_headers(error: Exception) -> dict[str, str]:
    """Give the headers a refusal carries whatever its form."""
    headers = dict(NO_STORE)
    if wire(error).status == 503:  # noqa: PLR2004 - an HTTP status
        headers["Retry-After"] = RETRY_AFTER
    if isinstance(error, MethodNotAllowed):
        headers["Allow"] = ", ".join(error.allowed)
    return headers


async def _refuse_oauth(exchange: Exchange, error: Exception) -> func.HttpResponse:
    row, headers = wire(error), error_headers(error)
    if row.status == 401 and exchange.header("authorization"):  # noqa: PLR2004 - an HTTP status
        headers["WWW-Authenticate"] = 'Basic realm="sluis", charset="UTF-8"'
    said = {"error": row.oauth, "error_description": public(error), "request_id": exchange.request_id}
    return json_answer(said, status=row.status, headers=headers)


async def _refuse_bearer(exchange: Exchange, error: Exception) -> func.HttpResponse:
    from shared.web import bearer  # noqa: PLC0415 - only a refused token is told about

    row, headers = wire(error), error_headers(error)
    if isinstance(error, IdentityError) and row.status < 500:  # noqa: PLR2004 - an HTTP status
        headers |= bearer.challenge(error)
    said = {"error": row.oauth, "error_description": public(error), "request_id": exchange.request_id}
    return json_answer({name: value for name, value in said.items() if value}, status=row.status, headers=headers)
