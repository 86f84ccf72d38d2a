"""The shelf in memory: refuses, orders and forgets exactly as the one on Azure Tables, and counts what it is asked.

One contract suite (tests/storage/test_shelf_contract.py) runs on both. Constant costs are shown on this one with a
million accounts, because Azurite reads a whole table for each range.
"""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from itertools import count

from shared.domain.errors import AlreadyThere, Conflict, Unavailable
from shared.domain.rows import Change, Fields, Insert, Put, Remove, Replace, Row, check_changes, check_keys, written
from shared.storage.layout import TABLES
from shared.storage.tables import MOST_ROWS
from shared.storage.turns import Turns

type _Partition = dict[str, Row]

ROWS_OF_A_PAGE = 1000


class MemoryShelf:
    """A Shelf that keeps everything in memory. `calls` names each call made, in order: (what, table)."""

    def __init__(self, tables: Iterable[str] = TABLES) -> None:
        self.calls: list[tuple[str, str]] = []
        self._tables: dict[str, dict[str, _Partition]] = {table: {} for table in tables}
        self._turns = Turns()
        self._versions = count(1)

    async def get(self, table: str, partition: str, row: str) -> Row | None:
        """Read one row."""
        check_keys(partition, row)
        await self._call("get", table)
        found = self._partition(table, partition).get(row)
        return None if found is None else _copy(found)

    async def span(self, table: str, partition: str, first: str, last: str) -> tuple[Row, ...]:
        """Read the rows from `first` to `last`, both included, in order."""
        check_keys(partition, first, last)
        await self._call("span", table)
        rows = self._partition(table, partition)
        found = tuple(_copy(rows[row]) for row in sorted(rows) if first <= row <= last)
        self.calls += [("span", table)] * (max(0, len(found) - 1) // ROWS_OF_A_PAGE)
        if len(found) > MOST_ROWS:
            raise Unavailable(f"{table}: a range holds more than {MOST_ROWS} rows")
        return found

    async def write(self, table: str, partition: str, changes: Sequence[Change], *, write_id: str) -> None:
        """Make all changes or none."""
        check_changes(partition, changes, write_id=write_id)
        await self._call("write", table)
        rows = self._partition(table, partition)
        for change in changes:
            _check(table, rows.get(change.row), change)
        for change in changes:
            match change:
                case Remove():
                    del rows[change.row]
                case Insert() | Put() | Replace():
                    rows[change.row] = self._row(partition, change.row, written(change, write_id=write_id))
        self._tables[table][partition] = rows

    def turn(self, table: str, partition: str) -> AbstractAsyncContextManager[None]:
        """Wait for one's turn on a partition."""
        return self._turns.turn((table, partition))

    async def aclose(self) -> None:
        """Nothing is open."""

    async def _call(self, what: str, table: str) -> None:
        self.calls.append((what, table))
        # Where the real one waits for the network, others get their turn: so races happen here too.
        await asyncio.sleep(0)

    def _partition(self, table: str, partition: str) -> _Partition:
        if table not in self._tables:
            raise Unavailable("storage is not set up for us: 404 TableNotFound")
        return self._tables[table].get(partition, {})

    def _row(self, partition: str, row: str, fields: Fields) -> Row:
        return Row(partition, row, dict(fields), f'W/"{next(self._versions)}"')


def _check(table: str, met: Row | None, change: Change) -> None:
    match change:
        case Insert() if met is not None:
            raise AlreadyThere(f"{table}: it is there already", row=change.row)
        case Replace(etag=etag) | Remove(etag=etag):
            if met is None:
                raise Conflict(f"{table}: ResourceNotFound")
            if etag not in {met.etag, "*"}:
                raise Conflict(f"{table}: UpdateConditionNotSatisfied")
        case _:
            pass


def _copy(row: Row) -> Row:
    return Row(row.partition, row.row, dict(row.fields), row.etag)
