"""The clock of this checkout: how far it is moved, in a file that every process looks at (docs/local-host.md)."""

import re
import time
from calendar import monthrange
from datetime import UTC, datetime, timedelta

from devhost.services.state import State, write_private

_MOVE = re.compile(r"([+-])(\d{1,9})(mo|[smhdw])")
_UNITS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_UNITS["w"] = 7 * _UNITS["d"]
_MILLISECOND = timedelta(milliseconds=1)


class MoveError(ValueError):
    """What was asked is no move of a clock."""


def moved(state: State) -> timedelta:
    """Read how far the clock is moved."""
    try:
        return timedelta(milliseconds=int(state.clock.read_text("utf-8")))
    except FileNotFoundError:
        return timedelta(0)
    except ValueError as wrong:
        raise MoveError(f"{state.clock} holds no number; `./dev clock reset` removes it.") from wrong


def now(state: State) -> datetime:
    """Read the moved clock."""
    return datetime.fromtimestamp(time.time(), UTC) + moved(state)


def move(state: State, by: str) -> None:
    """Move the clock on or back from where it stands. Raises MoveError."""
    found = _MOVE.fullmatch(by)
    if found is None:
        raise MoveError(f"'{by}' is no move: say +31d, -1h, +90m, +2w, +1mo, or reset.")
    sign, number, unit = found.groups()
    count = int(sign + number)
    before, stands = moved(state), now(state)
    try:
        step = _months_later(stands, count) - stands if unit == "mo" else count * _UNITS[unit]
        _ = stands + step
    except (OverflowError, ValueError) as beyond:
        raise MoveError(f"'{by}' leads out of the calendar.") from beyond
    state.folder.mkdir(parents=True, exist_ok=True)
    write_private(state.clock, f"{(before + step) // _MILLISECOND}\n")


def reset(state: State) -> None:
    """Let the clock be the machine's again."""
    state.clock.unlink(missing_ok=True)


def _months_later(moment: datetime, count: int) -> datetime:
    """Give the same day of another month, or that month's last day when it has no such day."""
    month = moment.year * 12 + moment.month - 1 + count
    year, month = month // 12, month % 12 + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))
