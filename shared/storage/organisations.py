"""The shelf of organisations: one partition each, the authority on its clients."""

from contextlib import AbstractAsyncContextManager

from shared.domain.chains import Head
from shared.domain.clients import Client
from shared.domain.errors import AlreadyThere, Conflict
from shared.domain.rows import Insert
from shared.domain.stored import Chained, Grown, Stored
from shared.ports import Shelf
from shared.storage import layout, records
from shared.storage.growth import grow_chain, read_events


class TableOrganisations:
    """Organisations on a shelf of rows."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def create(
        self, organisation_id: str, sealed_profile: str, wrapped_key: str, grown: Grown, *, write_id: str
    ) -> None:
        """Write a new organisation. Raises AlreadyThere."""
        changes = [
            Insert(layout.STATE, {"v": records.V, "status": "active", "profile": sealed_profile}),
            Insert(layout.KEY, records.from_key(wrapped_key)),
            *grow_chain(grown, layout.OWN),
        ]
        partition = layout.organisation_partition(organisation_id)
        await self._shelf.write(layout.ORGANISATIONS, partition, changes, write_id=write_id)

    async def head(self, organisation_id: str) -> Stored[Head] | None:
        """Read the head of its own chain."""
        partition = layout.organisation_partition(organisation_id)
        row = await self._shelf.get(layout.ORGANISATIONS, partition, layout.head_row(layout.OWN))
        return Stored(records.to_head(row), row.etag) if row else None

    async def add_client(self, client: Client, grown: Grown, *, write_id: str) -> None:
        """Write a client and its event in one batch. Raises AlreadyThere when it has this client, else Conflict."""
        row = layout.client_row(client.client_id)
        changes = [
            Insert(row, records.from_client(client)),
            *grow_chain(grown, layout.OWN),
        ]
        partition = layout.organisation_partition(client.organisation)
        try:
            await self._shelf.write(layout.ORGANISATIONS, partition, changes, write_id=write_id)
        except AlreadyThere as error:
            if error.row == row:
                raise
            raise Conflict("an event took the place") from error

    async def client(self, client_id: str, organisation_id: str) -> Client | None:
        """Read one client: one call."""
        partition = layout.organisation_partition(organisation_id)
        row = await self._shelf.get(layout.ORGANISATIONS, partition, layout.client_row(client_id))
        return records.to_client(row, organisation_id) if row else None

    def turn(self, organisation_id: str) -> AbstractAsyncContextManager[None]:
        """Wait for one's turn on this organisation inside this process."""
        return self._shelf.turn(layout.ORGANISATIONS, layout.organisation_partition(organisation_id))

    async def events(self, organisation_id: str, first: int, last: int) -> tuple[Chained, ...]:
        """Read the events of its own chain from `first` to `last`."""
        partition = layout.organisation_partition(organisation_id)
        return await read_events(self._shelf, layout.ORGANISATIONS, partition, layout.OWN, first, last)
