"""The parts of a queue trigger that need no queue: options, pauses, decoding ([src] QueuesOptions and its neighbours)."""

import base64

import pytest

from devhost.host.queues.backoff import Backoff
from devhost.host.queues.listener import poison_name
from devhost.host.queues.message import decoded
from devhost.host.queues.options import OptionsError, QueueOptions, queue_options


def test_the_defaults_are_the_hosts() -> None:
    assert queue_options({}) == QueueOptions(16, 8, 5, 0.0, 60.0, base64=True)


def test_what_host_json_says_is_read() -> None:
    stated = {
        "batchSize": 32,
        "maxDequeueCount": 2,
        "visibilityTimeout": "00:00:30",
        "maxPollingInterval": "00:00:00.250",
        "messageEncoding": "none",
    }

    assert queue_options(stated) == QueueOptions(32, 16, 2, 30.0, 0.25, base64=False)
    assert queue_options({"newBatchThreshold": 0}).new_batch_threshold == 0


@pytest.mark.parametrize(
    ("stated", "why"),
    [
        ({"batchSize": 33}, "batchSize must be 1 to 32"),
        ({"batchSize": 0}, "batchSize must be 1 to 32"),
        ({"batchSize": "8"}, "batchSize must be 1 to 32"),
        ({"maxDequeueCount": 0}, "maxDequeueCount must be 1"),
        ({"newBatchThreshold": -1}, "newBatchThreshold must be 0"),
        ({"visibilityTimeout": 30}, "visibilityTimeout must be a time span"),
        ({"maxPollingInterval": "00:00:00.050"}, "100 ms or more"),
        ({"messageEncoding": "Base64"}, "base64 or none"),
    ],
)
def test_what_the_host_would_not_take_is_refused(stated: dict[str, object], why: str) -> None:
    with pytest.raises(OptionsError, match=why):
        queue_options(stated)


def test_an_empty_queue_is_left_alone_for_twice_as_long_each_time_and_never_for_longer_than_said() -> None:
    backoff = Backoff(longest=2.0)
    pauses = [backoff.pause() for _ in range(12)]

    assert pauses[0] == 0.1
    assert 0.18 <= pauses[1] <= 0.22
    assert pauses == sorted(pauses)
    assert pauses[-1] == 2.0

    backoff.found()
    assert backoff.pause() == 0.1


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (base64.b64encode(b"naive").decode(), "naive"),
        (base64.b64encode("naïve ☕".encode()).decode(), "naïve ☕"),
        ("", ""),
        (base64.b64encode(b"\xff").decode(), "\ufffd"),
        ("plain text", None),
        ("abc", None),
        ("a=b=", None),
        ("naïve", None),
    ],
)
def test_a_message_is_base64_unless_host_json_says_none(content: str, text: str | None) -> None:
    assert decoded(content, base64_encoded=True) == text
    assert decoded(content, base64_encoded=False) == content


@pytest.mark.parametrize(
    ("queue", "poison"),
    [("mail", "mail-poison"), ("mail-poison", None), ("q" * 57, None), ("q" * 56, "q" * 56 + "-poison")],
)
def test_there_is_one_poison_level(queue: str, poison: str | None) -> None:
    assert poison_name(queue) == poison
