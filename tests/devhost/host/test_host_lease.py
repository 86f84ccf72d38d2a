"""One host at a time: who waits gets the lease when it is free, and who loses it stops ([src] SingletonManager)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import uuid4

import pytest
from azure.core.exceptions import ResourceExistsError
from azure.storage.blob.aio import BlobClient, BlobLeaseClient, BlobServiceClient

from devhost.host.lease import LeaseLostError, while_held
from devhost.host.stopping import Stopping

pytestmark = pytest.mark.slow


@pytest.fixture
async def blob(azurite: str) -> AsyncIterator[BlobClient]:
    async with BlobServiceClient.from_connection_string(azurite) as service:
        container = service.get_container_client("azure-webjobs-hosts")
        with suppress(ResourceExistsError):
            await container.create_container()
        yield container.get_blob_client(f"locks/tests/{uuid4().hex}")


async def test_who_waits_works_when_the_other_has_ended(blob: BlobClient) -> None:
    told: list[str] = []
    begun, done = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        told.append("first begins")
        begun.set()
        await done.wait()
        told.append("first ends")

    async def second() -> None:
        told.append("second begins")

    one = asyncio.create_task(while_held(blob, first, stopping=Stopping(), seconds=15))
    await begun.wait()
    other = asyncio.create_task(while_held(blob, second, stopping=Stopping(), seconds=15, poll=0.02))
    await asyncio.sleep(0.3)
    done.set()
    await asyncio.gather(one, other)

    assert told == ["first begins", "first ends", "second begins"]


async def test_who_waits_is_over_at_once_when_the_host_ends(blob: BlobClient) -> None:
    await blob.upload_blob(b"")
    await blob.acquire_lease(lease_duration=15)
    stopping = Stopping()

    async def work() -> None:
        raise AssertionError("the lease is another's")

    waiting = asyncio.create_task(while_held(blob, work, stopping=stopping, seconds=15, poll=60))
    await asyncio.sleep(0.1)
    stopping.ask()
    await asyncio.wait_for(waiting, 5)


async def test_who_loses_the_lease_is_cut_off(blob: BlobClient) -> None:
    told: list[str] = []

    async def work() -> None:
        await BlobLeaseClient(blob).break_lease(lease_break_period=0)
        told.append("taken away")
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            told.append("cut off")
            raise

    with pytest.raises(LeaseLostError):
        await while_held(blob, work, stopping=Stopping(), seconds=15)

    assert told == ["taken away", "cut off"]


async def test_a_lease_is_let_go_when_the_work_is_cancelled(blob: BlobClient) -> None:
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        await asyncio.sleep(60)

    working = asyncio.create_task(while_held(blob, work, stopping=Stopping(), seconds=15))
    await begun.wait()
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working

    assert (await blob.get_blob_properties()).lease.state == "available"
