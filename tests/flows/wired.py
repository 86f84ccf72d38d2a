"""A world on the real SDK and the emulator, with a wire beneath it that can be cut, and a look at all that is stored."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import count
from uuid import uuid4

from azure.data.tables import TableEntity

from shared.domain.chains import account_chain, organisation_chain
from shared.domain.rows import Row
from shared.domain.text import parse_email
from shared.flows.register import register_account
from shared.storage import layout
from shared.storage.layout import TABLES
from shared.storage.tables import Tables
from tests.flows.consistency import Contents
from tests.flows.scenes import Scene, scene_in
from tests.flows.worlds import ADA, furnish, world_on
from tests.transport.faults import CountingTransport
from tests.world import ORGANISATION, SEED, World


@dataclass
class Wired:
    """A world on tables of its own, and what carries its calls."""

    world: World
    tables: Tables
    wire: CountingTransport

    def __post_init__(self) -> None:
        self._people = count(1)

    async def scene(self) -> Scene:
        """Set the scene around a new person."""
        email = f"person{next(self._people)}@demo.example"
        account_id = await register_account(self.world.app, replace(ADA, email=parse_email(email)), actor=SEED)
        assert account_id is not None
        return await scene_in(replace(self.world, account_id=account_id), email)

    async def contents(self, scene: Scene) -> Contents:
        """Read all that is stored of what a scene may change: more than any flow could."""
        ring = await self.world.app.keys.ring()
        newcomer = await self.world.app.directory.entry(ring.directory_hash("email", scene.newcomer))
        accounts = [one for one in (scene.world.account_id, newcomer.account_id) if one]
        organisations = [ORGANISATION, scene.new_organisation]
        chains = [*map(account_chain, accounts), *map(organisation_chain, organisations)]
        read = await asyncio.gather(
            self._read(layout.ACCOUNTS, "PartitionKey", map(layout.account_partition, accounts)),
            self._read(layout.ORGANISATIONS, "PartitionKey", map(layout.organisation_partition, organisations)),
            self._read(layout.JOURNAL, "RowKey", map(layout.journal_row, chains)),
        )
        return dict(zip((layout.ACCOUNTS, layout.ORGANISATIONS, layout.JOURNAL), read, strict=True))

    async def _read(self, table: str, key: str, values: Iterable[str]) -> Mapping[str, Mapping[str, Row]]:
        found: dict[str, dict[str, Row]] = {}
        asked = " or ".join(f"{key} eq '{value}'" for value in values)
        async for entity in self.tables._client(table).query_entities(asked):
            row = _row(entity)
            found.setdefault(row.partition, {})[row.row] = row
        return found


def _row(entity: TableEntity) -> Row:
    fields = {name: value[0] if isinstance(value, tuple) else value for name, value in entity.items()}
    partition, row = fields.pop("PartitionKey"), fields.pop("RowKey")
    return Row(partition, row, fields, entity.metadata["etag"] or "")


async def at_once(_seconds: float) -> None:
    """Pause between two tries without waiting."""
    await asyncio.sleep(0)


@asynccontextmanager
async def wired(azurite: str) -> AsyncIterator[Wired]:
    """Give a small world on tables of its own."""
    wire = CountingTransport()
    tables = Tables(azurite, transport=wire, sleep=at_once, timeout=30.0, prefix=f"t{uuid4().hex[:12]}")
    try:
        await asyncio.gather(*(tables.create(name) for name in TABLES))
        world = world_on(tables)
        world.account_id = await furnish(world.app)
        yield Wired(world, tables, wire)
    finally:
        await tables.aclose()
