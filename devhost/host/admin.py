"""The host's own endpoint that runs a function by hand: `POST /admin/functions/NAME` ([src] FunctionsController).

With a master key among the keys it is needed; without, everybody on this machine is let in, as Core Tools does. The body
must be JSON and say so, which no page of another origin can do without asking first.
"""

import json
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from devhost.host.background import Fire
from devhost.host.functions import Level
from devhost.host.keys import Keys, presented_key
from devhost.host.response import Reply

PREFIX = "/admin/functions"
_WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Admin:
    """What can be run by hand, and who may."""

    keys: Keys
    functions: Mapping[str, Fire]
    keep: Callable[[Coroutine[Any, Any, object]], None]

    def owns(self, path: str) -> bool:
        """Say whether a path belongs here."""
        return path.lower() == PREFIX or path.lower().startswith(f"{PREFIX}/")

    async def answer(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, query: Mapping[str, str]
    ) -> Reply:
        """List the functions that can be run, or run one."""
        if self.keys.master and self.keys.granted(presented_key(headers, query)) is not Level.ADMIN:
            return Reply(401)
        name = path[len(PREFIX) :].strip("/")
        if method == "GET" and not name:
            return _json(200, [{"name": known} for known in sorted(self.functions)])
        fire = next((fire for known, fire in self.functions.items() if known.lower() == name.lower()), None)
        if method != "POST" or fire is None:
            return Reply(404)
        if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return Reply(415)
        return await self._run(fire, body, waits=_WAIT in headers.get("prefer", ""))

    async def _run(self, fire: Fire, body: bytes, *, waits: bool) -> Reply:
        try:
            asked = json.loads(body)
            text = asked.get("input") or ""
        except (ValueError, AttributeError):
            return Reply(400)
        if not waits:
            self.keep(_fired(fire, str(text)))
            return Reply(202)
        # This host's own kindness (RFC 7240 §4.3): in production one never learns here how it went.
        return _json(200, {"succeeded": await fire(str(text))})


async def _fired(fire: Fire, text: str) -> None:
    await fire(text)


def _json(status: int, content: object) -> Reply:
    kind = (b"content-type", b"application/json; charset=utf-8")
    return Reply(status, (kind,), json.dumps(content).encode())
