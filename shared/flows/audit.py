"""Read an account's chain of events and say whether it is whole (invariant 2).

Three things must hold: the bytes follow one another up to the head; what stands beside them for searching is what they say;
and what they commit to of the person opens, and is what was committed to.
"""

from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Final

from shared.domain import chains
from shared.domain.accounts import Account
from shared.domain.canonical import parse_json
from shared.domain.chains import Broken, Commitment, Event, Whole
from shared.domain.errors import InvalidRequest, Tampered, TooNew
from shared.domain.stored import Chained
from shared.flows.chain import SECRET_VERSION
from shared.ports import App, DataKey

_PAGE: Final = 200
_SEALED_LIMIT: Final = 64 * 1024


async def audit_account(app: App, account_id: str, *, show: Callable[[Event], None]) -> Whole | Broken | None:
    """Check the chain `self`, showing each event on the way. None when there is no such account."""
    ring = await app.keys.ring()
    try:
        desk = await app.accounts.desk(account_id)
        if desk is None:
            left = await app.accounts.events(account_id, 1, _PAGE)
            return Broken(0, "the account's rows are gone, and its events are not") if left else None
        key = ring.unwrap(desk.wrapped_key, account_id)
    except (Tampered, TooNew) as unreadable:
        return Broken(0, f"the account's rows cannot be read: {unreadable.detail}")
    if desk.head is None:
        return Broken(0, "the head is missing")
    beside: Broken | None = None
    links = []
    async for link in _links(app, account_id):
        if isinstance(link, Broken):
            beside = beside or link
            break
        show(link.event)
        links.append((link.event.seq, link.event.canonical, link.event.hash))
        beside = beside or _beside(link, account_id, key)
    verdict = chains.verify(chains.account_chain(account_id), links, desk.head.value)
    beside = beside or _sealed_state(desk.account.value, desk.head.value.seq, key)
    return min((one for one in (beside, verdict) if isinstance(one, Broken)), key=_place, default=verdict)


def _sealed_state(account: Account, last: int, key: DataKey) -> Broken | None:
    """Check that what is sealed in the account's row opens: an edit there is told at the last event before it."""
    try:
        key.open(account.profile, kind="account", field="profile", v=1)
        key.open(account.password, kind="account", field="password", v=1)
    except Tampered:
        return Broken(last, "the account's row holds a sealed value that does not open")
    return None


def _place(broken: Broken) -> int:
    return broken.seq


async def _links(app: App, account_id: str) -> AsyncIterator[Chained | Broken]:
    """Give the links in order; a row that cannot be read is given as the place where the chain breaks."""
    first = 1
    while True:
        try:
            page: tuple[Chained | Broken, ...] = await app.accounts.events(account_id, first, first + _PAGE - 1)
        except (Tampered, TooNew):
            page = tuple([one async for one in _one_by_one(app, account_id, first)])
        for link in page:
            yield link
        # A gap must not look like the end: look on until a whole page is empty.
        if not page:
            return
        first += _PAGE


async def _one_by_one(app: App, account_id: str, first: int) -> AsyncIterator[Chained | Broken]:
    for seq in range(first, first + _PAGE):
        try:
            found = await app.accounts.events(account_id, seq, seq)
        except (Tampered, TooNew) as unreadable:
            yield Broken(seq, f"cannot be read: {unreadable.detail}")
            return
        for link in found:
            yield link


def _beside(link: Chained, account_id: str, key: DataKey) -> Broken | None:
    """Check what stands beside an event's bytes: the columns for searching, and the sealed values of this person."""
    if not chains.agrees(link.event):
        return Broken(link.event.seq, "the columns beside the bytes say something else")
    try:
        sealed = _sealed_by_path(link.sealed)
        opened = all(
            _is_true(one, sealed.get(one.path), link.event, key)
            for one in chains.commitments(link.event.canonical)
            if one.subject == account_id
        )
    except (InvalidRequest, Tampered, ValueError, KeyError, TypeError):
        opened = False
    return None if opened else Broken(link.event.seq, "a sealed value is not what was committed to")


def _sealed_by_path(sealed: str) -> Mapping[str, str]:
    listed = parse_json(sealed, max_bytes=_SEALED_LIMIT, max_depth=4)
    if not isinstance(listed, list):
        raise Tampered("the sealed values are not a list")
    return {one["path"]: one["sealed"] for one in listed}


def _is_true(committed: Commitment, sealed: str | None, event: Event, key: DataKey) -> bool:
    if sealed is None:
        return False
    content = key.open(sealed, kind="event", field=f"{event.id}{committed.path}", v=SECRET_VERSION)
    said = parse_json(content, max_bytes=_SEALED_LIMIT, max_depth=16)
    if not isinstance(said, Mapping):
        return False
    salt = urlsafe_b64decode(str(said["salt"]) + "=")
    return chains.check_commitment(committed.committed, salt=salt, path=committed.path, value=said["value"])
