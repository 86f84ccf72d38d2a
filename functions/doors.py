"""What every door shares: how the app is started, where refusals are told, and the path of the issuer."""

from typing import Final

import azure.functions as func

from shared.app import is_secure, the_app, where
from shared.crypto.randomness import random_bytes
from shared.domain.issuer import route
from shared.outside.log import report
from shared.settings_at_import import ISSUER_PATH
from shared.web.doors import Doors
from shared.web.exchange import Exchange

doors: Final = Doors(the_app, random=random_bytes, report=report, secure=is_secure)


async def refuse(exchange: Exchange, error: Exception) -> func.HttpResponse:
    """Draw what went wrong at a page."""
    from shared.web.refusals import refuse_with_page

    return await refuse_with_page(where)(exchange, error)


def at(place: str) -> str:
    """Give the route of a place under the issuer."""
    return route(ISSUER_PATH, place)
