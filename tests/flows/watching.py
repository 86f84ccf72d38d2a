"""A shelf that writes down what it was asked, and which calls ran side by side."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from itertools import count

from shared.domain.rows import Change, Fields, Place, Remove, Row
from shared.ports import PasswordHasher, Shelf


@dataclass(slots=True)
class Asked:
    """One call: what, of which table and partition, with which changes, and when it began and ended."""

    what: str
    table: str
    partition: str
    changes: tuple[Change, ...]
    began: int
    ended: int = 0

    @property
    def name(self) -> str:
        return f"{self.what} {self.table}"

    @property
    def sizes(self) -> list[int]:
        """Say how large each change is."""
        return [0 if isinstance(one, Remove) else _size(one.fields) for one in self.changes]

    @property
    def shape(self) -> tuple[str, list[frozenset[str]]]:
        """Say what an onlooker could see of it, sizes apart."""
        return self.name, [frozenset() if isinstance(one, Remove) else frozenset(one.fields) for one in self.changes]


class WatchingShelf:
    """A shelf around another; `asked` is what it was asked, in order."""

    def __init__(self, inner: Shelf) -> None:
        self.asked: list[Asked] = []
        self._inner = inner
        self._ticks = count()

    async def get(self, table: str, partition: str, row: str) -> Row | None:
        asked = self._begin("get", table, partition)
        try:
            return await self._inner.get(table, partition, row)
        finally:
            asked.ended = next(self._ticks)

    async def span(self, table: str, partition: str, first: str, last: str) -> tuple[Row, ...]:
        asked = self._begin("span", table, partition)
        try:
            return await self._inner.span(table, partition, first, last)
        finally:
            asked.ended = next(self._ticks)

    async def write(self, table: str, partition: str, changes: Sequence[Change], *, write_id: str) -> None:
        asked = self._begin("write", table, partition, changes)
        try:
            await self._inner.write(table, partition, changes, write_id=write_id)
        finally:
            asked.ended = next(self._ticks)

    async def before(self, table: str, partition: str) -> tuple[Place, ...]:
        asked = self._begin("before", table, partition)
        try:
            return await self._inner.before(table, partition)
        finally:
            asked.ended = next(self._ticks)

    async def drop(self, table: str, partition: str, rows: Sequence[str]) -> bool:
        asked = self._begin("drop", table, partition)
        try:
            return await self._inner.drop(table, partition, rows)
        finally:
            asked.ended = next(self._ticks)

    def turn(self, table: str, partition: str) -> AbstractAsyncContextManager[None]:
        return self._inner.turn(table, partition)

    async def aclose(self) -> None:
        await self._inner.aclose()

    def steps(self) -> list[set[str]]:
        """Group the calls by what ran side by side: a step begins when a call of the step before has ended."""
        steps: list[set[str]] = []
        ends = -1
        for asked in self.asked:
            if asked.began > ends:
                steps.append(set())
                ends = asked.ended
            steps[-1].add(asked.name)
            ends = min(ends, asked.ended)
        return steps

    def watch(self, hasher: PasswordHasher) -> "WatchingHasher":
        """Write the hash down too, as if it were a call."""
        return WatchingHasher(self, hasher)

    def _begin(self, what: str, table: str, partition: str, changes: Sequence[Change] = ()) -> Asked:
        self.asked.append(asked := Asked(what, table, partition, tuple(changes), next(self._ticks)))
        return asked


class WatchingHasher:
    """A password hasher whose work stands among the calls."""

    def __init__(self, shelf: WatchingShelf, inner: PasswordHasher) -> None:
        self._shelf = shelf
        self._inner = inner

    async def hash(self, password: str) -> str:
        return await self._inner.hash(password)

    async def verify(self, argon: str, password: str) -> bool:
        asked = self._shelf._begin("hash", "password", "")
        try:
            return await self._inner.verify(argon, password)
        finally:
            asked.ended = next(self._shelf._ticks)


def _size(fields: Fields) -> int:
    return sum(len(value) if isinstance(value, (str, bytes)) else 8 for value in fields.values())
