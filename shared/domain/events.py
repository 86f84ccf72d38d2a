"""What the audit trail can say: the catalogue of event names, and an event before it has a place in a chain.

No free text stands in an event: names, codes, ids, numbers. What tells about a person is wrapped in `Personal`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from shared.domain.canonical import Json

type EventName = Literal[
    "account.created",
    "chain.closed",
    "chain.ended",
    "client.registered",
    "consent.given",
    "data.restored",
    "environment.stamped",
    "grant.revoked",
    "key.created",
    "member.joined",
    "member.left",
    "organisation.created",
    "revocations.folded",
    "session.began",
    "session.ended",
    "sign_in.locked",
    "sign_in.refusals_counted",
    "sign_in.refused",
]
type ActorKind = Literal["person", "client", "system", "seed"]
type Outcome = Literal["ok", "refused"]

EVENT_NAMES: Final[tuple[str, ...]] = get_args(EventName.__value__)
CLOSING: Final[EventName] = "chain.closed"
_WORD: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it."""

    kind: ActorKind
    id: str


@dataclass(frozen=True, slots=True)
class Personal:
    """A value about a person: only a commitment to it enters the chain, and it is sealed with that person's key."""

    value: Json
    subject: str

    def __repr__(self) -> str:
        return f"Personal(subject={self.subject!r})"


type Detail = bool | int | str | Personal | Sequence[Detail] | Mapping[str, Detail] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An event as a flow tells it. `via` and `reason` are machine words; `origin` becomes the envelope's `from`."""

    name: EventName
    actor: Actor
    via: str
    thing: str
    origin: Mapping[str, Detail] | None = None
    organisation: str | None = None
    before: Detail = None
    after: Detail = None
    outcome: Outcome = "ok"
    reason: str | None = None
    request: str | None = None
    policy: str | None = None

    def __post_init__(self) -> None:
        for word in (self.via, self.reason):
            if word is not None and _WORD.fullmatch(word) is None:
                raise ValueError("`via` and `reason` are words of a-z, 0-9, dot, dash and underscore, not free text")
