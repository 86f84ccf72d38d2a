"""What time it is for timers: the machine's, moved by `./dev clock` where the app's is (the setting `SLUIS_CLOCK`)."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from shared.outside.moved_clock import MovedClock

SETTING = "SLUIS_CLOCK"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def clock_of(values: Mapping[str, str]) -> Callable[[], datetime]:
    """Give the clock that the app's settings name. Call it once the app's folder is the current one."""
    named = values.get(SETTING)
    if not named:
        return lambda: datetime.now(UTC)
    moved = MovedClock(Path(named).resolve(), lambda: time.time_ns() // 1_000_000)
    return lambda: _EPOCH + timedelta(milliseconds=moved.now())
