"""Make the tables, containers and queues of an environment that has none yet: locally; in Azure, Bicep does."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress

from azure.core.exceptions import ResourceExistsError
from azure.storage.blob.aio import BlobServiceClient
from azure.storage.queue.aio import QueueServiceClient

from shared.storage.layout import CONTAINERS, QUEUES, TABLES
from shared.storage.tables import Tables


async def provision(connection_string: str) -> None:
    """Make what is missing. Safe to run again, and beside itself."""
    await asyncio.gather(_tables(connection_string), _containers(connection_string), _queues(connection_string))


async def _tables(connection_string: str) -> None:
    tables = Tables(connection_string)
    try:
        await asyncio.gather(*(tables.create(name) for name in TABLES))
    finally:
        await tables.aclose()


async def _containers(connection_string: str) -> None:
    async with BlobServiceClient.from_connection_string(connection_string) as blobs:
        await asyncio.gather(*(_once(blobs.create_container(name)) for name in CONTAINERS))


async def _queues(connection_string: str) -> None:
    async with QueueServiceClient.from_connection_string(connection_string) as queues:
        await asyncio.gather(*(_once(queues.create_queue(name)) for name in QUEUES))


async def _once(creation: Awaitable[object]) -> None:
    with suppress(ResourceExistsError):
        await creation
