"""End what a client was given: its family and every token of it, at once, and tell the person when a thief may be at work."""

from shared.domain.accounts import Lineage
from shared.domain.events import Actor, Draft
from shared.domain.ids import new_id
from shared.domain.letters import Letter
from shared.domain.times import Millis
from shared.flows.post_letter import post_ahead, post_now
from shared.flows.revoke_one import Ending, revoke_one
from shared.ports import App


async def end_grant(
    app: App,
    lineage: Lineage,
    *,
    client_id: str,
    ends: Millis,
    reason: str,
    request_id: str,
    tell: bool = False,
) -> bool:
    """Revoke the grant, with its event, in one batch. False when it is over already, or the account is gone.

    `ends`: when the last token of it would have ended by itself. With `tell` the person is told by mail.
    """
    assert lineage.grant_id is not None
    draft = Draft(
        name="grant.revoked",
        actor=Actor("client", client_id),
        via="token",
        thing=lineage.grant_id,
        reason=reason,
        request=request_id,
    )
    letter = None
    if tell:
        letter = Letter(new_id("let", app.random(16)), lineage.account_id, "family_ended", client_id, app.now())
        await post_ahead(app, letter)
    ended = await revoke_one(app, Ending(lineage.grant_id, lineage, ends, draft, letter=letter))
    if ended and letter is not None:
        await post_now(app, letter)
    return ended
