"""What every timer shares: how its flow is given the app, and what is logged of a run, without anything personal.

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
type Work = Callable[[App], Awaitable[int]]
type Timer = Callable[[func.TimerRequest], Awaitable[None]]


def job(work: Work, *, start: Start = the_app, tell: Callable[..., None] = report) -> Timer:
    """Wrap the work of a timer, which says how much it did. It fails as the work fails: the next run is the next try."""

    async def run(timer: func.TimerRequest) -> None:
        name = work.__name__
        tell("job began", job=name, past_due=timer.past_due)
        try:
            done = await work(await start())
        except Exception as error:
            detail = {"detail": error.detail} if isinstance(error, IdentityError) else {}
            tell("job failed", level=logging.ERROR, job=name, error=type(error).__name__, **detail)
            raise
        tell("job ended", job=name, done=done)

    run.__name__ = work.__name__
    run.__qualname__ = work.__qualname__
    run.__module__ = work.__module__
    run.__doc__ = work.__doc__
    return run
