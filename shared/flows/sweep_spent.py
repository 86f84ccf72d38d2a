"""Forget what was used up long ago: drop the marks of hours that are past by a day (docs/storage.md)."""

from typing import Final

from shared.domain.lifetimes import SPENT_KEPT
from shared.ports import App

LONGEST: Final = 200.0
"""Seconds of one run; what is left then is the next run's."""


async def sweep_spent(app: App) -> int:
    """Drop marks until none is old enough or the time is up, and say how many went. Safe to be cut off and run again."""
    before, until = app.now() - SPENT_KEPT, app.monotonic() + LONGEST
    dropped = 0
    while app.monotonic() < until:
        gone = await app.spent.forget(before)
        if gone is None:
            return dropped
        dropped += gone
        app.log("sweeping", what="spent", dropped=dropped)
    app.log("swept for as long as one run may", what="spent", dropped=dropped)
    return dropped
