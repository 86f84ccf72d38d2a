"""What runs without a request: timers and queues, begun once the app serves, and ended in order before the process is."""

import asyncio
import importlib
import json
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

from devhost.host import worker
from devhost.host.clock import clock_of
from devhost.host.functions import Declared, QueueFunction, TimerFunction
from devhost.host.queues.message import Message
from devhost.host.settings import Settings
from devhost.host.stopping import Stopping
from devhost.host.timers.status import timer_json

SECONDS_TO_FINISH = 1.0
SECONDS_TO_LET_GO = 1.5

type Fire = Callable[[str], Awaitable[bool]]


class Background:
    """The timers and queues of one host; a disabled function is never started."""

    def __init__(self, functions: Declared, settings: Settings, app_dir: Path) -> None:
        self._functions = functions
        self._settings = settings
        self._app_dir = app_dir
        self._now = clock_of(settings.values)
        self._stopping = Stopping()
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def timers(self) -> list[TimerFunction]:
        """The timers that run."""
        return [one for one in self._functions.timers if not self._settings.disabled(one.name)]

    @property
    def queues(self) -> list[QueueFunction]:
        """The queue triggers that run."""
        return [one for one in self._functions.queues if not self._settings.disabled(one.name)]

    def described(self) -> list[str]:
        """Say what runs, a line each."""
        lines = [f"timer {one.name}: {one.schedule.text}" for one in self.timers]
        lines += [f"queue {one.queue}: {one.name}" for one in self.queues]
        names = [one.name for one in self._functions.timers] + [one.name for one in self._functions.queues]
        return lines + [f"disabled: {name}" for name in sorted(names) if self._settings.disabled(name)]

    def by_hand(self) -> Mapping[str, Fire]:
        """Give for every timer and queue function, disabled or not, how it is run once without its trigger."""
        timers: dict[str, Fire] = {one.name: _timer_by_hand(one) for one in self._functions.timers}
        return timers | {one.name: _queue_by_hand(one) for one in self._functions.queues}

    def start(self) -> None:
        """Begin to listen."""
        if self.timers or self.queues:
            self.keep(self._listen())

    def keep(self, work: Coroutine[Any, Any, object]) -> None:
        """Let something run until it is over or the host ends."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Begin nothing new; what is under way gets a second, then it is cancelled and lets go of what it holds."""
        self._stopping.ask()
        if not self._tasks:
            return
        _, pending = await asyncio.wait(self._tasks, timeout=SECONDS_TO_FINISH)
        for task in pending:
            task.cancel()
        if pending:
            await asyncio.wait(pending, timeout=SECONDS_TO_LET_GO)

    async def _listen(self) -> None:
        # The SDK of storage takes a third of a second to import: in a thread, so that requests go on meanwhile.
        listening = await asyncio.to_thread(importlib.import_module, "devhost.host.listening")
        host_id = self._settings.host_id(self._app_dir)
        await listening.listen(
            self.timers, self.queues, settings=self._settings, host_id=host_id, now=self._now, stopping=self._stopping
        )


async def call_timer(function: TimerFunction, timer: str) -> bool:
    """Run a timer's function, and say on the terminal what came of it."""
    began = time.monotonic()
    failed = await worker.invoke_timer(function.function_id, function.argument, timer)
    late = ", past due," if json.loads(timer)["IsPastDue"] else ""
    return _told(f"timer {function.name}{late}", failed, began)


async def call_queue(function: QueueFunction, message: Message) -> bool:
    """Run a queue's function; only its failure is worth a line."""
    failed = await worker.invoke_queue(function.function_id, function.argument, message)
    return failed is None or _told(f"queue {function.queue}: {function.name}", failed, 0.0)


def _told(what: str, failed: worker.Failed | None, began: float) -> bool:
    if failed is not None:
        print(f"{what} failed:\n{failed.traceback.rstrip()}", file=sys.stderr, flush=True)
        return False
    print(f"{what} ran ({time.monotonic() - began:.2f} s)", flush=True)
    return True


def _timer_by_hand(function: TimerFunction) -> Fire:
    async def fire(_: str) -> bool:
        return await call_timer(function, timer_json(None, past_due=False))

    return fire


def _queue_by_hand(function: QueueFunction) -> Fire:
    async def fire(text: str) -> bool:
        return await call_queue(function, Message(text, {}))

    return fire
