"""One queue listener on a real queue: renewal, how many at once, a poison queue's own messages ([src] QueueListener)."""

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from uuid import uuid4

import pytest
from azure.core.exceptions import ResourceNotFoundError
from azure.storage.queue.aio import QueueClient, QueueServiceClient

from devhost.host.queues.listener import QueueListener
from devhost.host.queues.message import Message
from devhost.host.queues.options import QueueOptions
from devhost.host.stopping import Stopping

pytestmark = pytest.mark.slow


@dataclass
class Scene:
    queue: QueueClient
    poison: QueueClient
    options: QueueOptions = field(default_factory=QueueOptions)
    stopping: Stopping = field(default_factory=Stopping)
    called: list[Message] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    async def send(self, *texts: str) -> None:
        for text in texts:
            await self.queue.send_message(base64.b64encode(text.encode()).decode())

    async def live(
        self,
        work: Callable[[Message], Awaitable[bool]],
        *,
        calls: int,
        visibility: int = 60,
        has_poison: bool = True,
        longer: float = 0.0,
    ) -> None:
        """Let the listener live until so many calls were made, and a little longer."""

        async def call(message: Message) -> bool:
            self.called.append(message)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            try:
                return await work(message)
            finally:
                self.at_once -= 1

        listener = QueueListener(
            self.queue,
            self.poison if has_poison else None,
            call=call,
            options=self.options,
            stopping=self.stopping,
            visibility=visibility,
        )
        living = asyncio.create_task(listener.run())
        async with asyncio.timeout(30):
            while len(self.called) < calls:
                await self.stopping.nap(0.02)
            await self.stopping.nap(longer)
            self.stopping.ask()
            await living

    async def left(self, queue: QueueClient) -> int:
        """Count what a queue holds, seen or unseen."""
        try:
            return int((await queue.get_queue_properties()).approximate_message_count or 0)
        except ResourceNotFoundError:
            return 0


@pytest.fixture
async def scene(azurite: str) -> AsyncIterator[Scene]:
    name = f"q-{uuid4().hex[:12]}"
    async with QueueServiceClient.from_connection_string(azurite) as service:
        queue = await service.create_queue(name)
        yield Scene(queue, service.get_queue_client(f"{name}-poison"))
        with suppress(ResourceNotFoundError):
            await queue.delete_queue()


async def test_a_message_stays_ours_for_as_long_as_its_function_runs(scene: Scene) -> None:
    async def work(_: Message) -> bool:
        await asyncio.sleep(5)
        return True

    await scene.send("long")
    await scene.live(work, calls=1, visibility=2, longer=6)

    assert len(scene.called) == 1
    assert await scene.left(scene.queue) == 0


async def test_no_more_are_worked_at_once_than_a_batch_and_the_threshold(scene: Scene) -> None:
    all_were_called = asyncio.Event()

    async def work(message: Message) -> bool:
        if len(scene.called) == 20:
            all_were_called.set()
        # Two of them take so long that the others come and go beside them.
        await (all_were_called.wait() if message.text in {"0", "1"} else asyncio.sleep(0.05))
        return True

    scene.options = replace(scene.options, batch_size=4, new_batch_threshold=2)
    await scene.send(*(str(number) for number in range(20)))
    await scene.live(work, calls=20)

    assert scene.most_at_once == 4 + 2
    assert await scene.left(scene.queue) == 0


async def test_a_message_given_back_is_seen_again_after_the_visibility_timeout(scene: Scene) -> None:
    async def work(message: Message) -> bool:
        return message.dequeue_count == 2

    scene.options = replace(scene.options, visibility_timeout=2)
    await scene.send("again")
    await scene.live(work, calls=1, longer=0.5)
    assert [message.dequeue_count for message in scene.called] == [1]

    scene.stopping = Stopping()
    await scene.live(work, calls=2)
    assert [message.dequeue_count for message in scene.called] == [1, 2]
    assert await scene.left(scene.queue) == 0


async def test_a_poison_queues_own_failure_stays_unseen_instead_of_looping(scene: Scene) -> None:
    async def work(_: Message) -> bool:
        return False

    scene.options = replace(scene.options, max_dequeue_count=1)
    await scene.send("bad")
    await scene.live(work, calls=1, has_poison=False, longer=1)

    assert len(scene.called) == 1
    assert await scene.left(scene.queue) == 1


async def test_a_message_taken_too_often_is_buried_without_being_worked(scene: Scene) -> None:
    async def work(_: Message) -> bool:
        return True

    await scene.send("taken by those who died")
    for _ in range(2):
        taken = await scene.queue.receive_message(visibility_timeout=60)
        assert taken is not None
        await scene.queue.update_message(taken.id, taken.pop_receipt, visibility_timeout=0)
    scene.options = replace(scene.options, max_dequeue_count=2)
    await scene.live(work, calls=0, longer=1)

    assert scene.called == []
    assert await scene.left(scene.queue) == 0
    assert await scene.left(scene.poison) == 1
