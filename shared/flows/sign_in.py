"""Sign a person in with address and password: the same calls, the same time and the same words whoever it is.

Two reads side by side (directory, network), two more (account or decoy, journal mark), two reservations beside the hash, and
one batch with state, session, chain and events. An unknown address does all of it on a decoy.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from shared.domain import lifetimes, lockout
from shared.domain.accounts import Account, Revoked, next_began, revoke
from shared.domain.chains import account_chain
from shared.domain.decoys import decoy_for
from shared.domain.errors import InvalidRequest, Tampered
from shared.domain.events import Actor, Detail, Draft, EventName, Personal
from shared.domain.ids import new_id
from shared.domain.lockout import Locked, Open
from shared.domain.sessions import Listed, Session, to_drop
from shared.domain.stored import Desk
from shared.domain.text import parse_email
from shared.domain.times import Millis
from shared.flows.again import Latest, again
from shared.flows.chain import grow
from shared.flows.count_attempt import Counted, Knock, count_attempt, read_knock
from shared.flows.revoke_one import folded_draft
from shared.ports import App, DataKey, Ring


@dataclass(frozen=True, slots=True)
class _Visit:
    """One sign-in under way: who it may be, what was read, and when."""

    desk: Desk
    known: bool
    knock: Knock
    key: DataKey
    network: str
    request_id: str
    now: Millis

    @property
    def account(self) -> Account:
        return self.desk.account.value


async def sign_in[T](
    app: App,
    ring: Ring,
    *,
    email: str,
    password: str,
    network: str,
    request_id: str,
    answer: Callable[[Session], T],
) -> T | None:
    """Give what `answer` makes of the new session, or None: unknown, wrong, locked and disabled are one.

    `answer` seals cookie and code and runs before the deciding write, so that nothing can fail after it. Raises Unavailable
    or Conflict, and then nothing has changed but the count of attempts.
    """
    try:
        address = ring.directory_hash("email", parse_email(email).canonical)
    except InvalidRequest:
        return None
    visit = await _read(app, ring, address, network, request_id)
    cleared = visit.account.cleared.get(visit.knock.place, 0)
    # A task, because the hash runs on a thread beside the reservations; awaited whatever they come to.
    hashing = asyncio.ensure_future(app.passwords.verify(_argon(ring, visit), password))
    counted, right = await asyncio.gather(count_attempt(app, visit.knock, cleared=cleared, now=visit.now), hashing)

    if isinstance(counted.verdict, Open) and right and visit.known and visit.account.status == "active":
        answered = await _begin(app, visit, counted, answer)
        if answered is not None:
            return answered
    await _refuse(app, visit, counted.verdict)
    return None


async def _read(app: App, ring: Ring, address: str, network: str, request_id: str) -> _Visit:
    now = app.now()
    source = ring.directory_hash("network", network)
    knock = await read_knock(app, address=address, source=source, now=now)
    account_id = knock.entry.account_id or decoy_for(address)
    desk, _ = await asyncio.gather(app.accounts.desk(account_id), _mark(app, account_id, now))
    known = knock.entry.account_id is not None and desk is not None
    if desk is None:
        # An address claimed for an account that was never finished: nobody can sign in to it yet.
        account_id = decoy_for(address)
        desk = await app.accounts.desk(account_id)
    if desk is None:
        raise Tampered("a decoy is missing; storage was not prepared")
    key = ring.unwrap(desk.wrapped_key, account_id)
    return _Visit(desk, known, knock, key, network, request_id, now)


async def _mark(app: App, account_id: str, now: Millis) -> None:
    await app.journal.mark(account_chain(account_id), now=now, write_id=new_id("wri", app.random(16)))


def _argon(ring: Ring, visit: _Visit) -> str:
    peppered = visit.key.open(visit.account.password, kind="account", field="password", v=1)
    return ring.unpepper(peppered.decode())


async def _begin[T](app: App, visit: _Visit, counted: Counted, answer: Callable[[Session], T]) -> T | None:
    session_id = new_id("ses", app.random(16))
    latest = _latest(app, visit)

    async def begin() -> T | None:
        desk = await latest.read()
        if desk is None or not _still_right(visit, desk.account.value):
            return None
        dropped = to_drop([one.value for one in desk.listed], visit.now)
        ended = [one.value for one in desk.listed if one.value.session_id in dropped and one.value.ends > visit.now]
        account, endings = _make_room(visit, desk.account.value, ended)
        session = Session(
            account_id=account.account_id,
            session_id=session_id,
            began=next_began(account, visit.now),
            auth_time=visit.now,
            ends=visit.now + lifetimes.SESSION,
            amr=("pwd",),
        )
        account = replace(account, last_began=session.began, cleared=_cleared(visit, counted, account))
        drafts = [*endings, *_drafts(visit, counted.verdict, session)]
        grown = grow(
            app, desk.head, drafts, chain=account_chain(account.account_id),
            keys={account.account_id: visit.key}, now=visit.now,
        )  # fmt: skip
        answered = answer(session)
        write_id = new_id("wri", app.random(16))
        await app.accounts.change(desk, account, grown, began=session, dropped=dropped, write_id=write_id)
        return answered

    return await again(app, begin, turn=lambda: app.accounts.turn(visit.account.account_id))


def _still_right(visit: _Visit, account: Account) -> bool:
    """Say whether the answer that was looked at still opens the account, after a lost race for it."""
    return account.status == "active" and account.password == visit.account.password


def _make_room(visit: _Visit, account: Account, sessions: Sequence[Listed]) -> tuple[Account, list[Draft]]:
    """End the sessions that make room: what is no longer listed could not be ended by anybody."""
    drafts = []
    for one in sessions:
        revocation = revoke(account, one.session_id, Revoked(one.began, one.ends), visit.now)
        account = revocation.account
        drafts.append(_draft(visit, "session.ended", thing=one.session_id, after={}, reason="made_room"))
        if revocation.folded:
            drafts.append(folded_draft(account, via="sign_in", request_id=visit.request_id))
    return account, drafts


def _cleared(visit: _Visit, counted: Counted, account: Account) -> dict[str, int]:
    attempts = {source: stored.value for source, stored in visit.knock.entry.attempts.items()}
    return lockout.forgive(attempts, source=visit.knock.place, count=counted.count, cleared=account.cleared)


def _drafts(visit: _Visit, verdict: Open | Locked, session: Session) -> list[Draft]:
    began = _draft(visit, "session.began", thing=session.session_id, after={"ends": session.ends, "amr": ["pwd"]})
    if not verdict.failures:
        return [began]
    # The end of a period of refusals, with its count: they were not chained one by one.
    return [_draft(visit, "sign_in.refusals_counted", after={"count": verdict.failures}), began]


async def _refuse(app: App, visit: _Visit, verdict: Open | Locked) -> None:
    if isinstance(verdict, Locked):
        return
    failures = verdict.failures + 1
    if not lockout.is_told(failures):
        return
    name: EventName = "sign_in.locked" if lockout.locks(failures) else "sign_in.refused"
    draft = _draft(visit, name, after={"count": failures}, refused=True)
    latest = _latest(app, visit)

    async def record() -> None:
        desk = await latest.read()
        if desk is None:
            return
        account_id = visit.account.account_id
        grown = grow(
            app, desk.head, [draft], chain=account_chain(account_id), keys={account_id: visit.key}, now=visit.now
        )
        write_id = new_id("wri", app.random(16))
        write = app.accounts.change if visit.known else app.accounts.rehearse
        await write(desk, desk.account.value, grown, write_id=write_id)

    await again(app, record, turn=lambda: app.accounts.turn(visit.account.account_id))


def _latest(app: App, visit: _Visit) -> Latest[Desk | None]:
    return Latest(visit.desk, lambda: app.accounts.desk(visit.account.account_id))


def _draft(
    visit: _Visit,
    name: EventName,
    *,
    thing: str = "",
    after: Mapping[str, Detail],
    refused: bool = False,
    reason: str | None = None,
) -> Draft:
    account_id = visit.account.account_id
    return Draft(
        name=name,
        actor=Actor("person", account_id) if not refused else Actor("system", "sign-in"),
        via="sign_in",
        origin={"network": Personal(visit.network, account_id)},
        thing=thing or account_id,
        after=after,
        outcome="refused" if refused else "ok",
        reason="credentials" if refused else reason,
        request=visit.request_id,
    )
