"""What the flows need of storage: the shelf itself, and one port for each kind of thing that stands on it."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from shared.domain.accounts import Account
from shared.domain.chains import Head
from shared.domain.clients import Client
from shared.domain.families import Family, Generation, Use
from shared.domain.letters import Letter
from shared.domain.lockout import Attempts, Touched
from shared.domain.rows import Change, Row
from shared.domain.sessions import Session
from shared.domain.stored import Chained, Desk, Entry, Grown, Person, Stored
from shared.domain.times import Millis


class Shelf(Protocol):
    """Rows in partitions: point reads, short ranges, and one all-or-nothing write inside one partition."""

    async def get(self, table: str, partition: str, row: str) -> Row | None:
        """Read one row."""
        ...

    async def span(self, table: str, partition: str, first: str, last: str) -> tuple[Row, ...]:
        """Read the rows from `first` to `last`, both included, in order."""
        ...

    async def write(self, table: str, partition: str, changes: Sequence[Change], *, write_id: str) -> None:
        """Make all changes or none. Raises Conflict, AlreadyThere or Unavailable."""
        ...

    def turn(self, table: str, partition: str) -> AbstractAsyncContextManager[None]:
        """Wait for one's turn on a partition, inside this process: for those who lost a race and read again."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


class Accounts(Protocol):
    """The shelf of accounts."""

    async def state(self, account_id: str) -> Account | None:
        """Read the deciding row: one call."""
        ...

    async def person(self, account_id: str) -> Person | None:
        """Read the deciding row and the wrapped key: one call."""
        ...

    async def desk(self, account_id: str) -> Desk | None:
        """Read what a change needs: one call."""
        ...

    async def change(
        self,
        desk: Desk,
        account: Account,
        grown: Grown,
        *,
        began: Session | None = None,
        dropped: Sequence[str] = (),
        letter: Letter | None = None,
        write_id: str,
    ) -> None:
        """Write state, chain, at most one new session and one letter in one batch. Raises Conflict when the account moved."""
        ...

    async def rehearse(self, desk: Desk, account: Account, grown: Grown, *, write_id: str) -> None:
        """Write a decoy's batch: the same calls, shape and size, but nobody can be kept waiting by it."""
        ...

    async def create(self, account: Account, wrapped_key: str, grown: Grown, *, write_id: str) -> None:
        """Write a new account. Raises AlreadyThere."""
        ...

    async def letter(self, account_id: str, letter_id: str) -> Letter | None:
        """Read a letter that is still to be sent: one call."""
        ...

    async def letter_sent(self, account_id: str, letter_id: str) -> None:
        """Take away a letter that was sent; done twice it is done."""
        ...

    def turn(self, account_id: str) -> AbstractAsyncContextManager[None]:
        """Wait for one's turn on this account inside this process."""
        ...

    async def events(self, account_id: str, first: int, last: int) -> tuple[Chained, ...]:
        """Read the events of the chain `self` from `first` to `last`."""
        ...


class Directory(Protocol):
    """Who has an address, and how often it was tried, by the keyed hash of the address."""

    async def entry(self, address: str) -> Entry:
        """Read it: one call, the same for an address nobody has."""
        ...

    async def claim(self, address: str, account_id: str, *, at: Millis, write_id: str) -> None:
        """Take an address for an account. Raises AlreadyThere."""
        ...

    async def reserve(
        self, address: str, source: str, read: Stored[Attempts] | None, attempts: Attempts, *, write_id: str
    ) -> None:
        """Count an attempt before its answer is looked at. Raises Conflict when another was counted first."""
        ...

    def turn(self, address: str) -> AbstractAsyncContextManager[None]:
        """Wait for one's turn on this address inside this process."""
        ...


class Sources(Protocol):
    """What each network tried, by the hour."""

    async def read(self, network: str, counter: int, now: Millis) -> Stored[Touched] | None:
        """Read one counter of a network: one call."""
        ...

    async def reserve(
        self, network: str, counter: int, read: Stored[Touched] | None, touched: Touched, *, now: Millis, write_id: str
    ) -> None:
        """Count a try. Raises Conflict when another was counted first."""
        ...


class Organisations(Protocol):
    """The shelf of organisations."""

    async def create(
        self, organisation_id: str, sealed_profile: str, wrapped_key: str, grown: Grown, *, write_id: str
    ) -> None:
        """Write a new organisation. Raises AlreadyThere."""
        ...

    async def head(self, organisation_id: str) -> Stored[Head] | None:
        """Read the head of its own chain."""
        ...

    async def add_client(self, client: Client, grown: Grown, *, write_id: str) -> None:
        """Write a client and its event in one batch. Raises AlreadyThere when it has this client, else Conflict."""
        ...

    def turn(self, organisation_id: str) -> AbstractAsyncContextManager[None]:
        """Wait for one's turn on this organisation inside this process."""
        ...

    async def events(self, organisation_id: str, first: int, last: int) -> tuple[Chained, ...]:
        """Read the events of its own chain from `first` to `last`."""
        ...


class Clients(Protocol):
    """Clients by id: seconds old at most, up to a minute while storage is away."""

    async def find(self, client_id: str) -> Client | None:
        """Give a client, or None. Raises Unavailable."""
        ...

    async def claim(self, client_id: str, organisation_id: str, *, write_id: str) -> None:
        """Take a client id for an organisation, or find that it has it. Raises AlreadyThere when another has."""
        ...


class Spent(Protocol):
    """Things that can be used once."""

    async def spend(self, kind: str, one_time_id: str, *, ends: Millis, at: Millis, write_id: str) -> bool:
        """Use it up. False when it was used before."""
        ...

    async def use(self, generation: Generation, family: Family, use: Use, *, write_id: str) -> bool:
        """Use up a refresh token. False when it was used before."""
        ...

    async def used(self, generation: Generation, family: Family) -> Use | None:
        """Say when and for what a refresh token was used, or None: one call."""
        ...


class Journal(Protocol):
    """Marks that a chain is about to grow, written before it does, so that the sealer finds it."""

    async def mark(self, chain_id: str, *, now: Millis, write_id: str) -> None:
        """Write the mark."""
        ...
