"""Queue triggers on real hosts and a real queue: worked once, tried as often as host.json says, then buried."""

import base64
from pathlib import Path

import pytest

from tests.devhost.host.working import Jobs, read, said, some_jobs, until

pytestmark = pytest.mark.slow


@pytest.fixture
def jobs(azurite: str, tmp_path: Path) -> Jobs:
    return some_jobs(azurite, tmp_path)


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_a_message_is_worked_and_gone_and_its_function_knows_all_about_it(jobs: Jobs) -> None:
    with jobs.host() as host:  # the queue is not there yet, which is as if it were empty
        jobs.create_queue()
        jobs.send("naïve ☕")
        until(lambda: len(said(host, "metadata")) == 1)
        until(lambda: jobs.left() == [])

    assert [(letter["text"], letter["tries"]) for letter in said(host, "letter")] == [("naïve ☕", 1)]
    seen = said(host, "metadata")[0]
    assert seen["receipt"]
    assert len(seen["id"]) == 36
    assert seen["inserted"] < seen["next"] < seen["expires"]


def test_a_message_that_fails_is_tried_as_often_as_host_json_says_and_then_buried(jobs: Jobs) -> None:
    jobs.create_queue()
    jobs.send("bad one", "good one")
    with jobs.host() as host:
        until(lambda: jobs.left("-poison") == [encoded("bad one")])

    assert [letter["tries"] for letter in said(host, "letter") if letter["text"] == "bad one"] == [1, 2, 3]
    assert [letter["tries"] for letter in said(host, "letter") if letter["text"] == "good one"] == [1]
    assert jobs.left() == []


def test_a_message_that_is_not_base64_is_buried_unseen(jobs: Jobs) -> None:
    jobs.create_queue()
    with jobs.queue() as client:
        client.send_message("plain text")
    with jobs.host() as host:
        until(lambda: jobs.left("-poison") == ["plain text"])

    assert said(host, "letter") == []
    assert any("is not Base64, as messageEncoding says" in line for line in read(host))


def test_two_hosts_share_a_queue_and_no_message_is_worked_twice(jobs: Jobs) -> None:
    texts: list[str] = []
    jobs.create_queue()
    with jobs.host() as one, jobs.host() as other:

        def both_work() -> bool:
            # A host that found nothing for a while looks less often: work comes until it has looked again.
            more = [f"short {number}" for number in range(len(texts), len(texts) + 40)]
            jobs.send(*more)
            texts.extend(more)
            return bool(said(one, "letter") and said(other, "letter"))

        until(both_work)
        until(lambda: len(said(one, "metadata") + said(other, "metadata")) >= len(texts))
        until(lambda: jobs.left() == [])

    letters = said(one, "letter") + said(other, "letter")
    assert sorted(letter["text"] for letter in letters) == sorted(texts)
    assert len({letter["pid"] for letter in letters}) == 2


def test_a_message_whose_function_is_cut_off_is_given_back(jobs: Jobs) -> None:
    jobs.create_queue()
    jobs.send("slow one")
    with jobs.host() as host:
        until(lambda: len(said(host, "letter")) == 1)
        assert jobs.left() == []
        assert host.stop() == 0
    with jobs.host() as next_host:
        until(lambda: len(said(next_host, "letter")) == 1)

    assert [letter["tries"] for letter in said(next_host, "letter")] == [2]


def test_a_disabled_trigger_leaves_its_queue_alone(jobs: Jobs) -> None:
    jobs.create_queue("-off")
    jobs.create_queue()
    jobs.send("waiting", suffix="-off")
    with jobs.host() as host:
        jobs.send("worked")
        until(lambda: len(said(host, "letter")) == 1)
        read(host, seconds=1.0)

    assert jobs.left("-off") == [encoded("waiting")]
