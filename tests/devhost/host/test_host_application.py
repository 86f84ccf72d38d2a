"""What the host answers where no function does ([src] HomepageMiddleware)."""

from collections.abc import Mapping
from typing import Any

import pytest

from devhost.host.application import Application
from devhost.host.functions import HttpFunction, Level
from devhost.host.keys import Keys
from devhost.host.routing import build_table
from devhost.host.settings import Settings

KEYED_ROOT = HttpFunction("root", "root", "req", "", frozenset({"POST"}), Level.ADMIN)


async def status_of(method: str, path: str, values: Mapping[str, str]) -> int:
    application = Application(build_table([KEYED_ROOT], prefix="")[0], Settings("", values), Keys())
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        raise AssertionError("nothing here reads a body")

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "method": method,
        "http_version": "1.1",
        "scheme": "http",
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 1),
    }
    await application(scope, receive, send)
    status: int = sent[0]["status"]
    return status


@pytest.mark.parametrize(
    ("method", "path", "values", "status"),
    [
        ("GET", "/", {}, 200),
        ("GET", "/", {"AzureWebJobsDisableHomepage": "true"}, 204),
        ("POST", "/", {"AzureWebJobsDisableHomepage": "true"}, 401),  # a function owns it
        ("GET", "/x", {}, 404),
        ("GET", "/%00", {}, 400),
    ],
)
async def test_the_host_answers_where_no_function_does(
    method: str, path: str, values: dict[str, str], status: int
) -> None:
    assert await status_of(method, path, values) == status
