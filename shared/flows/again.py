"""Read and decide again after a lost race, until it is won or ten seconds are gone.

The first try runs free; those that lose queue behind one another inside this process before they read again, so that a
crowd at one row gets through in order instead of trampling.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Final

from shared.domain.errors import Conflict
from shared.ports import App

PATIENCE: Final = 10.0
"""Seconds until a lost race is given up and becomes a 503."""

_FIRST_PAUSE = 0.01
_LONGEST_PAUSE = 0.3


class Latest[T]:
    """What was read before the first try; at every later one, after a lost race, what is there then."""

    def __init__(self, first: T, read_again: Callable[[], Awaitable[T]]) -> None:
        self._first: list[T] = [first]
        self._read_again = read_again

    async def read(self) -> T:
        """Give it."""
        return self._first.pop() if self._first else await self._read_again()


async def again[T](
    app: App, attempt: Callable[[], Awaitable[T]], *, turn: Callable[[], AbstractAsyncContextManager[None]]
) -> T:
    """Run `attempt` (which reads, decides and writes) until no Conflict is left. Raises the last one after ten seconds."""
    gives_up_at = app.monotonic() + PATIENCE
    try:
        return await attempt()
    except Conflict:
        pause = _FIRST_PAUSE
    while True:
        try:
            async with turn():
                return await attempt()
        except Conflict:
            if app.monotonic() >= gives_up_at:
                raise
        # Full jitter: the rivals of another process must not come back in step with us.
        await asyncio.sleep(pause * app.random(1)[0] / 255)
        pause = min(pause * 2, _LONGEST_PAUSE)
