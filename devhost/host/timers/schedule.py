"""NCRONTAB as the host's own parser (NCrontab) reads it: six fields, or five without seconds.

Our own code, because Python's libraries follow other crons: they take 7 for Sunday, and a day that fits *either* the month's
or the week's field. NCrontab knows Sunday as 0 only, and wants both.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

_TIME_SPAN = re.compile(r"-?(\d+\.)?\d{1,2}(:\d{1,2}){1,2}(\.\d+)?|\d+")
_MONTHS = "january february march april may june july august september october november december"
_DAYS = "sunday monday tuesday wednesday thursday friday saturday"
_HORIZON = 41 * 366  # days; a 29 February on a given day of the week comes back within 40 years


class ScheduleError(ValueError):
    """The text is no schedule that production would take."""


@dataclass(frozen=True, slots=True)
class _Field:
    kind: str
    low: int
    high: int
    names: tuple[str, ...] = ()


_FIELDS = (
    _Field("second", 0, 59),
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day", 1, 31),
    _Field("month", 1, 12, tuple(_MONTHS.split())),
    _Field("day of the week", 0, 6, tuple(_DAYS.split())),
)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a timer fires, in UTC."""

    text: str
    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]

    def after(self, moment: datetime) -> datetime:
        """Give the first occurrence later than a moment."""
        first = (moment + timedelta(seconds=1)).astimezone(UTC).replace(microsecond=0)
        for day in self._days(first.date()):
            at = self._first_time(first.time() if day == first.date() else time.min)
            if at is not None:
                return datetime.combine(day, at, UTC)
        raise ScheduleError("it never comes")

    def comes_often(self, now: datetime) -> bool:
        """Say whether it fires more than once in the next minute: then its status is not kept."""
        return self.after(self.after(now)) <= now + timedelta(minutes=1)

    def _days(self, first: date) -> Iterator[date]:
        for ordinal in range(first.toordinal(), first.toordinal() + _HORIZON):
            day = date.fromordinal(ordinal)
            if day.day in self.days and day.month in self.months and day.isoweekday() % 7 in self.weekdays:
                yield day

    def _first_time(self, start: time) -> time | None:
        earliest = (start.hour, start.minute, start.second)
        every = (
            time(hour, minute, second)
            for hour in self.hours
            if hour >= earliest[0]
            for minute in self.minutes
            if (hour, minute) >= earliest[:2]
            for second in self.seconds
            if (hour, minute, second) >= earliest
        )
        return next(every, None)


def parse_schedule(text: str) -> Schedule:
    """Read an NCRONTAB expression. Raises ScheduleError with what is wrong."""
    if _TIME_SPAN.fullmatch(text.strip()):
        raise ScheduleError("a time span runs on dedicated plans only; say it as NCRONTAB")
    parts = text.split()
    if len(parts) == len(_FIELDS) - 1:
        parts = ["0", *parts]
    if len(parts) != len(_FIELDS):
        raise ScheduleError("it has neither six nor five fields")
    schedule = Schedule(text, *(_values(field, part) for field, part in zip(_FIELDS, parts, strict=True)))
    schedule.after(datetime(2026, 1, 1, tzinfo=UTC))
    return schedule


def _values(field: _Field, text: str) -> tuple[int, ...]:
    return tuple(sorted({value for one in text.split(",") for value in _range(field, one)}))


def _range(field: _Field, text: str) -> range:
    body, slash, step = text.partition("/")
    if slash and not step.isdecimal():
        raise ScheduleError(f"'{text}' is not a {field.kind}")
    every = max(int(step or 1), 1)
    if body == "*":
        return range(field.low, field.high + 1, every)
    start, dash, end = body.partition("-")
    first = _value(field, start)
    last = _value(field, end) if dash else first if every == 1 else field.high
    return range(min(first, last), max(first, last) + 1, every)


def _value(field: _Field, text: str) -> int:
    if text.isdecimal() and field.low <= int(text) <= field.high:
        return int(text)
    # Any beginning of a name will do, as in NCrontab.
    named = (number for number, name in enumerate(field.names, field.low) if text and name.startswith(text.lower()))
    found = next(named, None)
    if found is None:
        raise ScheduleError(f"'{text}' is not a {field.kind}")
    return found
