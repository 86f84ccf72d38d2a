"""Hosts on the fixture app of jobs: storage, a clock of their own, and what the functions said."""

import base64
import json
import queue
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from azure.core.exceptions import ResourceNotFoundError
from azure.storage.queue import QueueClient

from tests.devhost.host.hosted import APPS, Hosted, hosting

PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Jobs:
    """What hosts of one app share: their storage, their names in it, and their clock."""

    storage: str
    clock: Path
    name: str

    @property
    def environment(self) -> dict[str, str]:
        return {
            "AzureWebJobsStorage": self.storage,
            "AzureFunctionsWebHost__hostid": self.name,
            "FIXTURE_HOURLY": "0 0 * * * *",
            "FIXTURE_QUEUE": self.name,
            "FIXTURE_STORAGE": self.storage,
            "SLUIS_CLOCK": str(self.clock),
            "AzureWebJobs.resting.Disabled": "true",
            "AzureWebJobs.unread.Disabled": "1",
        }

    def host(self, *arguments: str, **more: str) -> AbstractContextManager[Hosted]:
        return hosting(APPS / "jobs", *arguments, **(self.environment | more))

    def move_clock(self, by: timedelta) -> None:
        before = int(self.clock.read_text()) if self.clock.exists() else 0
        new = self.clock.with_suffix(".new")
        new.write_text(str(before + by // timedelta(milliseconds=1)))
        new.replace(self.clock)

    @contextmanager
    def queue(self, suffix: str = "") -> Iterator[QueueClient]:
        with QueueClient.from_connection_string(self.storage, self.name + suffix) as client:
            yield client

    def send(self, *texts: str, suffix: str = "") -> None:
        with self.queue(suffix) as client:
            for text in texts:
                client.send_message(base64.b64encode(text.encode()).decode())

    def create_queue(self, suffix: str = "") -> None:
        with self.queue(suffix) as client:
            client.create_queue()

    def left(self, suffix: str = "") -> list[str]:
        """Peek at what stands in a queue, as it was sent."""
        with self.queue(suffix) as client:
            try:
                return [str(message.content) for message in client.peek_messages(32)]
            except ResourceNotFoundError:
                return []


def some_jobs(storage: str, folder: Path) -> Jobs:
    return Jobs(storage, folder / "clock", f"jobs-{uuid4().hex[:12]}")


def read(hosted: Hosted, seconds: float = 0.0) -> list[str]:
    """Take every line so far, waiting so long for more."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            hosted.seen.append(hosted.lines.get(timeout=max(deadline - time.monotonic(), 0.01)))
        except queue.Empty:
            return hosted.seen


def said(hosted: Hosted, what: str) -> list[dict[str, Any]]:
    """Give what a function said so far."""
    return [json.loads(line.partition(" ")[2]) for line in read(hosted) if line.startswith(f"{what} ")]


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)
