"""The queue of letters: each message names one that a change left behind, and is taken away when it was sent."""

import azure.functions as func

bp = func.Blueprint()

MAIL = "mail"
"""The queue, by the name that `shared/storage/layout.py` gives it: shelves are not loaded while the app is indexed."""


@bp.queue_trigger(arg_name="message", queue_name=MAIL, connection="AzureWebJobsStorage")
async def send_letter(message: func.QueueMessage) -> None:
    """Send one letter. What cannot be sent is tried again a few times by the queue, and then lies in its poison queue."""
    from shared.app import the_app
    from shared.flows.send_letter import send_letter
    from shared.web.letters import words_of

    app = await the_app()
    await send_letter(app, message.get_body().decode(), words=words_of(app.issuer))
