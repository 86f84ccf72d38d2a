"""What the flows need of the world, as Protocols, and `App`, the frozen set of them that every flow takes first."""

from collections.abc import Callable
from dataclasses import dataclass

from shared.domain.environments import Environment
from shared.domain.issuer import Issuer
from shared.domain.times import Millis
from shared.ports.keys import DataKey, Keys, PasswordHasher, Ring
from shared.ports.post import Mailer, Post
from shared.ports.shelves import (
    Accounts,
    Clients,
    Directory,
    Journal,
    Organisations,
    Shelf,
    Sources,
    Spent,
)

__all__ = [
    "Accounts",
    "App",
    "Clients",
    "DataKey",
    "Directory",
    "Journal",
    "Keys",
    "Mailer",
    "Organisations",
    "PasswordHasher",
    "Post",
    "Ring",
    "Shelf",
    "Sources",
    "Spent",
]


@dataclass(frozen=True, slots=True)
class App:
    """Everything a flow may use. `now` in UTC milliseconds; `random` gives that many bytes; `monotonic` in seconds."""

    environment: Environment
    issuer: Issuer
    now: Callable[[], Millis]
    monotonic: Callable[[], float]
    random: Callable[[int], bytes]
    log: Callable[..., None]
    keys: Keys
    passwords: PasswordHasher
    accounts: Accounts
    directory: Directory
    sources: Sources
    organisations: Organisations
    clients: Clients
    spent: Spent
    journal: Journal
    post: Post
    mailer: Mailer
