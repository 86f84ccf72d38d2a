"""The shelf on Azure Tables: the one file that asks its SDK for anything, tries again, and knows its own lost writes.

A write whose answer was lost is tried again and then meets itself: a row that exists, an ETag that moved. It is known
by the `write_id` on a row the batch inserted (nobody overwrites such a row) or reserved, never taken for a rival's.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, Final

from shared.domain.errors import AlreadyThere, Conflict, Unavailable
from shared.domain.rows import (
    WRITE_ID,
    Change,
    Insert,
    Place,
    Row,
    bears_write_id,
    check_changes,
    check_drop,
    check_keys,
)
from shared.storage.judging import RefusedError, judge, sdk_error
from shared.storage.transport import LostError, Patience
from shared.storage.turns import Turns
from shared.storage.wire import Wire

if TYPE_CHECKING:
    from azure.core.async_paging import AsyncItemPaged
    from azure.core.credentials_async import AsyncTokenCredential
    from azure.core.pipeline.transport import AsyncHttpTransport
    from azure.data.tables import TableEntity
    from azure.data.tables.aio import TableClient, TableServiceClient

type Account = str | tuple[str, AsyncTokenCredential]
"""A connection string, or the tables' address and who we are."""

MOST_ROWS: Final = 10_000
"""What one range read may give: ten pages. More is a range that should never have been read in one go."""


