"""The health check before serving: an app that says it cannot serve is not put to work (Azure: `healthCheckPath`)."""

from http import HTTPStatus

from devhost.host.application import Application, Message
from devhost.host.functions import AppRefusedError


async def check_health(application: Application, path: str) -> None:
    """Ask a path once, in this process. Raises AppRefusedError unless it answers 200; the app's own log says why."""
    answers: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        answers.append(message)

    scope: Message = {
        "type": "http",
        "http_version": "1.1",
        "scheme": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 0),
    }
    await application(scope, receive, send)
    status = answers[0]["status"]
    if status != HTTPStatus.OK:
        raise AppRefusedError(f"the app refuses to start: {path} answers {status}; its log above says why")
