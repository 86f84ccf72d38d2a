"""Every address that no other door has: the service's own front page, and a calm page where there is nothing."""

import azure.functions as func

from functions.doors import doors, refuse
from shared.domain.errors import MethodNotAllowed, NotFound
from shared.settings_at_import import ISSUER_PATH
from shared.web.exchange import Exchange

bp = func.Blueprint()


# Where there is nothing, there is nothing for any method.
async def _refuse(exchange: Exchange, error: Exception) -> func.HttpResponse:
    nowhere = isinstance(error, MethodNotAllowed) and not _is_home(exchange)
    return await refuse(exchange, NotFound() if nowhere else error)


# Doors are tried in the order of their names: this one must come after all others.
@bp.route("{*rest}", auth_level=func.AuthLevel.ANONYMOUS)
@doors.document(refuse=_refuse)
async def zz_elsewhere(exchange: Exchange) -> func.HttpResponse:
    """Say what this service is at its root and at the issuer's address, and that there is nothing anywhere else."""
    from shared.app import where
    from shared.web.outcomes import locale_of
    from shared.web.pages import Pages
    from shared.web.responses import page_answer

    if not _is_home(exchange):
        raise NotFound
    issuer, _ = where()
    return page_answer(Pages(issuer.path).render("home", locale_of(exchange), issuer=issuer.url))


def _is_home(exchange: Exchange) -> bool:
    return "/" + exchange.request.route_params.get("rest", "").strip("/") in {"/", ISSUER_PATH}
