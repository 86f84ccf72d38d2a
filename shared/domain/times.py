"""How time is counted and written: UTC milliseconds within, RFC 3339 outside, calendar dates in UTC (RFC 3339 §5.6)."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from typing import Final

from shared.domain.errors import InvalidRequest

type Millis = int
"""Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted."""

SECOND: Final[Millis] = 1_000
MINUTE: Final[Millis] = 60 * SECOND
HOUR: Final[Millis] = 60 * MINUTE
DAY: Final[Millis] = 24 * HOUR

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_RFC3339: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII
)


def rfc3339(moment: Millis) -> str:
    """Write a moment as `2026-01-31T09:00:00.000Z`: always milliseconds, always `Z`."""
    return _utc(moment).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def parse_rfc3339(text: str) -> Millis:
    """Read a moment. Any offset is understood; digits below a millisecond are dropped; a 61st second is refused."""
    found = _RFC3339.fullmatch(text)
    if found is None:
        raise InvalidRequest("not an RFC 3339 time")
    whole, fraction, offset = found.groups()
    try:
        moment = (datetime.fromisoformat(whole + offset) - _EPOCH) // _MILLISECOND
    except (ValueError, OverflowError) as wrong:
        raise InvalidRequest("no such time") from wrong
    return moment + int((fraction or "0")[:3].ljust(3, "0"))


def calendar_date(moment: Millis) -> str:
    """Give the day in UTC on which a moment falls, `YYYY-MM-DD`."""
    return _utc(moment).date().isoformat()


def one_month_later(day: str) -> str:
    """Give the same day of the next month, or that month's last day when it has no such day."""
    start = date.fromisoformat(day)
    year, month = start.year + start.month // 12, start.month % 12 + 1
    return date(year, month, min(start.day, monthrange(year, month)[1])).isoformat()


def hour(moment: Millis) -> str:
    """Name the hour in UTC, `YYYYMMDDHH`: sorts as time does."""
    return _digits(moment)[:10]


def minute(moment: Millis) -> str:
    """Name the minute in UTC, `YYYYMMDDHHMM`: sorts as time does."""
    return _digits(moment)[:12]


def _digits(moment: Millis) -> str:
    return _utc(moment).isoformat(timespec="seconds").translate({ord(sign): None for sign in "-:T"})


def _utc(moment: Millis) -> datetime:
    return _EPOCH + timedelta(milliseconds=moment)
