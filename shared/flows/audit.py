"""Read an account's chain of events and say whether it is whole (invariant 2).

Three things must hold: the bytes follow one another up to the head; what stands beside them for searching is what they say;
and what they commit to of the person opens, and is what was committed to.
"""

from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Final

from shared.domain import chains
from shared.domain.canonical import parse_json
from shared.domain.chains import Broken, Commitment, Event, Whole
from shared.domain.errors import InvalidRequest, Tampered
from shared.domain.stored import Chained
from shared.flows.chain import SECRET_VERSION
from shared.ports import App, DataKey

_PAGE: Final = 200
_SEALED_LIMIT: Final = 64 * 1024


async def audit_account(app: App, account_id: str, *, show: Callable[[Event], None]) -> Whole | Broken | None:
    """Check the chain `self`, showing each event on the way. None when there is no such account."""
    desk = await app.accounts.desk(account_id)
    if desk is None:
        return None
    if desk.head is None:
        return Broken(0, "the head is missing")
    ring = await app.keys.ring()
    key = ring.unwrap(desk.wrapped_key, account_id)
    beside: Broken | None = None
    links = []
    async for link in _links(app, account_id):
        show(link.event)
        links.append((link.event.seq, link.event.canonical, link.event.hash))
        beside = beside or _beside(link, account_id, key)
    verdict = chains.verify(chains.account_chain(account_id), links, desk.head.value)
    return min((one for one in (verdict, beside) if isinstance(one, Broken)), key=_place, default=verdict)


def _place(broken: Broken) -> int:
    return broken.seq


async def _links(app: App, account_id: str) -> AsyncIterator[Chained]:
    first = 1
    while True:
        page = await app.accounts.events(account_id, first, first + _PAGE - 1)
        for link in page:
            yield link
        # A gap must not look like the end: look on until a whole page is empty.
        if not page:
            return
        first += _PAGE


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
