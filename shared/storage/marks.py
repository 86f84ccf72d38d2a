"""Marks without a change of state: what was used up, and which chain is about to grow. Insert-only, dropped by the hour."""

import hashlib

from shared.domain import families
from shared.domain.errors import AlreadyThere
from shared.domain.families import Family, Generation, Use
from shared.domain.rows import Insert, Put
from shared.domain.times import Millis, hour, minute
from shared.ports import Shelf
from shared.storage import layout, records


def _shard(text: str) -> str:
    """Spread what is written in the same hour over sixteen partitions."""
    return hashlib.sha256(text.encode()).hexdigest()[0]


class TableSpent:
    """One-time things that were used, on a shelf of rows."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def spend(self, kind: str, one_time_id: str, *, ends: Millis, at: Millis, write_id: str) -> bool:
        """Use it up. False when it was used before, however many ask at the same moment."""
        mark = Insert(layout.spent_row(kind, one_time_id), {"v": records.V, "at": at})
        partition = layout.spent_partition(hour(ends), _shard(one_time_id))
        try:
            await self._shelf.write(layout.SPENT, partition, [mark], write_id=write_id)
        except AlreadyThere:
            return False
        return True

    async def use(self, generation: Generation, family: Family, use: Use, *, write_id: str) -> bool:
        """Use up a refresh token. False when it was used before, however many ask at the same moment."""
        partition, row = _place(generation, family)
        try:
            await self._shelf.write(layout.SPENT, partition, [Insert(row, records.from_use(use))], write_id=write_id)
        except AlreadyThere:
            return False
        return True

    async def used(self, generation: Generation, family: Family) -> Use | None:
        """Say when and for what a refresh token was used, or None: one call."""
        row = await self._shelf.get(layout.SPENT, *_place(generation, family))
        return records.to_use(row) if row else None


def _place(generation: Generation, family: Family) -> tuple[str, str]:
    family_id = family.grant.grant_id
    partition = layout.spent_partition(hour(families.ends(generation, family)), _shard(family_id))
    return partition, layout.generation_row(family_id, generation.number)


class TableJournal:
    """The journal, on a shelf of rows."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def mark(self, chain_id: str, *, now: Millis, write_id: str) -> None:
        """Write the mark that a chain is about to grow; twice in a minute is the same mark."""
        mark = Put(layout.journal_row(chain_id), {"v": records.V, "chain": chain_id})
        partition = layout.journal_partition(minute(now), _shard(chain_id))
        await self._shelf.write(layout.JOURNAL, partition, [mark], write_id=write_id)
