"""End one session or grant: an entry in the account's deciding row, which every use reads, with its event, in one batch."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from shared.domain.accounts import Account, Lineage, Revoked, is_over, revoke
from shared.domain.chains import account_chain
from shared.domain.events import Actor, Draft
from shared.domain.ids import new_id
from shared.domain.letters import Letter
from shared.domain.times import Millis
from shared.flows.again import Latest, again
from shared.flows.chain import grow
from shared.ports import App


@dataclass(frozen=True, slots=True)
class Ending:
    """What ends: which id, whose and since when, the event that tells it, and the letter that goes with it."""

    revoked_id: str
    lineage: Lineage
    ends: Millis
    draft: Draft
    dropped: Sequence[str] = ()
    letter: Letter | None = None


async def revoke_one(app: App, ending: Ending) -> bool:
    """End it. False when it was over already, or the account is gone: then nothing is written and nobody is told."""
    now = app.now()
    account_id = ending.lineage.account_id
    chain = account_chain(account_id)
    mark = app.journal.mark(chain, now=now, write_id=new_id("wri", app.random(16)))
    desk, _ = await asyncio.gather(app.accounts.desk(account_id), mark)
    latest = Latest(desk, lambda: app.accounts.desk(account_id))

    async def end() -> bool:
        desk = await latest.read()
        if desk is None or is_over(desk.account.value, ending.lineage):
            return False
        revoked = Revoked(ending.lineage.began, ending.ends)
        revocation = revoke(desk.account.value, ending.revoked_id, revoked, now)
        drafts = [ending.draft]
        if revocation.folded:
            drafts.append(folded_draft(revocation.account, via=ending.draft.via, request_id=ending.draft.request))
        grown = grow(app, desk.head, drafts, chain=chain, keys={}, now=now)
        await app.accounts.change(
            desk, revocation.account, grown, dropped=ending.dropped, letter=ending.letter,
            write_id=new_id("wri", app.random(16)),
        )  # fmt: skip
        return True

    return await again(app, end, turn=lambda: app.accounts.turn(account_id))


def folded_draft(account: Account, *, via: str, request_id: str | None) -> Draft:
    """Tell that more was revoked than is remembered one by one."""
    return Draft(
        name="revocations.folded",
        actor=Actor("system", "accounts"),
        via=via,
        thing=account.account_id,
        after={"revoked_before": account.revoked_before},
        request=request_id,
    )
