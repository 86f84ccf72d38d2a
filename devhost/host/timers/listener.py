"""The life of one timer (TimerListener): wait, run, write down what is next; never two runs at once, never after a stop."""

import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from azure.core.exceptions import AzureError

from devhost.host.functions import TimerFunction
from devhost.host.stopping import Stopping
from devhost.host.timers.status import Status, after_run, at_start, is_ahead, timer_json

GLANCE_SECONDS = 0.25
"""How long a timer sleeps at most before it looks at the clock again, which `./dev clock` may have moved."""

type Now = Callable[[], datetime]
type Fire = Callable[[str], Awaitable[None]]


class Store(Protocol):
    """Where a status is kept."""

    async def read(self) -> Status | None:
        """Read it, or None when it was never written."""
        ...

    async def write(self, status: Status) -> None:
        """Write it."""
        ...


class TimerListener:
    """A timer of this host. `fire` calls the function with its timer as JSON, and survives its failure."""

    def __init__(
        self,
        function: TimerFunction,
        *,
        store: Store,
        fire: Fire,
        now: Now,
        stopping: Stopping,
        glance: float = GLANCE_SECONDS,
    ) -> None:
        self._function = function
        self._store = store if function.monitored(now()) else None
        self._fire = fire
        self._now = now
        self._stopping = stopping
        self._glance = glance

    async def run(self) -> None:
        """Keep time until the host ends."""
        schedule = self._function.schedule
        start = at_start(schedule, await self._store.read() if self._store else None, self._now())
        status = start.status
        if start.to_write and self._store:
            await self._store.write(status)
        if start.past_due or self._function.run_on_startup:
            status = await self._run(status, past_due=start.past_due, scheduled=False)
        while not self._stopping.asked:
            status = await self._next(status)

    async def _next(self, status: Status) -> Status:
        """Wait a little, or run what is due."""
        now = self._now()
        if is_ahead(status, now):
            status = at_start(self._function.schedule, status, now).status
            await self._write_down(status)
        left = (status.next - now).total_seconds()
        if left <= 0:
            return await self._run(status, past_due=False, scheduled=True)
        await self._stopping.nap(min(left, self._glance))
        return status

    async def _run(self, status: Status, *, past_due: bool, scheduled: bool) -> Status:
        began = self._now()
        await self._fire(timer_json(status if self._store else None, past_due=past_due))
        status = after_run(self._function.schedule, status, began, scheduled=scheduled)
        await self._write_down(status)
        return status

    async def _write_down(self, status: Status) -> None:
        """Best effort, as in the host: a status that cannot be written does not stop the schedule."""
        try:
            if self._store:
                await self._store.write(status)
        except AzureError:
            print(f"timer {self._function.name}: its status could not be written", file=sys.stderr, flush=True)
