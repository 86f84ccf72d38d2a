"""The listeners on their storage: one for each timer and queue, started again when storage was away."""

import asyncio
import sys
import traceback
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from datetime import datetime

from azure.core.exceptions import AzureError, ResourceExistsError
from azure.storage.blob.aio import BlobServiceClient, ContainerClient
from azure.storage.queue.aio import QueueServiceClient

from devhost.host.background import call_queue, call_timer
from devhost.host.functions import QueueFunction, TimerFunction
from devhost.host.lease import LeaseLostError, while_held
from devhost.host.queues.listener import QueueListener, poison_name
from devhost.host.queues.message import Message
from devhost.host.settings import Settings
from devhost.host.stopping import Stopping
from devhost.host.timers.listener import TimerListener
from devhost.host.timers.store import StatusStore, lock_blob

CONTAINER = "azure-webjobs-hosts"
LONGEST_PAUSE = 30.0


async def listen(
    timers: list[TimerFunction],
    queues: list[QueueFunction],
    *,
    settings: Settings,
    host_id: str,
    now: Callable[[], datetime],
    stopping: Stopping,
) -> None:
    """Run every listener until the host ends."""
    async with AsyncExitStack() as opened, asyncio.TaskGroup() as together:
        if timers:
            storage = settings.connection("Storage") or ""
            blobs = await opened.enter_async_context(BlobServiceClient.from_connection_string(storage))
            container = blobs.get_container_client(CONTAINER)
        for timer in timers:
            run = _timer(timer, container, host_id=host_id, now=now, stopping=stopping)
            together.create_task(_supervised(f"timer {timer.name}", run, stopping))
        for queue in queues:
            connection = settings.connection(queue.connection) or ""
            service = await opened.enter_async_context(QueueServiceClient.from_connection_string(connection))
            together.create_task(
                _supervised(f"queue {queue.queue}", _queue(queue, service, settings, stopping), stopping)
            )


def _timer(
    function: TimerFunction,
    container: ContainerClient,
    *,
    host_id: str,
    now: Callable[[], datetime],
    stopping: Stopping,
) -> Callable[[], Awaitable[None]]:
    async def fire(timer: str) -> None:
        await call_timer(function, timer)

    store = StatusStore(container, host_id=host_id, function=function.name)
    lock = lock_blob(container, host_id=host_id, function=function.name)
    listener = TimerListener(function, store=store, fire=fire, now=now, stopping=stopping)

    async def run() -> None:
        with suppress(ResourceExistsError):
            await container.create_container()
        await while_held(lock, listener.run, stopping=stopping)

    return run


def _queue(
    function: QueueFunction, service: QueueServiceClient, settings: Settings, stopping: Stopping
) -> Callable[[], Awaitable[None]]:
    async def call(message: Message) -> bool:
        return await call_queue(function, message)

    poison = poison_name(function.queue)
    listener = QueueListener(
        service.get_queue_client(function.queue),
        None if poison is None else service.get_queue_client(poison),
        call=call,
        options=settings.queues,
        stopping=stopping,
    )
    return listener.run


async def _supervised(what: str, run: Callable[[], Awaitable[None]], stopping: Stopping) -> None:
    """Run a listener again when storage was away or its lease was lost, after a pause that grows."""
    pause = 1.0
    while not stopping.asked:
        try:
            await run()
        except (AzureError, LeaseLostError) as gone:
            print(f"{what} waits: {type(gone).__name__}", file=sys.stderr, flush=True)
        except Exception:  # noqa: BLE001 - one listener's fault must not end the others
            print(f"{what} failed:\n{traceback.format_exc().rstrip()}", file=sys.stderr, flush=True)
        await stopping.nap(pause)
        pause = min(pause * 2, LONGEST_PAUSE)
