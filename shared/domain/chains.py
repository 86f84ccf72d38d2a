"""How events hold together: each one's hash covers the one before, so that an edit, a gap or a cut is seen.

hash = SHA-256(prev ‖ SHA-256(canonical bytes)); `prev` of the first event is SHA-256 of the chain's id. Personal values
are not in the bytes: a salted commitment stands in their place, so that the value can go and the chain still holds.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from shared.domain.canonical import Json, canonical, parse_json
from shared.domain.errors import Conflict, InvalidRequest
from shared.domain.events import CLOSING, Detail, Draft, EventName, Personal
from shared.domain.times import Millis

ENVELOPE_VERSION: Final = 1
SALT_BYTES: Final = 32
_MAX_EVENT_BYTES: Final = 64 * 1024  # what one binary property of a table row can hold
_MAX_EVENT_DEPTH: Final = 16


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain stands: the last event's number and hash, whether it may grow, up to where it was pruned."""

    chain: str
    seq: int
    hash: bytes
    closed: bool = False
    pruned_to: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """An event with its place in a chain, as it is stored."""

    seq: int
    id: str
    name: EventName
    at: Millis
    canonical: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Secret:
    """What a commitment stands for: to be sealed with the subject's data key beside the event."""

    path: str
    subject: str
    salt: bytes
    value: Json

    def __repr__(self) -> str:
        return f"Secret(path={self.path!r}, subject={self.subject!r})"

    def content(self) -> bytes:
        """Spell what is sealed: canonical {salt, value}. Path and subject stand beside the ciphertext, readable."""
        return canonical({"salt": _text(self.salt), "value": self.value})


