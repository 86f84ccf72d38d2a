"""Every address that no other door has: the service's own front page, and a calm page where there is nothing."""

import azure.functions as func

from functions.doors import doors, refuse
from shared.domain.errors import MethodNotAllowed, NotFound
from shared.settings_at_import import ISSUER_PATH
from shared.web.doors import ANY, GET
from shared.web.exchange import Exchange

bp = func.Blueprint()


# Doors are tried in the order of their names: this one must come after all others.
@bp.route("{*rest}", auth_level=func.AuthLevel.ANONYMOUS)
@doors.document(methods=ANY, refuse=refuse)
async def zz_elsewhere(exchange: Exchange) -> func.HttpResponse:
    """Say what this service is at its root and at the issuer's address, and that there is nothing anywhere else."""
    from shared.app import where
    from shared.web.outcomes import locale_of
    from shared.web.pages import Pages
    from shared.web.responses import page_answer

    path = "/" + exchange.request.route_params.get("rest", "").strip("/")
    if path not in {"/", ISSUER_PATH}:
        raise NotFound
    if exchange.method not in GET:
        raise MethodNotAllowed((*GET, "OPTIONS"))
    issuer, _ = where()
    return page_answer(Pages(issuer.path).render("home", locale_of(exchange), issuer=issuer.url))
