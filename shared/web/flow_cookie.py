"""The browser's half of a sign-in under way: a random value, kept over several tabs, set only when there is a question."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Callable

import azure.functions as func

from shared.domain.answers import Ask, Outcome
from shared.web.cookies import CookieNames, set_cookie
from shared.web.exchange import Exchange
from shared.web.responses import with_cookie

_BYTES = 16
_FORM = re.compile(r"[A-Za-z0-9_-]{22}")


def take_flow_cookie(exchange: Exchange, names: CookieNames, random: Callable[[int], bytes]) -> str:
    """Give the browser's value, or a new one when it has none: tabs opened side by side share it."""
    given = exchange.cookie(names.flow)
    if _FORM.fullmatch(given):
        return given
    return urlsafe_b64encode(random(_BYTES)).rstrip(b"=").decode("ascii")


def keep_flow_cookie(
    answer: func.HttpResponse, names: CookieNames, flow_cookie: str, outcome: Outcome
) -> func.HttpResponse:
    """Set the value when the answer is a question that will come back with it."""
    return set_flow_cookie(answer, names, flow_cookie) if isinstance(outcome, Ask) else answer


def set_flow_cookie(answer: func.HttpResponse, names: CookieNames, flow_cookie: str) -> func.HttpResponse:
    """Set the value, for as long as the browser is open."""
    return with_cookie(answer, set_cookie(names.flow, flow_cookie, secure=names.secure))
