"""The directory: whose an address is, and the attempts on it, beside one another whether or not anybody has it."""

from contextlib import AbstractAsyncContextManager

from shared.domain.lockout import Attempts, Touched
from shared.domain.rows import Insert, Replace
from shared.domain.stored import Entry, Stored
from shared.domain.times import Millis, hour
from shared.ports import Shelf
from shared.storage import layout, records


class TableDirectory:
    """The directory on a shelf of rows."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def entry(self, address: str) -> Entry:
        """Read it: one call, the same for an address nobody has."""
        first, last = layout.directory_range()
        rows = await self._shelf.span(layout.DIRECTORY, layout.directory_partition(address), first, last)
        attempts = {
            layout.source_of_try(row.row): Stored(records.to_attempts(row), row.etag)
            for row in rows
            if layout.is_try(row.row)
        }
        owner = next((records.to_owner(row) for row in rows if row.row == layout.ACCOUNT), None)
        return Entry(owner, attempts)

    async def claim(self, address: str, account_id: str, *, at: Millis, write_id: str) -> None:
        """Take an address for an account. Raises AlreadyThere."""
        claim = Insert(layout.ACCOUNT, records.from_owner(account_id, at))
        await self._shelf.write(layout.DIRECTORY, layout.directory_partition(address), [claim], write_id=write_id)

    async def reserve(
        self, address: str, source: str, read: Stored[Attempts] | None, attempts: Attempts, *, write_id: str
    ) -> None:
        """Count an attempt before its answer is looked at. Raises Conflict when another was counted first."""
        row, fields = layout.try_row(source), records.from_attempts(attempts)
        change = Insert(row, fields) if read is None else Replace(row, fields, read.etag, reservation=True)
        await self._shelf.write(layout.DIRECTORY, layout.directory_partition(address), [change], write_id=write_id)

    def turn(self, address: str) -> AbstractAsyncContextManager[None]:
        """Wait for one's turn on this address inside this process."""
        return self._shelf.turn(layout.DIRECTORY, address)


class TableSources:
    """What each network tried, on a shelf of rows."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def read(self, network: str, counter: int, now: Millis) -> Stored[Touched] | None:
        """Read one counter of a network: one call."""
        partition = layout.sources_partition(hour(now), network)
        row = await self._shelf.get(layout.SOURCES, partition, layout.source_counter_row(counter))
        return Stored(records.to_touched(row), row.etag) if row else None

    async def reserve(
        self, network: str, counter: int, read: Stored[Touched] | None, touched: Touched, *, now: Millis, write_id: str
    ) -> None:
        """Count a try. Raises Conflict when another was counted first."""
        row, fields = layout.source_counter_row(counter), records.from_touched(touched)
        change = Insert(row, fields) if read is None else Replace(row, fields, read.etag, reservation=True)
        partition = layout.sources_partition(hour(now), network)
        await self._shelf.write(layout.SOURCES, partition, [change], write_id=write_id)
