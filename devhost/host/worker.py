"""The one place that knows Microsoft's Python worker library, which production runs from Python 3.13 on.

Its surface is private to Azure and moves, so it is pinned (1.3.*) and never in the deployed requirements. The app is
indexed through the classic messages (with plain objects for the protobuf classes) and called through the native entry.
"""

import logging
import os
import sys
import uuid
from dataclasses import dataclass
from http.cookies import SimpleCookie
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

# The library ships no types.
import azure_functions_runtime as runtime
from azure_functions_runtime.bindings.datumdef import (
    Datum,
    parse_to_rpc_http_cookie_list,
)
from azure_functions_runtime.handle_event import _functions as registry
from azure_functions_runtime.native_invocation import invocation_request_native

from devhost.host.cookies import Cookie
from devhost.host.functions import AppRefusedError, Indexed
from devhost.host.queues.message import Message
from devhost.host.request import Call


@dataclass(frozen=True, slots=True)
class Answered:
    """The function returned an HttpResponse."""

    status: str
    headers: dict[str, str]
    cookies: tuple[Cookie, ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class AnsweredText:
    """The function returned a bare string, which the host interprets."""

    text: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The function raised, or returned what cannot be sent. Only the developer sees the traceback."""

    traceback: str


class _Message:
    """Stands for any protobuf message: keyword arguments become attributes."""

    def __init__(self, **fields: Any) -> None:  # noqa: ANN401 - a message holds anything
        self.__dict__.update(fields)


class _StatusResult(_Message):
    Failure, Success, Cancelled = 0, 1, 2


class _BindingInfo(_Message):
    out, inout = 1, 2
    undefined, string, binary, stream = 0, 1, 2, 3


class _Cookie(_Message):
    SameSite = SimpleNamespace(**{"None": "", "Lax": "lax", "Strict": "strict", "ExplicitNone": "none"})


_MESSAGES = SimpleNamespace(
    StatusResult=_StatusResult,
    BindingInfo=_BindingInfo,
    RpcHttpCookie=_Cookie,
    **dict.fromkeys(
        (
            "FunctionMetadataResponse",
            "NullableBool",
            "NullableDouble",
            "NullableString",
            "NullableTimestamp",
            "RpcException",
            "RpcFunctionMetadata",
            "RpcRetryOptions",
            "Timestamp",
            "WorkerInitResponse",
            "WorkerMetadata",
        ),
        _Message,
    ),
)


def versions() -> str:
    """Name the libraries that do the work."""
    return ", ".join(f"{name} {version(name)}" for name in ("azure-functions-runtime", "azure-functions"))


async def load(app_dir: Path) -> list[Indexed]:
    """Import and index the app (one per process: the library keeps it in module globals)."""
    logging.getLogger("azure.functions").addFilter(_is_news)
    logging.getLogger("azure.functions").setLevel(logging.WARNING)
    sys.path.insert(0, str(app_dir))
    os.chdir(app_dir)
    runtime.start_threadpool_executor()
    init = _Message(capabilities={}, function_app_directory=str(app_dir))
    answer = await runtime.worker_init_request(_request(worker_init_request=init))
    if answer.result.status != _StatusResult.Success:
        refused = answer.result.exception
        raise AppRefusedError(f"{refused.stack_trace}\nThe worker library refused the app. {refused.message}")
    if "HttpUri" in answer.capabilities:
        raise AppRefusedError("this host does not run HTTP streaming (azurefunctions-extensions-http-fastapi)")
    listed = await runtime.functions_metadata_request(_request())
    if not listed.function_metadata_results:
        raise AppRefusedError("there is no function_app.py, or it declares no functions")
    return [
        Indexed(one.name, one.function_id, tuple(one.raw_bindings), registry.get_function(one.function_id).func)
        for one in listed.function_metadata_results
    ]


async def invoke(function_id: str, argument: str, call: Call) -> Answered | AnsweredText | Failed:
    """Call one HTTP function."""
    request = Datum(
        {
            "method": Datum(call.method, "string"),
            "url": Datum(call.url, "string"),
            "headers": _texts(call.headers),
            "query": _texts(call.query),
            "params": _texts(call.route_params),
            "body": Datum(call.body, "bytes"),
        },
        "http",
    )
    returned = await _call(function_id, argument, request, {}, trace_parent=call.headers.get("traceparent", ""))
    if isinstance(returned, Failed):
        return returned
    if returned.type != "http":
        return AnsweredText(str(returned.value))
    try:
        cookies = _cookies(returned.value["cookies"])
    except (TypeError, ValueError) as reason:
        return Failed(f"a cookie cannot be sent: {reason}")
    headers = {name: value.value for name, value in returned.value["headers"].items()}
    return Answered(returned.value["status_code"].value, headers, cookies, returned.value["body"].value)


async def invoke_timer(function_id: str, argument: str, timer: str) -> Failed | None:
    """Call one timer function with its timer as JSON."""
    returned = await _call(function_id, argument, Datum(timer, "json"), {})
    return returned if isinstance(returned, Failed) else None


async def invoke_queue(function_id: str, argument: str, message: Message) -> Failed | None:
    """Call one queue function."""
    metadata = _texts(message.metadata)
    if message.dequeue_count is not None:
        metadata["DequeueCount"] = Datum(str(message.dequeue_count), "json")
    returned = await _call(function_id, argument, Datum(message.text, "string"), metadata)
    return returned if isinstance(returned, Failed) else None


async def _call(function_id: str, argument: str, value: Datum, metadata: dict[str, Datum], **trace: str) -> Any:  # noqa: ANN401 - Microsoft's untyped class comes out, or Failed
    fine, returned, _, error, traceback = await invocation_request_native(
        str(uuid.uuid4()), function_id, [(argument, value)], metadata, **trace
    )
    return returned if fine else Failed(traceback or error)


def _request(**messages: _Message) -> SimpleNamespace:
    return SimpleNamespace(request=_Message(**messages), properties={"host": "127.0.0.1", "protos": _MESSAGES})


def _texts(values: Any) -> dict[str, Datum]:  # noqa: ANN401 - a mapping of texts goes in, Microsoft's untyped class comes out
    return {name: Datum(value, "string") for name, value in values.items()}


def _cookies(jars: list[SimpleCookie] | None) -> tuple[Cookie, ...]:
    """Convert cookies with the library's own rules. Raises ValueError for what it has lost, or made two of."""
    if any(len(jar) != 1 for jar in jars or ()):
        raise ValueError(
            "http.cookies cannot parse a Set-Cookie header; in production it would disappear or become two"
        )
    return tuple(
        Cookie(
            name=sent.name,
            value=sent.value,
            domain=None if sent.domain is None else sent.domain.value,
            path=None if sent.path is None else sent.path.value,
            expires_at=None if sent.expires is None else sent.expires.value.seconds,
            max_age=None if sent.max_age is None else int(sent.max_age.value),
            secure=sent.secure.value,
            http_only=sent.http_only.value,
            same_site=sent.same_site,
        )
        for sent in parse_to_rpc_http_cookie_list(jars, _MESSAGES) or ()
    )


def _is_news(record: logging.LogRecord) -> bool:
    """Drop the library's own copy of a traceback that we print with the function's name."""
    return record.msg not in ("Native invocation failed", "Native sync invocation failed")
