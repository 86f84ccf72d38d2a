"""Draw what went wrong at a page: a calm sentence and a reference, or an RFC 9457 problem for a script."""

from collections.abc import Awaitable, Callable

import azure.functions as func

from shared.domain.environments import Environment, is_local
from shared.domain.errors import BadRedirectUri
from shared.domain.issuer import Issuer
from shared.web.doors import error_headers
from shared.web.errors import public, wire
from shared.web.exchange import Exchange
from shared.web.outcomes import locale_of
from shared.web.pages import Pages
from shared.web.responses import json_answer, page_answer


def refuse_with_page(
    where: Callable[[], tuple[Issuer, Environment]],
) -> Callable[[Exchange, Exception], Awaitable[func.HttpResponse]]:
    """Make the refusal of all pages. `where` is asked late: the settings may be what is wrong."""

    async def refuse(exchange: Exchange, error: Exception) -> func.HttpResponse:
        issuer, environment = where()
        row = wire(error)
        if exchange.wants_json:
            return json_answer(
                {
                    "type": f"urn:sluis:problem:{row.page.replace('_', '-')}",
                    "title": public(error),
                    "status": row.status,
                    "request_id": exchange.request_id,
                },
                status=row.status,
                media_type="application/problem+json",
                headers=error_headers(error),
            )
        html = Pages(issuer.path).render(
            "error",
            locale_of(exchange),
            title_key=f"error.{row.page}.title",
            message_key=f"error.{row.page}.message",
            hint=_hint(error, environment),
            request_id=exchange.request_id,
        )
        answer = page_answer(html, status=row.status)
        for name, value in error_headers(error).items():
            answer.headers[name] = value
        return answer

    return refuse


def _hint(error: Exception, environment: Environment) -> str | None:
    """Say more to a developer, on a developer's machine only."""
    if not is_local(environment) or not isinstance(error, BadRedirectUri) or not error.nearest:
        return None
    return f"redirect_uri: {error.detail}. The nearest registered one is {error.nearest}"
