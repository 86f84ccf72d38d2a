"""Count every call that leaves for storage, and fail the n-th one: before it took effect, after, slowly, or "later".

It stands where azure-core hands a request to the network, below every retry: so what is counted is what is paid for.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Final, Literal, Self, override
from urllib.parse import unquote, urlsplit

from azure.core.exceptions import ServiceRequestError, ServiceResponseError
from azure.core.pipeline.transport import AioHttpTransport, AsyncHttpTransport
from azure.core.rest import AsyncHttpResponse, HttpRequest
from azure.core.rest._http_response_impl_async import AsyncHttpResponseImpl

type Operation = Literal["get", "span", "insert", "put", "replace", "remove", "batch", "other"]

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1"})


@dataclass(frozen=True, slots=True)
class Call:
    """One request on its way: the table (or the first part of the path), and the tables' word for what it does."""

    method: str
    table: str
    operation: Operation
    changes: int = 1
    path: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with a call. Say which by one of the functions below."""

    takes_effect: bool
    status: int | None = None
    retry_after: int | None = None
    delay: float = 0.0
    answers: bool = False


def lost_before() -> Fault:
    """Break the connection before storage heard of it."""
    return Fault(takes_effect=False)


def lost_after() -> Fault:
    """Lose the answer: storage did it, and nobody was told."""
    return Fault(takes_effect=True)


def slow(seconds: float) -> Fault:
    """Wait, then do it and answer."""
    return Fault(takes_effect=True, delay=seconds, answers=True)


def silent_after(seconds: float = 3600.0) -> Fault:
    """Do it at once, and then say nothing until the caller's patience ends."""
    return replace(lost_after(), delay=seconds)


def too_many(retry_after: int | None = None) -> Fault:
    """Answer 429 without doing it."""
    return Fault(takes_effect=False, status=429, retry_after=retry_after)


def busy(retry_after: int | None = None) -> Fault:
    """Answer 503 without doing it."""
    return Fault(takes_effect=False, status=503, retry_after=retry_after)


def refused(status: int) -> Fault:
    """Answer with another status without doing it."""
    return Fault(takes_effect=False, status=status)


def failed_after(status: int = 500) -> Fault:
    """Do it, and then answer that it failed."""
    return Fault(takes_effect=True, status=status)


def first_tries(fault: Fault) -> Callable[[Call], Fault | None]:
    """Let every call meet a fault when it is first made, and get through when it is made again: for `plan_all`."""
    seen = set()

    def choose(call: Call) -> Fault | None:
        key = (call.method, call.path, call.table)
        if key in seen:
            return None
        seen.add(key)
        return fault

    return choose


class CountingTransport(AsyncHttpTransport[HttpRequest, AsyncHttpResponse]):
    """A transport that lists the calls it carries, and fails those it was told to."""

    def __init__(self, inner: AsyncHttpTransport[Any, Any] | None = None) -> None:
        self.calls: list[Call] = []
        self.failed: list[Call] = []
        """Those of the calls that met a fault."""
        self._inner = inner or AioHttpTransport()
        self._planned: dict[int, Fault] = {}
        self._always: Callable[[Call], Fault | None] | None = None

    def plan(self, n: int, fault: Fault) -> None:
        """Let the n-th call from now on, counted from 1, meet a fault."""
        self._planned[len(self.calls) + n] = fault

    def plan_from(self, n: int, fault: Fault) -> None:
        """Let the n-th call from now on, counted from 1, and every one after it meet a fault, until `heal`."""
        first = len(self.calls) + n
        self._always = lambda _: fault if len(self.calls) >= first else None

    def plan_all(self, choose: Callable[[Call], Fault | None]) -> None:
        """Let every call from now on meet the fault chosen for it, until `heal`."""
        self._always = choose

    def heal(self) -> None:
        """Let everything through again."""
        self._planned.clear()
        self._always = None

    def reset(self) -> None:
        """Forget what was counted, and let everything through."""
        self.calls.clear()
        self.failed.clear()
        self.heal()

    @override
    async def send(self, request: HttpRequest, **kwargs: Any) -> AsyncHttpResponse:
        call = describe(request)
        self.calls.append(call)
        fault = self._planned.pop(len(self.calls), None) or (self._always(call) if self._always else None)
        if fault is not None:
            self.failed.append(call)
            return await self._fail(fault, request, kwargs)
        answer: AsyncHttpResponse = await self._inner.send(request, **kwargs)
        return answer

    async def _fail(self, fault: Fault, request: HttpRequest, kwargs: dict[str, Any]) -> AsyncHttpResponse:
        if fault.answers:
            await asyncio.sleep(fault.delay)
            late: AsyncHttpResponse = await self._inner.send(request, **kwargs)
            return late
        if fault.takes_effect:
            await _swallow(await self._inner.send(request, **kwargs))
        await asyncio.sleep(fault.delay)
        if fault.status is not None:
            return _answer(request, fault.status, fault.retry_after)
        if fault.takes_effect:
            raise ServiceResponseError("the answer was lost")
        raise ServiceRequestError("no connection")

    @override
    async def open(self) -> None:
        await self._inner.open()

    @override
    async def close(self) -> None:
        await self._inner.close()

    @override
    async def __aenter__(self) -> Self:
        await self._inner.__aenter__()
        return self

    @override
    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self._inner.__aexit__(exc_type, exc_value, traceback)


def describe(request: HttpRequest) -> Call:
    """Read off a request what it asks of which table."""
    path = _path(request.url)
    if path == "$batch":
        return _describe_batch(request)
    return Call(request.method, _table(path), _operation(request, has_row="RowKey=" in path), path=path)


def _operation(request: HttpRequest, *, has_row: bool) -> Operation:
    is_conditional = any(name.lower() == "if-match" for name in request.headers)
    match request.method:
        case "GET":
            return "get" if has_row else "span"
        case "POST":
            return "insert"
        case "PUT":
            return "replace" if is_conditional else "put"
        case "DELETE":
            return "remove"
        case _:
            return "other"


def _describe_batch(request: HttpRequest) -> Call:
    body = request.content if isinstance(request.content, bytes) else b""
    targets = re.findall(rb"^(?:POST|PUT|PATCH|DELETE) (\S+) HTTP/1\.1\r?$", body, re.MULTILINE)
    return Call(request.method, _table(_path(targets[0].decode())) if targets else "", "batch", len(targets), "$batch")


def _path(url: str) -> str:
    address = urlsplit(url)
    path = unquote(address.path).lstrip("/")
    # Locally the account is the first part of the path; in Azure it is in the host's name.
    return path.partition("/")[2] if address.hostname in _LOOPBACK else path


def _table(path: str) -> str:
    return re.split(r"[/(]", path, maxsplit=1)[0]


async def _swallow(answer: AsyncHttpResponse) -> None:
    await answer.read()
    await answer.close()


class _NothingOpen:
    """The connection of an answer that never travelled."""

    async def close(self) -> None:
        pass


def _answer(request: HttpRequest, status: int, retry_after: int | None) -> AsyncHttpResponse:
    headers = {"Content-Type": "application/json", "Content-Length": "0"}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    answer = AsyncHttpResponseImpl(
        request=request,
        internal_response=_NothingOpen(),
        status_code=status,
        reason="planned",
        content_type="application/json",
        headers=headers,
        stream_download_generator=None,
    )
    answer._content = b""  # the body of an answer that never travelled
    return answer
