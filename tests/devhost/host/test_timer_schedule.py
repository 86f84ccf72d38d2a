"""NCRONTAB as NCrontab reads it: every row is a rule of that parser ([src] CrontabFieldImpl) or of the host."""

from datetime import UTC, datetime

import pytest

from devhost.host.timers.schedule import ScheduleError, parse_schedule

FRIDAY = datetime(2026, 1, 2, 10, 20, 30, 500_000, UTC)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "following"),
    [
        ("* * * * * *", "2026-01-02T10:20:31"),
        ("*/15 * * * * *", "2026-01-02T10:20:45"),
        ("0 */5 * * * *", "2026-01-02T10:25:00"),
        ("*/5 * * * *", "2026-01-02T10:25:00"),  # five fields have no seconds
        ("0 0 * * * *", "2026-01-02T11:00:00"),
        ("30 20 10 * * *", "2026-01-03T10:20:30"),  # strictly later
        ("0 0 3 * * *", "2026-01-03T03:00:00"),
        ("0 0 9-17 * * *", "2026-01-02T11:00:00"),
        ("0 0 17-9 * * *", "2026-01-02T11:00:00"),  # a range the wrong way round is turned
        ("0 0 9-17/4 * * *", "2026-01-02T13:00:00"),
        ("0 0 20/2 * * *", "2026-01-02T20:00:00"),  # from a number on
        ("0 0 8,12,16 * * *", "2026-01-02T12:00:00"),
        ("0 0 0 1 * *", "2026-02-01T00:00:00"),
        ("0 0 0 31 * *", "2026-01-31T00:00:00"),
        ("0 0 0 29 2 *", "2028-02-29T00:00:00"),
        ("0 0 0 29 2 1", "2044-02-29T00:00:00"),
        ("0 0 0 * jan,mar mon", "2026-01-05T00:00:00"),
        ("0 0 0 * DECEMBER *", "2026-12-01T00:00:00"),
        ("0 0 0 * * 0", "2026-01-04T00:00:00"),  # Sunday is 0
        ("0 0 0 * * sunday", "2026-01-04T00:00:00"),
        ("0 0 0 * * m", "2026-01-05T00:00:00"),  # any beginning of a name
        ("0 0 0 * * 1-5", "2026-01-05T00:00:00"),
        ("0 0 0 13 * fri", "2026-02-13T00:00:00"),  # both, not either
        ("0 0 0 * * */0", "2026-01-03T00:00:00"),  # no step is a step of one
    ],
)
def test_the_next_occurrence_is_the_hosts(expression: str, following: str) -> None:
    assert parse_schedule(expression).after(FRIDAY) == moment(following)


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("", "six nor five"),
        ("* * * *", "six nor five"),
        ("* * * * * * *", "six nor five"),
        ("60 * * * * *", "'60' is not a second"),
        ("0 0 24 * * *", "'24' is not a hour"),
        ("0 0 0 0 * *", "'0' is not a day"),
        ("0 0 0 * 13 *", "'13' is not a month"),
        ("0 0 0 * * 7", "'7' is not a day of the week"),  # other crons take it for Sunday
        ("0 0 0 * * someday", "'someday' is not a day of the week"),
        ("0 0 0 L * *", "'L' is not a day"),
        ("0 0 0 ? * *", "is not a day"),
        ("0 1,,2 * * * *", "'' is not a minute"),
        ("0 */x * * * *", "is not a minute"),
        ("@daily", "six nor five"),
        ("0 0 0 31 2,4,6,9,11 *", "never comes"),
        ("00:05:00", "dedicated plans"),
        ("1.00:00", "dedicated plans"),
        ("7", "dedicated plans"),
    ],
)
def test_what_production_would_not_take_is_refused_with_its_reason(expression: str, why: str) -> None:
    with pytest.raises(ScheduleError, match=why.replace("?", r"\?")):
        parse_schedule(expression)


@pytest.mark.parametrize(
    ("expression", "often"),
    [
        ("*/30 * * * * *", True),
        ("0,10 * * * * *", True),
        ("0 * * * * *", False),
        ("0,10 0 * * * *", False),  # [src] asks about the minute that comes, not about any
    ],
)
def test_what_comes_twice_within_the_next_minute_comes_often(expression: str, *, often: bool) -> None:
    assert parse_schedule(expression).comes_often(FRIDAY) is often
