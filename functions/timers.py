"""What is done by the clock: each timer starts one flow, which bounds its own work and may be cut off anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import azure.functions as func

from functions.jobs import job

if TYPE_CHECKING:
    from shared.ports import App

bp = func.Blueprint()


@bp.timer_trigger(schedule="0 23 * * * *", arg_name="timer", run_on_startup=False)
@job
async def sweep_spent(app: App) -> int:
    """Every hour: forget what was used up long ago."""
    from shared.flows.sweep_spent import sweep_spent

    return await sweep_spent(app)
