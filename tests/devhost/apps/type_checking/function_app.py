"""An annotation that exists for the type checker only: the worker evaluates annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import azure.functions as func

if TYPE_CHECKING:
    from decimal import Decimal

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route("one")
async def one(req: func.HttpRequest) -> Decimal:
    return 1
