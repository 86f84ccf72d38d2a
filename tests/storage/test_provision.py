"""A new environment gets all its places, and an old one keeps what it has."""

import asyncio

import pytest
from azure.data.tables.aio import TableServiceClient
from azure.storage.blob.aio import BlobServiceClient
from azure.storage.queue.aio import QueueServiceClient

from shared.domain.rows import Insert
from shared.storage.layout import ACCOUNTS, CONTAINERS, QUEUES, TABLES
from shared.storage.provision import provision
from shared.storage.tables import Tables


@pytest.mark.slow
async def test_every_place_of_the_layout_is_made(azurite: str) -> None:
    await asyncio.gather(provision(azurite), provision(azurite))

    async with TableServiceClient.from_connection_string(azurite) as tables:
        assert {table.name async for table in tables.list_tables()} >= set(TABLES)
    async with BlobServiceClient.from_connection_string(azurite) as blobs:
        assert {container.name async for container in blobs.list_containers()} >= set(CONTAINERS)
    async with QueueServiceClient.from_connection_string(azurite) as queues:
        assert {queue.name async for queue in queues.list_queues()} >= set(QUEUES)


@pytest.mark.slow
async def test_made_again_it_keeps_what_is_there(azurite: str, partition: str) -> None:
    await provision(azurite)
    tables = Tables(azurite)
    await tables.write(ACCOUNTS, partition, [Insert("0-state", {})], write_id="wri_1")

    await provision(azurite)

    assert await tables.get(ACCOUNTS, partition, "0-state") is not None
    await tables.aclose()
