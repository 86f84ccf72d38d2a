"""`python -m tests.races.crowd`: a process that does one deed many times at once, at a moment it shares with another process.

It reads a task as a line of JSON, says READY, reads the moment (the machine's monotonic clock, the same for all
processes), and writes what came of it as a line of JSON. Its settings come from its environment, as an app's do.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from subprocess import PIPE, Popen

from devhost.services.state import CHECKOUT
from shared.domain.times import Millis
from shared.storage import layout
from tests.races.apps import a_world_of
from tests.races.deeds import DEEDS, request_of
from tests.races.history import Told
from tests.world import World

AHEAD_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Task:
    """What to do, with what, by which of the crowd, on which tables, and how far this process's clock is ahead."""

    deed: str
    given: str
    numbers: list[int]
    prefix: str
    ahead: Millis = 0


async def _take_part(task: Task) -> list[Told]:
    async with a_world_of(os.environ, prefix=task.prefix, ahead=task.ahead) as world:
        await world.app.keys.ring()
        # A read each opens a connection each: what is raced is not the handshake.
        await asyncio.gather(*(world.shelf.get(layout.STAMP, "none", "none") for _ in task.numbers))
        print("READY", flush=True)
        moment = float(await asyncio.to_thread(sys.stdin.readline))
        await asyncio.sleep(moment - time.monotonic())
        return await asyncio.gather(*(_one(world, task, number) for number in task.numbers))


async def _one(world: World, task: Task, number: int) -> Told:
    asked = time.monotonic()
    said = await DEEDS[task.deed](world, number, task.given)
    return Told(os.getpid(), asked, time.monotonic(), said, request_of(number))


def race(settings: Mapping[str, str], tasks: Sequence[Task]) -> list[Told]:
    """Run each task in a process of its own, all at one moment, and give what all were told."""
    with _started(settings, tasks) as processes:
        for process in processes:
            assert _line(process) == "READY\n"
        moment = time.monotonic() + AHEAD_SECONDS
        for process in processes:
            _write(process, str(moment))
        return [Told(**told) for process in processes for told in json.loads(_line(process))]


@contextmanager
def _started(settings: Mapping[str, str], tasks: Sequence[Task]) -> Iterator[list[Popen[str]]]:
    command = [sys.executable, "-m", "tests.races.crowd"]
    environment = {**os.environ, **settings}
    processes = [Popen(command, cwd=CHECKOUT, env=environment, stdin=PIPE, stdout=PIPE, text=True) for _ in tasks]
    try:
        for process, task in zip(processes, tasks, strict=True):
            _write(process, json.dumps(asdict(task)))
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def _write(process: Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def _line(process: Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def main() -> None:
    """Take part in one race."""
    history = asyncio.run(_take_part(Task(**json.loads(sys.stdin.readline()))))
    print(json.dumps([asdict(told) for told in history]), flush=True)


if __name__ == "__main__":
    main()
