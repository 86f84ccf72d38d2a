"""The mail catcher over HTTP: pages for a person, JSON for a test, and no other site's page gets at either."""

from collections.abc import Mapping
from dataclasses import asdict

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from devhost.mail import pages
from devhost.mail.mailbox import Mailbox
from devhost.mail.message import Mail

PLAIN = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
PAGE = PLAIN | {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'",
}
# A mail's HTML is a stranger's: no script, no form, no request of its own, and an origin that is nobody's.
FRAME = PLAIN | {
    "Content-Security-Policy": "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none';"
    " style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'self'",
}


def mail_app(mailbox: Mailbox) -> Starlette:
    """Make the pages of `mailbox`."""
    doors = _Doors(mailbox)
    return Starlette(
        routes=[
            Route("/", doors.front),
            Route("/style.css", doors.style),
            Route("/mails", doors.listed, methods=["GET"]),
            Route("/mails", doors.empty, methods=["DELETE"]),
            Route("/mails/{id}", doors.one),
            Route("/mails/{id}/html", doors.html),
            Route("/mails/{id}/source", doors.source),
        ],
        # A page of another site could reach this port by a name of its own that leads to 127.0.0.1.
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["localhost", "127.0.0.1"], www_redirect=False)],
    )


class _Doors:
    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def front(self, _: Request) -> Response:
        return HTMLResponse(pages.mail_list(self._mailbox.all()), headers=PAGE)

    async def style(self, _: Request) -> Response:
        return Response(pages.STYLE, media_type="text/css", headers=PLAIN)

    async def listed(self, request: Request) -> Response:
        wanted = request.query_params.get("to")
        mails = [mail for mail in self._mailbox.all() if wanted is None or wanted in mail.recipients]
        return JSONResponse([asdict(mail) for mail in mails], headers=PLAIN)

    async def empty(self, _: Request) -> Response:
        self._mailbox.empty()
        return Response(status_code=204, headers=PLAIN)

    async def one(self, request: Request) -> Response:
        return HTMLResponse(pages.one_mail(self._find(request.path_params)), headers=PAGE)

    async def html(self, request: Request) -> Response:
        mail = self._find(request.path_params)
        if mail.html is None:
            raise HTTPException(404)
        return HTMLResponse(pages.framed_html(mail.html), headers=FRAME)

    async def source(self, request: Request) -> Response:
        source = self._mailbox.source(request.path_params["id"])
        if source is None:
            raise HTTPException(404)
        return Response(source, media_type="text/plain; charset=utf-8", headers=PLAIN)

    def _find(self, path: Mapping[str, str]) -> Mail:
        mail = self._mailbox.find(path["id"])
        if mail is None:
            raise HTTPException(404)
        return mail