@dataclass(frozen=True, slots=True)
class Appended:
    """What one append leaves to be written, all in one batch."""

    head: Head
    event: Event
    secrets: tuple[Secret, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """The chain holds."""

    count: int


@dataclass(frozen=True, slots=True)
class Broken:
    """The chain does not hold; `seq` is the first number that is wrong or missing."""

    seq: int
    why: str


def account_chain(account_id: str) -> str:
    """Name the chain of what is the person's alone."""
    return f"{account_id}~self"


def organisation_chain(organisation_id: str) -> str:
    """Name the organisation's own chain."""
    return f"{organisation_id}~own"


def genesis(chain_id: str) -> Head:
    """Give the head of a chain that has no event yet."""
    return Head(chain=chain_id, seq=0, hash=sha256(chain_id.encode()).digest())


def append(head: Head, draft: Draft, *, event_id: str, at: Millis, salts: Iterator[bytes]) -> Appended:
    """Give an event its place. Takes one fresh 32-byte salt for each personal value. A closed chain refuses."""
    if head.closed:
        raise Conflict("the chain is closed")
    secrets: list[Secret] = []
    envelope: dict[str, Json] = {
        "v": ENVELOPE_VERSION,
        "id": event_id,
        "chain": head.chain,
        "seq": head.seq + 1,
        "at": at,
        "name": draft.name,
        "actor": {"kind": draft.actor.kind, "id": draft.actor.id},
        "via": draft.via,
        "from": _committed(draft.origin, "/from", salts, secrets),
        "organisation": draft.organisation,
        "thing": draft.thing,
        "before": _committed(draft.before, "/before", salts, secrets),
        "after": _committed(draft.after, "/after", salts, secrets),
        "outcome": draft.outcome,
        "reason": draft.reason,
        "request": draft.request,
        "policy": draft.policy,
    }
    content = canonical(envelope)
    if len(content) > _MAX_EVENT_BYTES:
        raise ValueError("an event is at most 64 KiB")
    grown = replace(head, seq=head.seq + 1, hash=link(head.hash, content), closed=draft.name == CLOSING)
    event = Event(seq=grown.seq, id=event_id, name=draft.name, at=at, canonical=content, hash=grown.hash)
    return Appended(grown, event, tuple(secrets))


def link(previous: bytes, content: bytes) -> bytes:
    """Hash an event's bytes onto the hash of the one before."""
    return sha256(previous + sha256(content).digest()).digest()


def follow(head: Head, seq: int, content: bytes, stored_hash: bytes) -> Head | Broken:
    """Check one event as the next after `head`, and give the head after it. A loop over this verifies a chain."""
    expected = head.seq + 1
    if seq != expected:
        return Broken(expected, "missing" if seq > expected else "out of order")
    if head.closed:
        return Broken(seq, "stands after the end of a closed chain")
    if link(head.hash, content) != stored_hash:
        return Broken(seq, "the hash does not follow from the bytes and the event before")
    envelope = _envelope(content)
    if envelope is None:
        return Broken(seq, "the bytes are not a canonical event")
    if (envelope.get("chain"), envelope.get("seq")) != (head.chain, seq):
        return Broken(seq, "the bytes name another place")
    return replace(head, seq=seq, hash=stored_hash, closed=envelope.get("name") == CLOSING)


def verify(
    chain_id: str, events: Iterable[tuple[int, bytes, bytes]], head: Head, *, pruned_hash: bytes | None = None
) -> Whole | Broken:
    """Read a chain from (seq, bytes, hash) in order and say whether it is whole up to its stored head.

    Of a pruned chain, `pruned_hash` is the hash of event `head.pruned_to`, as a checkpoint or bundle keeps it.
    """
    at = genesis(chain_id)
    if head.pruned_to:
        if pruned_hash is None:
            return Broken(head.pruned_to, "pruned, and the hash before the rest is not known")
        at = Head(chain=chain_id, seq=head.pruned_to, hash=pruned_hash)
    start = at.seq
    for seq, content, stored_hash in events:
        match follow(at, seq, content, stored_hash):
            case Broken() as broken:
                return broken
            case Head() as grown:
                at = grown
    return _against(head, at) or Whole(at.seq - start)


@dataclass(frozen=True, slots=True)
class Commitment:
    """A commitment as it stands in an event: where, about whom, and to what."""

    path: str
    subject: str
    committed: str


def commitments(content: bytes) -> tuple[Commitment, ...]:
    """Find the commitments in an event's bytes, in the order in which they stand."""
    return tuple(_found(_envelope(content), ""))


def _found(detail: Json, path: str) -> Iterator[Commitment]:
    match detail:
        case {"commitment": str(committed), "subject": str(subject)}:
            yield Commitment(path, subject, committed)
        case Mapping():
            for name, each in detail.items():
                yield from _found(each, f"{path}/{_step(name)}")
        case list():
            for place, each in enumerate(detail):
                yield from _found(each, f"{path}/{place}")
        case _:
            return


def agrees(event: Event) -> bool:
    """Say whether what stands beside an event's bytes for searching (id, name, time) is what the bytes say."""
    envelope = _envelope(event.canonical) or {}
    return (envelope.get("id"), envelope.get("name"), envelope.get("at")) == (event.id, event.name, event.at)


def _against(head: Head, found: Head) -> Broken | None:
    if found.chain != head.chain:
        return Broken(found.seq, "the head is another chain's")
    if found.seq < head.seq:
        return Broken(found.seq + 1, "missing")
    if found.seq > head.seq:
        return Broken(head.seq + 1, "stands after the head")
    if found.hash != head.hash or found.closed != head.closed:
        return Broken(found.seq, "the head does not agree with the last event")
    return None


def commitment(salt: bytes, path: str, value: Json) -> str:
    """Commit to a personal value at a place (a JSON Pointer, RFC 6901): SHA-256 of salt and canonical [path, value]."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a commitment takes a salt of {SALT_BYTES} bytes")
    return _text(sha256(salt + canonical([path, value])).digest())


def check_commitment(committed: str, *, salt: bytes, path: str, value: Json) -> bool:
    """Say whether a commitment found in an event is one to this value at this place."""
    return hmac.compare_digest(committed, commitment(salt, path, value))


def _committed(detail: Detail, path: str, salts: Iterator[bytes], secrets: list[Secret]) -> Json:
    match detail:
        case Personal(value, subject):
            salt = next(salts)
            secrets.append(Secret(path, subject, salt, value))
            return {"commitment": commitment(salt, path, value), "subject": subject}
        case list() | tuple():
            return [_committed(each, f"{path}/{place}", salts, secrets) for place, each in enumerate(detail)]
        case Mapping():
            if "commitment" in detail:
                raise ValueError("only a personal value may be called a commitment")
            return {name: _committed(each, f"{path}/{_step(name)}", salts, secrets) for name, each in detail.items()}
        case _:
            return detail  # type: ignore[return-value]  # a Sequence that is no list or tuple is refused by canonical()


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _step(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")  # RFC 6901 §3


def _envelope(content: bytes) -> dict[str, Json] | None:
    try:
        parsed = parse_json(content, _MAX_EVENT_BYTES, _MAX_EVENT_DEPTH)
        return parsed if isinstance(parsed, dict) and canonical(parsed) == content else None
    except (InvalidRequest, ValueError):
        return None
