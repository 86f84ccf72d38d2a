"""Answers with the headers that belong to them: nothing kept by caches, framed, sniffed or sent along as a referrer."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import azure.functions as func

NO_STORE: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    # `same-origin`, not `no-referrer`: under the latter browsers send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_HSTS: Final = "max-age=63072000; includeSubDomains"
_BARE_CSP: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"


def json_answer(
    value: Mapping[str, Any],
    *,
    status: int = 200,
    media_type: str = "application/json",
    headers: Mapping[str, str] = NO_STORE,
) -> func.HttpResponse:
    """Answer with JSON, not to be stored unless `headers` says otherwise."""
    body = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return _finish(
        func.HttpResponse(body, status_code=status, mimetype=media_type),
        {**headers, "Content-Security-Policy": _BARE_CSP},
    )


def page_answer(html: str, *, status: int = 200, form_action: Sequence[str] = ()) -> func.HttpResponse:
    """Answer with a page. `form_action` names where its forms may end up besides ourselves.

    Browsers hold the redirect after a POST to `form-action` too, so the client's origin must stand in it.
    """
    policy = "; ".join([
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        " ".join(["form-action", "'self'", *form_action]),
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ])  # fmt: skip
    answer = func.HttpResponse(html, status_code=status, mimetype="text/html", charset="utf-8")
    return _finish(answer, {**NO_STORE, "Content-Security-Policy": policy})


def redirect_answer(location: str) -> func.HttpResponse:
    """Send the browser on, by GET: 303, so that credentials are never posted again (RFC 9700 §4.12)."""
    return _finish(func.HttpResponse(b"", status_code=303), {**NO_STORE, "Location": location})


def bytes_answer(
    content: bytes, *, media_type: str, headers: Mapping[str, str], status: int = 200
) -> func.HttpResponse:
    """Answer with bytes, such as a style sheet."""
    answer = func.HttpResponse(content, status_code=status, mimetype=media_type)
    return _finish(answer, {**headers, "Content-Security-Policy": _BARE_CSP})


def empty_answer(status: int, headers: Mapping[str, str]) -> func.HttpResponse:
    """Answer without a body."""
    return _finish(func.HttpResponse(b"", status_code=status), headers)


def with_cookie(answer: func.HttpResponse, cookie: str) -> func.HttpResponse:
    """Add a cookie; each its own header, which the worker keeps apart."""
    answer.headers.add("Set-Cookie", cookie)
    return answer


def demand_https(answer: func.HttpResponse) -> func.HttpResponse:
    """Tell browsers never to come over http again (RFC 6797)."""
    answer.headers["Strict-Transport-Security"] = _HSTS
    return answer


def without_body(answer: func.HttpResponse) -> func.HttpResponse:
    """Give the same answer to a HEAD request (RFC 9110 §9.3.2)."""
    bare = func.HttpResponse(b"", status_code=answer.status_code, mimetype=answer.mimetype)
    for name, value in answer.headers.items():
        bare.headers.add(name, value)
    return bare


def _finish(answer: func.HttpResponse, headers: Mapping[str, str]) -> func.HttpResponse:
    for name, value in {**_ALWAYS, **headers}.items():
        answer.headers[name] = value
    return answer
