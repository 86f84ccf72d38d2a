"""Clients by id, remembered for seconds: metadata changes rarely and is needed on every request.

Older than 5 s it is read again before an answer; only while storage fails is it served up to 60 s, then 503 (data.md).
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from shared.domain.clients import Client
from shared.domain.errors import AlreadyThere, Unavailable
from shared.domain.rows import Insert
from shared.domain.text import is_client_id
from shared.domain.times import Millis
from shared.ports import Keys, Shelf
from shared.storage import layout, records
from shared.storage.organisations import TableOrganisations

FRESH: Final = 5.0
"""Seconds for which what was read is the answer."""

STALE_AT_MOST: Final = 60.0
"""Seconds for which it is still served when storage does not answer."""

REMEMBERED: Final = 4096
"""Ids remembered, unknown ones too: a flood of made-up ids must not fill memory."""


@dataclass(frozen=True, slots=True)
class _Remembered:
    client: Client | None
    read_at: float


class TableClients:
    """Clients on a shelf of rows, through the directory to the organisation that owns them."""

    def __init__(self, shelf: Shelf, keys: Keys, *, monotonic: Callable[[], float], now: Callable[[], Millis]) -> None:
        self._shelf = shelf
        self._keys = keys
        self._organisations = TableOrganisations(shelf)
        self._monotonic = monotonic
        self._now = now
        self._remembered: OrderedDict[str, _Remembered] = OrderedDict()

    async def find(self, client_id: str) -> Client | None:
        """Give a client, or None. Raises Unavailable when storage is away and nothing recent is remembered."""
        if not is_client_id(client_id):
            # Nobody's, so nothing is asked; and not remembered: a stranger's longest texts must not fill memory.
            return None
        remembered = self._remembered.get(client_id)
        age = self._monotonic() - remembered.read_at if remembered else STALE_AT_MOST
        if remembered is not None and age < FRESH:
            return remembered.client
        try:
            client = await self._read(client_id)
        except Unavailable:
            if remembered is None or age >= STALE_AT_MOST:
                raise
            return remembered.client
        self._remember(client_id, client)
        return client

    async def claim(self, client_id: str, organisation_id: str, *, write_id: str) -> None:
        """Take a client id for an organisation, or find that it has it. Raises AlreadyThere when another has."""
        partition = await self._partition(client_id)
        claim = Insert(layout.CLIENT, records.from_owner(organisation_id, self._now()))
        self._remembered.pop(client_id, None)
        try:
            await self._shelf.write(layout.DIRECTORY, partition, [claim], write_id=write_id)
        except AlreadyThere:
            row = await self._shelf.get(layout.DIRECTORY, partition, layout.CLIENT)
            if row is None or records.to_owner(row) != organisation_id:
                raise

    async def _read(self, client_id: str) -> Client | None:
        row = await self._shelf.get(layout.DIRECTORY, await self._partition(client_id), layout.CLIENT)
        return await self._organisations.client(client_id, records.to_owner(row)) if row else None

    async def _partition(self, client_id: str) -> str:
        ring = await self._keys.ring()
        return layout.directory_partition(ring.directory_hash("client", client_id))

    def _remember(self, client_id: str, client: Client | None) -> None:
        self._remembered[client_id] = _Remembered(client, self._monotonic())
        self._remembered.move_to_end(client_id)
        while len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)
