"""End what a code gave: one entry in the account's deciding row, which every use of its tokens reads."""

from shared.domain.accounts import Revoked, revoke
from shared.domain.chains import account_chain
from shared.domain.events import Actor, Draft
from shared.domain.grants import Code
from shared.domain.ids import new_id
from shared.flows.again import again
from shared.flows.chain import grow
from shared.ports import App


async def end_grant(app: App, code: Code, *, reason: str, request_id: str) -> None:
    """Revoke the grant, with its event, in one batch. Does nothing when it is revoked already, or the account is gone."""
    now = app.now()
    chain = account_chain(code.account_id)
    await app.journal.mark(chain, now=now, write_id=new_id("wri", app.random(16)))

    async def end() -> None:
        desk = await app.accounts.desk(code.account_id)
        if desk is None or code.grant_id in desk.account.value.revoked:
            return
        revocation = revoke(desk.account.value, code.grant_id, Revoked(code.began, code.session_ends), now)
        drafts = [
            Draft(
                name="grant.revoked",
                actor=Actor("client", code.client_id),
                via="token",
                thing=code.grant_id,
                reason=reason,
                request=request_id,
            )
        ]
        if revocation.folded:
            drafts.append(
                Draft(
                    name="revocations.folded",
                    actor=Actor("system", "accounts"),
                    via="token",
                    thing=code.account_id,
                    after={"revoked_before": revocation.account.revoked_before},
                    request=request_id,
                )
            )
        grown = grow(app, desk.head, drafts, chain=chain, keys={}, now=now)
        await app.accounts.change(desk, revocation.account, grown, write_id=new_id("wri", app.random(16)))

    await again(app, end, turn=lambda: app.accounts.turn(code.account_id))
