"""What timers and queues share: how a flow is given the app, and what is logged of a run, without anything personal.

Names are copied by hand, without `functools.wraps`, for the reason given in `shared/web/doors.py`.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import azure.functions as func

from shared.app import the_app
from shared.domain.errors import IdentityError
from shared.outside.log import report

if TYPE_CHECKING:
    from shared.ports import App

type Start = Callable[[], Awaitable[App]]
type Tell = Callable[..., None]
type Work = Callable[[App], Awaitable[int]]
type Errand = Callable[[App, str], Awaitable[int]]
type Timer = Callable[[func.TimerRequest], Awaitable[None]]
type Worker = Callable[[func.QueueMessage], Awaitable[None]]


def job(work: Work, *, start: Start = the_app, tell: Tell = report) -> Timer:
    """Wrap the work of a timer, which says how much it did. It fails as the work fails: the next run is the next try."""

    async def run(timer: func.TimerRequest) -> None:
        await _told(work.__name__, lambda: _with_app(work, start), tell, past_due=timer.past_due)

    return _named(run, work)


def errand(work: Errand, *, start: Start = the_app, tell: Tell = report) -> Worker:
    """Wrap the work on a queued message. It fails as the work fails: the queue gives it out again, or puts it aside."""

    async def run(message: func.QueueMessage) -> None:
        async def on_it() -> int:
            return await work(await start(), message.get_body().decode(errors="replace"))

        await _told(work.__name__, on_it, tell, tries=message.dequeue_count)

    return _named(run, work)


async def _with_app(work: Work, start: Start) -> int:
    return await work(await start())


async def _told(name: str, work: Callable[[], Awaitable[int]], tell: Tell, **said: object) -> None:
    tell("job began", job=name, **said)
    try:
        done = await work()
    except Exception as error:
        detail = {"detail": error.detail} if isinstance(error, IdentityError) else {}
        tell("job failed", level=logging.ERROR, job=name, error=type(error).__name__, **detail)
        raise
    tell("job ended", job=name, done=done)


def _named[R: Callable[..., Awaitable[None]]](run: R, work: Callable[..., object]) -> R:
    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        setattr(run, name, getattr(work, name))
    return run
