"""An event loop that a seed makes choose who goes on next, with a time of its own: a race that failed fails again.

The loop of asyncio goes round in the order in which things became ready, so that a race in memory always ends the same
way. This one takes any of those that are ready, by lot, and waits for nothing: when all sleep, its clock jumps to the
next one who wakes. It is for what happens in memory: sockets and threads have a time that no seed knows.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from random import Random
from typing import Any, cast, override

from shared.crypto.randomness import random_bytes

type Draw = Callable[[int], bytes]

_draw: ContextVar[Draw] = ContextVar("draw", default=random_bytes)


def draw(count: int) -> bytes:
    """Give random bytes: by the seed of the running loop, else as the app draws them."""
    return _draw.get()(count)


class SeededLoop(asyncio.SelectorEventLoop):
    """The loop. Two of one seed, given the same to do, do it in the same order."""

    def __init__(self, lots: Random) -> None:
        super().__init__()
        self._lots = lots
        self._moment = 0.0

    @override
    def time(self) -> float:
        return self._moment

    def _run_once(self) -> None:
        """Let one of those that are ready go on."""
        own = cast("Any", self)
        if not own._ready and own._scheduled:
            self._moment = max(self._moment, own._scheduled[0].when())
        waiting = list(own._ready)
        chosen = [waiting.pop(self._lots.randrange(len(waiting)))] if waiting else []
        own._ready.clear()
        own._ready.extend(chosen)
        super()._run_once()  # type: ignore[misc]  # what every loop of asyncio has, and no stub tells
        # What became ready meanwhile stands behind; its place is drawn anew each time.
        own._ready.extend(waiting)


def run_seeded[T](seed: str, act: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run to the end what `act` begins, in the order that the seed draws."""
    lots = Random(seed)  # noqa: S311 - not a secret: it must come again
    with _drawing_by(Random(seed).randbytes), asyncio.Runner(loop_factory=lambda: SeededLoop(lots)) as runner:  # noqa: S311 - as above
        return runner.run(act())


@contextmanager
def _drawing_by(by_lot: Draw) -> Iterator[None]:
    token = _draw.set(by_lot)
    try:
        yield
    finally:
        _draw.reset(token)
