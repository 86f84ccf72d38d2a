"""One transport fails every service we use, under the service's own client: tables, blobs, queues, the vault."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError, ServiceRequestError, ServiceResponseError
from azure.core.pipeline.transport import AioHttpTransport
from azure.data.tables.aio import TableServiceClient
from azure.keyvault.secrets.aio import SecretClient
from azure.storage.blob.aio import BlobServiceClient
from azure.storage.queue.aio import QueueServiceClient

from shared.crypto.local_credential import LocalCredential
from tests.services import RunningVault
from tests.transport import faults
from tests.transport.faults import CountingTransport

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Service:
    """Something that can be put to a service, and whether it is there, by a client that does not try again."""

    wire: CountingTransport
    put: Callable[[], Awaitable[object]]
    is_there: Callable[[], Awaitable[bool]]
    aclose: Callable[[], Awaitable[None]]


async def tables(azurite: str, _vault: RunningVault, name: str) -> Service:
    wire = CountingTransport()
    client = TableServiceClient.from_connection_string(azurite, transport=wire, retry_total=0)
    table = await client.create_table_if_not_exists(name)
    entity = {"PartitionKey": "a", "RowKey": "b"}
    return Service(
        wire,
        lambda: table.create_entity(entity),
        lambda: _found(table.get_entity("a", "b")),
        client.close,
    )


async def blobs(azurite: str, _vault: RunningVault, name: str) -> Service:
    wire = CountingTransport()
    client = BlobServiceClient.from_connection_string(azurite, transport=wire, retry_total=0)
    await client.create_container(name)
    blob = client.get_blob_client(name, "folder/blob")
    return Service(wire, lambda: blob.upload_blob(b"content"), blob.exists, client.close)


async def queues(azurite: str, _vault: RunningVault, name: str) -> Service:
    wire = CountingTransport()
    client = QueueServiceClient.from_connection_string(azurite, transport=wire, retry_total=0)
    queue = await client.create_queue(name)

    async def is_there() -> bool:
        return len(await queue.peek_messages()) > 0

    return Service(wire, lambda: queue.send_message("a message"), is_there, client.close)


async def secrets(_azurite: str, vault: RunningVault, name: str) -> Service:
    wire = CountingTransport(AioHttpTransport(connection_verify=str(vault.ca)))
    client = SecretClient(
        vault.url,
        LocalCredential(vault.token),
        transport=wire,
        retry_total=0,
        verify_challenge_resource=False,
    )
    # The first call asks who is to be asked for a token.
    await _found(client.get_secret(name))
    return Service(
        wire, lambda: client.set_secret(name, "a secret"), lambda: _found(client.get_secret(name)), client.close
    )


async def _found(read: Awaitable[object]) -> bool:
    try:
        await read
    except ResourceNotFoundError:
        return False
    return True


SERVICES = {"tables": tables, "blobs": blobs, "queues": queues, "vault": secrets}


@pytest.fixture(params=SERVICES)
async def service(request: pytest.FixtureRequest, azurite: str, vault: RunningVault) -> AsyncIterator[Service]:
    opened = await SERVICES[request.param](azurite, vault, f"t{uuid4().hex}")
    opened.wire.reset()
    yield opened
    await opened.aclose()
    await opened.wire.close()


async def test_a_call_is_counted(service: Service) -> None:
    await service.put()

    assert len(service.wire.calls) == 1
    assert service.wire.failed == []


async def test_a_call_that_was_lost_before_it_arrived_did_nothing(service: Service) -> None:
    service.wire.plan(1, faults.lost_before())

    with pytest.raises(ServiceRequestError):
        await service.put()
    assert not await service.is_there()


async def test_a_call_whose_answer_was_lost_was_done(service: Service) -> None:
    service.wire.plan(1, faults.lost_after())

    with pytest.raises(ServiceResponseError):
        await service.put()
    assert await service.is_there()


@pytest.mark.parametrize(
    ("fault", "status"),
    [(faults.too_many(retry_after=7), 429), (faults.busy(retry_after=7), 503)],
    ids=["429", "503"],
)
async def test_a_call_that_is_told_later_did_nothing_and_is_told_when(
    service: Service, fault: faults.Fault, status: int
) -> None:
    service.wire.plan(1, fault)

    with pytest.raises(HttpResponseError) as refused:
        await service.put()
    answer: Any = refused.value.response
    assert (answer.status_code, answer.headers["Retry-After"]) == (status, "7")
    assert not await service.is_there()


async def test_a_slow_call_is_done_in_the_end(service: Service) -> None:
    service.wire.plan(1, faults.slow(0.05))
    under_way = asyncio.ensure_future(_awaited(service.put()))
    await asyncio.sleep(0)
    await asyncio.sleep(0.01)

    assert not under_way.done()
    await under_way
    assert await service.is_there()


async def _awaited(call: Awaitable[object]) -> object:
    return await call


async def test_the_second_call_alone_fails_when_it_is_the_one_that_was_meant(service: Service) -> None:
    service.wire.plan(2, faults.busy())

    assert not await service.is_there()
    with pytest.raises(HttpResponseError):
        await service.put()
    await service.put()
    assert [call.method for call in service.wire.failed] == [service.wire.calls[1].method]
