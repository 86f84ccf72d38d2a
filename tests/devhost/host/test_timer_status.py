"""What a host makes of the status it finds ([src] ScheduleMonitor.CheckPastDueAsync, TimerListener)."""

from datetime import UTC, datetime, timedelta

import pytest

from devhost.host.timers.schedule import parse_schedule
from devhost.host.timers.status import NEVER, Start, Status, after_run, at_start, is_ahead, read_status, timer_json

HOURLY = parse_schedule("0 0 * * * *")
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def ran_at(moment: datetime) -> Status:
    return after_run(HOURLY, Status(NEVER, moment, moment), moment, scheduled=True)


def test_a_timer_never_seen_writes_down_what_is_next_and_does_not_fire() -> None:
    start = at_start(HOURLY, None, NOON)

    assert start == Start(Status(NEVER, NOON + HOUR, NOON), past_due=False, to_write=True)


def test_what_is_not_due_yet_is_waited_for() -> None:
    found = ran_at(NOON)

    assert at_start(HOURLY, found, NOON + HOUR - SECOND) == Start(found, past_due=False, to_write=False)
    assert at_start(HOURLY, found, NOON + HOUR) == Start(found, past_due=False, to_write=False)


@pytest.mark.parametrize("late", [SECOND, HOUR, timedelta(days=3), timedelta(days=400)])
def test_what_was_missed_is_past_due_once_however_often(late: timedelta) -> None:
    found = ran_at(NOON)
    now = NOON + HOUR + late

    assert at_start(HOURLY, found, now).past_due
    assert not at_start(HOURLY, after_run(HOURLY, found, now, scheduled=False), now + SECOND).past_due


def test_a_timer_that_was_seen_and_never_ran_is_past_due_too() -> None:
    seen = at_start(HOURLY, None, NOON).status

    assert at_start(HOURLY, seen, NOON + 2 * HOUR).past_due


def test_another_schedule_misses_nothing() -> None:
    found = after_run(parse_schedule("0 0 3 * * *"), ran_at(NOON), NOON, scheduled=False)
    soon = at_start(HOURLY, found, NOON + SECOND)
    late = at_start(HOURLY, found, NOON + timedelta(days=3, seconds=1))

    assert soon == Start(Status(NEVER, NOON + HOUR, NOON), past_due=False, to_write=True)
    assert late.status.next == NOON + timedelta(days=3) + HOUR
    assert not late.past_due


def test_a_run_that_began_a_moment_early_counts_as_on_time() -> None:
    early = after_run(HOURLY, Status(NEVER, NOON, NOON), NOON - timedelta(milliseconds=3), scheduled=True)

    assert early == Status(NOON, NOON + HOUR, NOON)


def test_a_clock_that_was_moved_back_begins_anew() -> None:
    found = ran_at(NOON + timedelta(days=31))

    assert is_ahead(found, NOON)
    assert at_start(HOURLY, found, NOON).status.next == NOON + HOUR
    assert not is_ahead(ran_at(NOON), NOON - timedelta(minutes=1))  # the clocks of two machines may differ
    assert is_ahead(ran_at(NOON), NOON - timedelta(minutes=1, seconds=1))


def test_a_status_is_spelled_and_read_as_the_hosts() -> None:
    members = (
        '{"Last":"0001-01-01T00:00:00","Next":"2026-01-02T14:00:00+01:00","LastUpdated":"2026-01-02T12:00:00.5+00:00"}'
    )
    status = Status(NEVER, NOON + HOUR, NOON + SECOND / 2)

    assert read_status(members) == status
    assert status.members() == {
        "Last": "0001-01-01T00:00:00+00:00",
        "Next": "2026-01-02T13:00:00+00:00",
        "LastUpdated": "2026-01-02T12:00:00.500000+00:00",
    }


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"Last": 1}', '{"Last":"x","Next":"x","LastUpdated":"x"}'])
def test_a_status_that_cannot_be_read_is_none(text: str) -> None:
    assert read_status(text) is None


def test_a_function_sees_the_status_only_where_it_is_kept() -> None:
    kept = timer_json(Status(NEVER, NOON, NOON), past_due=True)

    assert '"IsPastDue": true' in kept
    assert '"ScheduleStatus": {"Last"' in kept
    assert "ScheduleStatus" not in timer_json(None, past_due=False)
