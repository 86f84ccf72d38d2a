"""`./dev clock` and `./dev timer`: move the time, and run what otherwise waits for it."""

import http.client
import json
import ssl
import time
from http import HTTPStatus
from typing import Any

from devhost.command.exits import Exit, RefusedError
from devhost.command.terminal import say
from devhost.services import clock as clocks
from devhost.services.state import State, read_running

PATIENCE_SECONDS = 600


def clock(state: State, by: str | None) -> Exit:
    """Move the clock of everything that uses this state, or say where it stands."""
    try:
        if by == "reset":
            clocks.reset(state)
        elif by is not None:
            clocks.move(state, by)
        moved, now = clocks.moved(state), clocks.now(state)
    except clocks.MoveError as wrong:
        raise RefusedError(str(wrong), Exit.USAGE) from wrong
    how = f"moved by {_signed(moved.total_seconds())}" if moved else "the machine's own"
    say(f"{now:%Y-%m-%dT%H:%M:%SZ} ({how})")
    return Exit.OK


def timer(state: State, name: str) -> Exit:
    """Run a timer's function once on what runs, and say what came of it."""
    running = read_running(state)
    known = [one["name"] for one in json.loads(_asked(running, "GET", "/admin/functions"))]
    if name not in known:
        there = f"there are: {', '.join(known)}" if known else "there is none at all"
        raise RefusedError(f"Nothing that runs without a request is named '{name}'; {there}.", Exit.USAGE)
    began = time.monotonic()
    answer = _asked(running, "POST", f"/admin/functions/{name}")
    took = f"{time.monotonic() - began:.1f} s"
    if not answer:
        say(f"{name} was begun; its host says what comes of it.")
        return Exit.OK
    if json.loads(answer)["succeeded"]:
        say(f"{name} ran ({took}).")
        return Exit.OK
    log = running["children"].get("app", {}).get("log", "the terminal of the app")
    raise RefusedError(f"{name} failed ({took}); its traceback is in {log}.")


def _asked(running: dict[str, Any], method: str, path: str) -> bytes:
    """Ask the host of the running app; an empty answer says that it has begun and does not tell more."""
    headers = {"Content-Type": "application/json", "Prefer": f"wait={PATIENCE_SECONDS}"}
    connection = _connection(running)
    try:
        connection.request(method, path, body=b'{"input": ""}' if method == "POST" else None, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
    except OSError as away:
        raise RefusedError(f"No app answers at port {running['port']}: is it still starting?") from away
    finally:
        connection.close()
    if answer.status not in (HTTPStatus.OK, HTTPStatus.ACCEPTED):
        raise RefusedError(f"The host of the app answered {answer.status} to {method} {path}.")
    return body


def _connection(running: dict[str, Any]) -> http.client.HTTPConnection:
    port = int(running["port"])
    if running["ca"] is None:
        return http.client.HTTPConnection("localhost", port, timeout=PATIENCE_SECONDS)
    trusted = ssl.create_default_context(cafile=running["ca"])
    return http.client.HTTPSConnection("localhost", port, timeout=PATIENCE_SECONDS, context=trusted)


def _signed(seconds: float) -> str:
    whole = round(abs(seconds))
    days, rest = divmod(whole, 86_400)
    clock_time = f"{rest // 3_600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    return f"{'-' if seconds < 0 else '+'}{days} d {clock_time}"
