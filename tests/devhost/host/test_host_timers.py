"""Timers on real hosts, real blobs and a clock of their own: caught up once, run by one host at a time, let go at the end."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from azure.storage.blob import BlobClient, ContainerClient

from tests.devhost.host.hosted import Hosted
from tests.devhost.host.working import Jobs, read, said, some_jobs, until

pytestmark = pytest.mark.slow

HOUR = timedelta(hours=1)


@pytest.fixture
def jobs(azurite: str, tmp_path: Path) -> Jobs:
    return some_jobs(azurite, tmp_path)


def status_of(jobs: Jobs, function: str) -> dict[str, str]:
    name = f"timers/{jobs.name}/Host.Functions.{function}/status"
    with BlobClient.from_connection_string(jobs.storage, "azure-webjobs-hosts", name) as blob:
        return dict(json.loads(blob.download_blob().readall())) if blob.exists() else {}


def watched(jobs: Jobs) -> Callable[[], bool]:
    """Say whether every timer whose status is kept has been taken up."""
    return lambda: all(status_of(jobs, function) for function in ("hourly", "failing", "slow_timer"))


def lease_of(jobs: Jobs, function: str) -> str:
    name = f"locks/{jobs.name}/Host.Functions.{function}.Listener"
    with BlobClient.from_connection_string(jobs.storage, "azure-webjobs-hosts", name) as blob:
        return str(blob.get_blob_properties().lease.state)


def test_a_first_start_runs_only_what_asks_to_run_on_startup(jobs: Jobs) -> None:
    with jobs.host("--verbose") as host:
        until(lambda: len(said(host, "eager")) == 1)
        until(watched(jobs))
        lines = read(host, seconds=1.5)

    eager = said(host, "eager")[0]
    assert (eager["past_due"], eager["status"], eager["schedule"]) == (False, {}, {"AdjustForDST": True})
    assert said(host, "hourly") == []
    assert not any("resting" in line for line in lines if "disabled" not in line)
    assert "  timer hourly: 0 0 * * * *" in lines
    assert "  disabled: resting" in lines
    assert status_of(jobs, "hourly")["Last"].startswith("0001-01-01")
    assert status_of(jobs, "eager") == {}


def test_what_was_missed_while_the_host_was_down_is_one_run_at_the_next_start(jobs: Jobs) -> None:
    with jobs.host():
        until(watched(jobs))
    jobs.move_clock(timedelta(days=3))
    with jobs.host() as late:
        until(lambda: len(said(late, "hourly")) == 1)
        until(lambda: not status_of(jobs, "hourly")["Last"].startswith("0001-01-01"))
    with jobs.host() as again:
        until(lambda: len(said(again, "eager")) == 1)
        read(again, seconds=1.5)

    assert [run["past_due"] for run in said(late, "hourly")] == [True]
    assert said(again, "hourly") == []


def test_a_moved_clock_is_seen_by_a_host_that_runs_and_failure_does_not_stop_a_timer(jobs: Jobs) -> None:
    with jobs.host() as host:
        until(watched(jobs))
        jobs.move_clock(timedelta(days=366))
        until(lambda: len(said(host, "hourly")) == 1)
        until(lambda: any("a timer that fails" in line for line in read(host)))
        until(lambda: not status_of(jobs, "failing")["Last"].startswith("0001-01-01"))
        jobs.move_clock(timedelta(days=366))
        until(lambda: sum("a timer that fails" in line for line in read(host)) >= 2)

    assert not said(host, "hourly")[0]["past_due"]
    assert any(line.startswith("timer failing failed:") for line in read(host))


def test_of_two_hosts_one_runs_a_timer_and_the_other_follows_when_it_ends(jobs: Jobs) -> None:
    with jobs.host() as one, jobs.host() as other:
        until(watched(jobs))
        jobs.move_clock(HOUR)
        until(lambda: len(said(one, "hourly") + said(other, "hourly")) == 1)
        read(other, seconds=1.5)
        read(one)
        runs = [len(said(host, "hourly")) for host in (one, other)]
        first, second = (one, other) if runs == [1, 0] else (other, one)
        assert sorted(runs) == [0, 1]

        assert first.stop() == 0
        jobs.move_clock(HOUR)
        until(lambda: len(said(second, "hourly")) == 1)

    assert len(said(first, "hourly")) == 1


def test_a_host_told_to_end_in_the_middle_of_a_run_lets_go_of_its_leases(jobs: Jobs) -> None:
    with jobs.host() as host:
        until(watched(jobs))
        jobs.move_clock(timedelta(days=366))
        until(lambda: any(line.startswith("slow_timer") for line in read(host)))

        assert lease_of(jobs, "slow_timer") == "leased"
        assert host.stop() == 0
    assert {lease_of(jobs, function) for function in ("slow_timer", "hourly")} == {"available"}


def test_only_the_hosts_own_container_is_used(jobs: Jobs) -> None:
    with jobs.host():
        until(watched(jobs))
    with ContainerClient.from_connection_string(jobs.storage, "azure-webjobs-hosts") as container:
        names = [blob.name for blob in container.list_blobs() if jobs.name in blob.name]

    assert {name.split("/")[0] for name in names} == {"timers", "locks"}


def fire(host: Hosted, name: str, body: bytes = b'{"input": ""}', *more: tuple[str, str]) -> tuple[int, bytes]:
    answer = host.send("POST", f"/admin/functions/{name}", [("Content-Type", "application/json"), *more], body)
    return answer.status, answer.body


WAIT = ("Prefer", "wait=30")


def test_a_function_is_run_by_hand(jobs: Jobs) -> None:
    with jobs.host() as host:
        assert fire(host, "hourly") == (202, b"")
        until(lambda: len(said(host, "hourly")) == 1)
        assert fire(host, "HOURLY", b"{}", WAIT) == (200, b'{"succeeded": true}')
        assert fire(host, "failing", b"{}", WAIT) == (200, b'{"succeeded": false}')
        assert fire(host, "resting", b"{}", WAIT) == (200, b'{"succeeded": false}')  # [docs] a disabled one too
        assert fire(host, "letter", b'{"input": "by hand"}', WAIT) == (200, b'{"succeeded": true}')
        assert [letter["text"] for letter in said(host, "letter")] == ["by hand"]

        assert fire(host, "nobody") == (404, b"")
        assert fire(host, "hourly", b"") == (400, b"")
        assert fire(host, "hourly", b"[]") == (400, b"")
        assert host.send("POST", "/admin/functions/hourly", [("Content-Type", "text/plain")], b"{}").status == 415
        assert host.send("GET", "/admin/functions/hourly").status == 404
        names = json.loads(host.send("GET", "/admin/functions").body)
        assert {"name": "hourly"} in names


def test_where_there_is_a_master_key_it_is_needed(jobs: Jobs, tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"master": "m-1", "host": ["h-1"]}))
    with jobs.host("--keys", str(keys)) as host:
        assert fire(host, "hourly") == (401, b"")
        assert fire(host, "hourly", b"{}", ("x-functions-key", "h-1")) == (401, b"")
        assert fire(host, "nobody") == (401, b"")
        assert fire(host, "hourly", b"{}", ("x-functions-key", "m-1"), WAIT) == (200, b'{"succeeded": true}')
