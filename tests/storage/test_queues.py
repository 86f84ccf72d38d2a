"""The queue of letters on the real SDK when the network is not kind: a message put twice is better than none."""

from base64 import b64decode
from collections.abc import AsyncIterator

import pytest

from shared.domain.errors import Unavailable
from shared.domain.times import MINUTE
from shared.storage.queues import QueuePost
from tests.storage.queue_bench import Bench, queue_bench
from tests.transport import faults
from tests.transport.faults import Fault

pytestmark = pytest.mark.slow


@pytest.fixture
async def bench(azurite: str) -> AsyncIterator[Bench]:
    async with queue_bench(azurite) as made:
        yield made


async def test_a_message_is_one_call_and_lies_there_as_base64(bench: Bench) -> None:
    await bench.post.put("a message", delay=0)

    [lying] = await bench.look.peek_messages()
    assert b64decode(lying.content) == b"a message"
    assert len(bench.wire.calls) == 1


async def test_a_message_for_later_is_not_seen_before(bench: Bench) -> None:
    await bench.post.put("a message", delay=MINUTE)

    assert await bench.look.peek_messages() == []
    assert await bench.there() == 1


@pytest.mark.parametrize(
    ("fault", "messages"),
    [
        (faults.lost_before(), 1),
        (faults.lost_after(), 2),
        (faults.too_many(retry_after=1), 1),
        (faults.busy(), 1),
        (faults.slow(0.01), 1),
    ],
    ids=["lost before", "lost after", "429", "503", "slow"],
)
async def test_invariant_15_a_fault_is_noticed_by_nobody(bench: Bench, fault: Fault, messages: int) -> None:
    bench.wire.plan(1, fault)

    await bench.post.put("a message", delay=0)

    assert await bench.there() == messages
    assert len(bench.wire.failed) == 1


async def test_a_queue_that_says_when_to_come_back_is_heard(bench: Bench) -> None:
    bench.wire.plan(1, faults.too_many(retry_after=3))

    await bench.post.put("a message", delay=0)

    assert bench.pauses == [3.0]


async def test_after_five_tries_the_queue_is_unavailable(bench: Bench) -> None:
    bench.wire.plan_all(lambda _: faults.busy())

    with pytest.raises(Unavailable):
        await bench.post.put("a message", delay=0)

    assert len(bench.wire.calls) == 5
    assert await bench.there() == 0


async def test_a_queue_that_is_not_there_is_not_set_up(azurite: str) -> None:
    post = QueuePost(azurite, queue="nowhere")

    with pytest.raises(Unavailable, match="not set up"):
        await post.put("a message", delay=0)
    await post.aclose()
