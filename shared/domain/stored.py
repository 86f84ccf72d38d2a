"""What was read from a shelf and what is about to be written, as values: with the ETags a conditional write needs."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.domain.accounts import Account
from shared.domain.chains import Event, Head
from shared.domain.lockout import Attempts
from shared.domain.sessions import Listed


@dataclass(frozen=True, slots=True)
class Stored[T]:
    """A value as it was read, with what a conditional write needs."""

    value: T
    etag: str


@dataclass(frozen=True, slots=True)
class Chained:
    """A link ready to be stored: the event, and what it says of people, sealed."""

    event: Event
    sealed: str


@dataclass(frozen=True, slots=True)
class Grown:
    """A chain that grew: its head as read (None for a new chain), as it will be, and the links between."""

    read: Stored[Head] | None
    head: Head
    links: tuple[Chained, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """An account with what opens its fields."""

    account: Account
    wrapped_key: str


@dataclass(frozen=True, slots=True)
class Desk:
    """All of an account that a change of it needs, from one range read."""

    account: Stored[Account]
    wrapped_key: str
    head: Stored[Head] | None
    listed: tuple[Stored[Listed], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """What the directory knows of an address: whose it is, and the attempts on it by source (hashed)."""

    account_id: str | None
    attempts: Mapping[str, Stored[Attempts]]