class Tables:
    """A Shelf on an Azure Storage account. Opens its connections at the first call, on the loop that makes it.

    `random` (0 ≤ x < 1) spreads what is tried again; without it every pause is the longest.
    """

    def __init__(
        self,
        account: Account,
        *,
        transport: "AsyncHttpTransport[Any, Any] | None" = None,
        random: Callable[[], float] = lambda: 1.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        timeout: float = 5.0,
        prefix: str = "",
    ) -> None:
        self._account = account
        self._transport = transport
        self._patience = Patience(random, sleep)
        self._timeout = timeout
        self._prefix = prefix
        self._turns = Turns()
        self._service: TableServiceClient | None = None
        self._clients: dict[str, TableClient] = {}
        self._wire = Wire(account, transport)

    async def get(self, table: str, partition: str, row: str) -> Row | None:
        """Read one row: one call."""
        check_keys(partition, row)

        async def attempt(_: int) -> Row | None:
            try:
                return await self._in_time(self._wire.get(self._prefix + table, partition, row))
            except RefusedError:
                return None

        return await self._patience.through(attempt)

    async def span(self, table: str, partition: str, first: str, last: str) -> tuple[Row, ...]:
        """Read the rows from `first` to `last`, both included, in order: one call for each thousand."""
        check_keys(partition, first, last)
        token = ""
        rows: list[Row] = []

        async def attempt(_: int) -> tuple[list[Row], str]:
            return await self._in_time(self._wire.page(self._prefix + table, partition, first, last, token))

        while len(rows) < MOST_ROWS:
            found, token = await self._patience.through(attempt)
            rows += found
            if not token:
                return tuple(rows)
        raise Unavailable(f"{table}: a range holds more than {MOST_ROWS} rows")

    async def before(self, table: str, partition: str) -> tuple[Place, ...]:
        """Name rows of the partitions that sort before one: one call for a thousand, and nothing else is read."""
        check_keys(partition)
        pages = self._client(table).query_entities(
            "PartitionKey lt @partition", parameters={"partition": partition}, select=["PartitionKey", "RowKey"]
        )
        found, token = await self._page(pages, None)
        while not found and token:  # a page may come back empty where many rows have gone
            found, token = await self._page(pages, token)
        return tuple(Place(entity["PartitionKey"], entity["RowKey"]) for entity in found)

    async def write(self, table: str, partition: str, changes: Sequence[Change], *, write_id: str) -> None:
        """Make all changes or none: one call. Raises AlreadyThere, Conflict or Unavailable."""
        check_changes(partition, changes, write_id=write_id)

        async def attempt(number: int) -> None:
            try:
                await self._in_time(self._wire.write(self._prefix + table, partition, changes, write_id))
            except RefusedError as refused:
                if number > 1 and await self._is_ours(table, partition, changes, write_id):
                    return
                raise _conflict(table, changes, refused) from refused

        await self._patience.through(attempt)

    async def drop(self, table: str, partition: str, rows: Sequence[str]) -> bool:
        """Take away rows whatever is in them: one call. False when some were gone: then nothing was done."""
        check_drop(partition, rows)
        client = self._client(table)
        changes = [("delete", {"PartitionKey": partition, "RowKey": row}) for row in rows]

        async def attempt(_: int) -> bool:
            try:
                await self._send(client.submit_transaction(changes))
            except RefusedError:
                return False
            return True

        return await self._patience.through(attempt)

    def turn(self, table: str, partition: str) -> AbstractAsyncContextManager[None]:
        """Wait for one's turn on a partition inside this process."""
        return self._turns.turn((table, partition))

    async def create(self, *tables: str) -> None:
        """Make tables that are missing: for those who set an environment up, never for a request."""
        for client in map(self._client, tables):

            async def attempt(_: int, client: "TableClient" = client) -> object:
                return await self._send(client.create_table())

            try:
                await self._patience.through(attempt)
            except RefusedError as refused:
                if refused.code != "TableAlreadyExists":
                    raise Unavailable(f"a table cannot be made: {refused.code}") from refused

    async def aclose(self) -> None:
        """Close the connections."""
        await self._wire.aclose()
        service, self._service = self._service, None
        self._clients.clear()
        if service is not None:
            await service.close()

    async def _is_ours(self, table: str, partition: str, changes: Sequence[Change], write_id: str) -> bool:
        for change in changes:
            if bears_write_id(change):
                found = await self.get(table, partition, change.row)
                if found is not None and found.fields.get(WRITE_ID) == write_id:
                    return True
        return False

    async def _page(
        self, pages: "AsyncItemPaged[TableEntity]", token: str | None
    ) -> "tuple[list[TableEntity], str | None]":
        async def attempt(_: int) -> "tuple[list[TableEntity], str | None]":
            page = pages.by_page(continuation_token=token)
            found = await self._send(anext(page))
            return [entity async for entity in found], getattr(page, "continuation_token", None)

        return await self._patience.through(attempt)

    async def _in_time[T](self, call: Awaitable[T]) -> T:
        try:
            async with asyncio.timeout(self._timeout):
                return await call
        except TimeoutError as error:
            raise LostError("no answer in time", waited=self._timeout) from error

    async def _send[T](self, call: Awaitable[T]) -> T:
        try:
            return await self._in_time(call)
        except sdk_error() as error:
            raise judge(error) from error

    def _client(self, table: str) -> "TableClient":
        if table not in self._clients:
            self._service = self._service or _open(self._account, self._transport)
            self._clients[table] = self._service.get_table_client(self._prefix + table)
        return self._clients[table]


def _open(account: Account, transport: "AsyncHttpTransport[Any, Any] | None") -> "TableServiceClient":
    # The SDK costs a third of a second of CPU: no request needs it, only those who set an environment up.
    from azure.data.tables.aio import TableServiceClient  # noqa: PLC0415 - see above

    # It logs the address of every call, and addresses hold keys.
    logging.getLogger("azure.core.pipeline.policies.http_logging_policy").setLevel(logging.WARNING)
    if isinstance(account, str):
        return TableServiceClient.from_connection_string(account, transport=transport, retry_total=0)
    endpoint, credential = account
    return TableServiceClient(endpoint, credential=credential, transport=transport, retry_total=0)


def _conflict(table: str, changes: Sequence[Change], refused: RefusedError) -> Conflict:
    met = changes[refused.index] if refused.index < len(changes) else changes[0]
    if refused.code == "EntityAlreadyExists" and isinstance(met, Insert):
        return AlreadyThere(f"{table}: it is there already", row=met.row)
    return Conflict(f"{table}: {refused.code}")
