"""The life of one queue trigger (QueueListener, QueueProcessor): take a batch, call the function, delete, give back or bury.

A message that fails is given back until it was taken `maxDequeueCount` times, then it moves to `<queue>-poison`; so does, at
once, one that cannot be decoded.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress

from azure.core.exceptions import AzureError, HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.storage.queue import QueueMessage
from azure.storage.queue.aio import QueueClient

from devhost.host.queues.backoff import LONGEST_HERE, Backoff
from devhost.host.queues.message import Message, decoded, seen
from devhost.host.queues.options import QueueOptions
from devhost.host.stopping import Stopping

VISIBILITY_SECONDS = 600
"""How long a message is ours; renewed at half-time while its function runs."""

type Call = Callable[[Message], Awaitable[bool]]


class QueueListener:
    """A queue of this host. `call` runs the function and says whether it succeeded; `poison` is None for a poison queue."""

    def __init__(
        self,
        queue: QueueClient,
        poison: QueueClient | None,
        *,
        call: Call,
        options: QueueOptions,
        stopping: Stopping,
        visibility: int = VISIBILITY_SECONDS,
    ) -> None:
        self._queue = queue
        self._poison = poison
        self._call = call
        self._options = options
        self._stopping = stopping
        self._visibility = visibility
        self._backoff = Backoff(min(options.max_polling_interval, LONGEST_HERE))
        self._under_way: set[asyncio.Task[None]] = set()
        self._away = False

    async def run(self) -> None:
        """Take and work messages until the host ends; what is under way then is waited for, or cancelled and given back."""
        try:
            while not self._stopping.asked:
                await self._take()
            await asyncio.gather(*self._under_way)
        finally:
            under_way = list(self._under_way)
            for one in under_way:
                one.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

    async def _take(self) -> None:
        batch = await self._batch()
        if not batch:
            await self._stopping.nap(self._backoff.pause())
            return
        self._backoff.found()
        for message in batch:
            task = asyncio.create_task(self._process(message))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        while len(self._under_way) > self._options.new_batch_threshold and not self._stopping.asked:
            await asyncio.wait(self._under_way, timeout=1, return_when=asyncio.FIRST_COMPLETED)

    async def _batch(self) -> list[QueueMessage]:
        pages = self._queue.receive_messages(
            messages_per_page=self._options.batch_size, visibility_timeout=self._visibility
        ).by_page()
        found: list[QueueMessage] = []
        away = False
        try:
            found = [message async for message in await anext(pages)]
        except (ResourceNotFoundError, StopAsyncIteration):
            pass  # nothing there ends the paging; a queue that is not there is an empty one
        except AzureError:
            away = True  # what is under way goes on
        if away and not self._away:
            print(f"queue {self._queue.queue_name}: storage does not answer", file=sys.stderr, flush=True)
        self._away = away
        return found

    async def _process(self, message: QueueMessage) -> None:
        try:
            await self._decide(message)
        except HttpResponseError as refused:
            # Somebody else has taken the message over, or it is gone: then it is theirs.
            self._complain(message, f"could not be finished ({getattr(refused, 'error_code', '')})")

    async def _decide(self, message: QueueMessage) -> None:
        text = decoded(message.content, base64_encoded=self._options.base64)
        if text is None:
            self._complain(message, "is not Base64, as messageEncoding says")
            await self._bury(message)
            return
        tries = message.dequeue_count or 0
        if tries > self._options.max_dequeue_count:
            await self._bury(message)
        elif await self._called(message, seen(message, text)):
            await self._queue.delete_message(message.id, message.pop_receipt)
        elif tries >= self._options.max_dequeue_count:
            await self._bury(message)
        elif self._poison is not None:
            await self._give_back(message, self._options.visibility_timeout)
        # A poison queue's own message stays invisible for a while: else it would fail in a fast loop.

    async def _called(self, message: QueueMessage, what: Message) -> bool:
        over = asyncio.Event()
        renewing = asyncio.create_task(self._renew(message, over))
        try:
            return await self._call(what)
        except asyncio.CancelledError:
            await self._give_back(message, 0)
            raise
        finally:
            # Not cancelled: a renewal under way brings the receipt without which the message cannot be deleted.
            over.set()
            await asyncio.gather(renewing, return_exceptions=True)

    async def _renew(self, message: QueueMessage, over: asyncio.Event) -> None:
        while not over.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(self._visibility / 2):
                    await over.wait()
                return
            await self._give_back(message, self._visibility)

    async def _give_back(self, message: QueueMessage, seconds: float) -> None:
        """Let it be seen again after so long. The receipt changes each time."""
        renewed = await self._queue.update_message(message.id, message.pop_receipt, visibility_timeout=int(seconds))
        message.pop_receipt = renewed.pop_receipt

    async def _bury(self, message: QueueMessage) -> None:
        if self._poison is None:
            return
        self._complain(message, f"goes to {self._poison.queue_name}")
        try:
            await self._poison.send_message(message.content)
        except ResourceNotFoundError:
            with suppress(ResourceExistsError):
                await self._poison.create_queue()
            await self._poison.send_message(message.content)
        await self._queue.delete_message(message.id, message.pop_receipt)

    def _complain(self, message: QueueMessage, what: str) -> None:
        print(f"queue {self._queue.queue_name}: message {message.id} {what}", file=sys.stderr, flush=True)


def poison_name(queue: str) -> str | None:
    """Name where a queue's poison goes; a poison queue has none, nor one whose name would be too long."""
    name = f"{queue}-poison"
    return None if queue.endswith("-poison") or len(name) > 63 else name  # noqa: PLR2004 - a queue's longest name
