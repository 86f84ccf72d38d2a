"""The queue of letters: each message names one that a change left behind, and is taken away when it was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import azure.functions as func

from functions.jobs import errand

if TYPE_CHECKING:
    from shared.ports import App

bp = func.Blueprint()

MAIL = "mail"
"""The queue, by the name that `shared/storage/layout.py` gives it: shelves are not loaded while the app is indexed."""


@bp.queue_trigger(arg_name="message", queue_name=MAIL, connection="AzureWebJobsStorage")
@errand
async def send_letter(app: App, message: str) -> int:
    """Send one letter. What cannot be sent is tried again a few times by the queue, and then lies in its poison queue."""
    from shared.flows.send_letter import send_letter
    from shared.web.letters import words_of

    return await send_letter(app, message, words=words_of(app.issuer))
