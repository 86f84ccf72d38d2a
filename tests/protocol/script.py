"""A script on a page of some origin, as the issuer sees it: no cookie of ours, and a flow that began in a browser."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.protocol.browser import NO_TLS, Browser, fields_of
from tests.stack import Stack

FORM = "https://form.example"
SPA = "https://spa.example"
# Somebody of her own: past the fiftieth session of one person the oldest ends, which other tests hold.
RIGHT: Final = {"email": "hedy@tests.example", "password": "a password of her own"}
NOTHING_MORE: Final[Mapping[str, str]] = {}


@dataclass
class Script:
    """A script on a page of some origin: it has no cookie of ours, and reads what it is let read."""

    stack: Stack
    origin: str

    def send(
        self, flow: str, typed: Mapping[str, str], *, place: str = "sign-in", headers: Mapping[str, str] = NOTHING_MORE
    ) -> httpx.Response:
        return httpx.post(
            f"{self.stack.issuer}/{place}",
            json={"flow": flow, **typed},
            headers={"Origin": self.origin, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", **headers},
            timeout=30,
            verify=NO_TLS,
        )

    def link(self, flow: str, typed: Mapping[str, str] = RIGHT) -> str:
        answer = self.send(flow, typed)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["links"]["continue"])


def begun(browser: Browser, client: str = "form", **more: Any) -> str:
    """Begin at the client's own page, or at ours, and give the flow."""
    answer = browser.authorize(client, **more)
    if answer.status_code == 303:
        [flow] = parse_qs(urlsplit(answer.headers["location"]).fragment)["flow"]
        return flow
    return fields_of(answer.text)["flow"]


def sessions(browser: Browser) -> list[str]:
    return [name for name in browser.http.cookies if "session" in name]
