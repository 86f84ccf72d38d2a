"""Where a timer stands: when it ran, when it is next, and what a host that starts makes of that (ScheduleMonitor)."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from devhost.host.timers.schedule import Schedule

NEVER = datetime(1, 1, 1, tzinfo=UTC)
_SKEW = timedelta(minutes=1)  # by which the clocks of two machines may differ


@dataclass(frozen=True, slots=True)
class Status:
    """The content of the status blob."""

    last: datetime
    next: datetime
    last_updated: datetime

    def members(self) -> dict[str, str]:
        """Spell it as the host does."""
        return {"Last": _spelled(self.last), "Next": _spelled(self.next), "LastUpdated": _spelled(self.last_updated)}


@dataclass(frozen=True, slots=True)
class Start:
    """What a host does when it takes up a timer."""

    status: Status
    past_due: bool
    to_write: bool


def at_start(schedule: Schedule, found: Status | None, now: datetime) -> Start:
    """Judge what was found: nothing yet, a missed occurrence (one run catches up), or another schedule (none is missed)."""
    if found is None or is_ahead(found, now):
        return Start(Status(NEVER, schedule.after(now), now), past_due=False, to_write=True)
    since = found.last if found.last > NEVER else found.last_updated if found.last_updated > NEVER else now
    expected = schedule.after(since)
    if found.next == expected:
        return Start(found, past_due=now > found.next, to_write=False)
    if now > expected:
        expected, since = schedule.after(now), now
    return Start(Status(NEVER, expected, since), past_due=False, to_write=True)


def after_run(schedule: Schedule, before: Status, began: datetime, *, scheduled: bool) -> Status:
    """Say what is next after a run; one that began a moment early counts as on time, or it would come twice."""
    at = max(began, before.next) if scheduled else began
    return Status(at, schedule.after(at), at)


def read_status(text: str) -> Status | None:
    """Read a status blob; what cannot be read is as if it had never been written, as in the host."""
    try:
        members: dict[str, Any] = json.loads(text)
        return Status(*(_moment(members[name]) for name in ("Last", "Next", "LastUpdated")))
    except (ValueError, KeyError, TypeError):
        return None


def timer_json(status: Status | None, *, past_due: bool) -> str:
    """Spell what a timer function is called with; without a kept status `ScheduleStatus` is absent."""
    members: dict[str, Any] = {"Schedule": {"AdjustForDST": True}, "IsPastDue": past_due}
    if status is not None:
        members["ScheduleStatus"] = status.members()
    return json.dumps(members)


def is_ahead(found: Status, now: datetime) -> bool:
    """Say whether the clock has been moved back since this was written (`./dev clock`; in production it never is)."""
    return max(found.last, found.last_updated) > now + _SKEW


def _spelled(moment: datetime) -> str:
    return moment.isoformat()


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
