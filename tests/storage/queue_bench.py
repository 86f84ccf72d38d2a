"""A queue of its own on the emulator, the wire beneath the post that fills it, and a look into it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import uuid4

from azure.storage.queue.aio import QueueClient

from shared.storage.queues import QueuePost
from tests.transport.faults import CountingTransport


@dataclass
class Bench:
    """The queue, the wire beneath it, its pauses, and a look into it."""

    post: QueuePost
    wire: CountingTransport
    look: QueueClient
    pauses: list[float] = field(default_factory=list)

    async def there(self) -> int:
        """Count the messages, those that nobody may see yet among them."""
        return (await self.look.get_queue_properties()).approximate_message_count or 0


@asynccontextmanager
async def queue_bench(azurite: str) -> AsyncIterator[Bench]:
    """Make the queue, and pause between two tries without waiting."""
    name, wire, pauses = f"q{uuid4().hex}", CountingTransport(), list[float]()

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    post = QueuePost(azurite, queue=name, transport=wire, sleep=pause, timeout=30.0)
    async with QueueClient.from_connection_string(azurite, name) as look:
        await look.create_queue()
        yield Bench(post, wire, look, pauses)
    await post.aclose()
