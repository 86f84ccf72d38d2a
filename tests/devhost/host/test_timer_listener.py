"""The life of a timer, on a clock moved by hand: when it runs, how often, what is written down ([src] TimerListener)."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from azure.core.exceptions import ServiceRequestError

from devhost.host.functions import TimerFunction
from devhost.host.stopping import Stopping
from devhost.host.timers.listener import TimerListener
from devhost.host.timers.schedule import parse_schedule
from devhost.host.timers.status import NEVER, Status

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOURLY = TimerFunction("hourly", "id", "timer", parse_schedule("0 0 * * * *"))


@dataclass
class Scene:
    """A timer, its store, and what it did. It is the store."""

    function: TimerFunction = HOURLY
    now: datetime = NOON
    kept: Status | None = None
    runs: list[dict[str, Any]] = field(default_factory=list)
    takes: timedelta = timedelta(0)
    away: bool = False
    stopping: Stopping = field(default_factory=Stopping)

    async def read(self) -> Status | None:
        return self.kept

    async def write(self, status: Status) -> None:
        if self.away:
            raise ServiceRequestError("no connection")
        self.kept = status

    async def fire(self, timer: str) -> None:
        self.runs.append({"at": self.now, **json.loads(timer)})
        self.now, self.takes = self.now + self.takes, timedelta(0)

    async def live(self, *moves: Callable[["Scene"], None]) -> None:
        """Let the timer live; between the moves everything that is due happens."""
        listener = TimerListener(
            self.function, store=self, fire=self.fire, now=lambda: self.now, stopping=self.stopping, glance=0.01
        )
        living = asyncio.create_task(listener.run())
        for move in (lambda _: None, *moves):
            move(self)
            await asyncio.sleep(0.05)  # several glances at the clock
        self.stopping.ask()
        with suppress(asyncio.CancelledError):
            await living

    @property
    def times(self) -> list[datetime]:
        return [run["at"] for run in self.runs]


def to(moment: datetime) -> Callable[[Scene], None]:
    def move(scene: Scene) -> None:
        scene.now = moment

    return move


async def test_the_first_start_fires_nothing_and_writes_down_what_is_next() -> None:
    scene = Scene()

    await scene.live()

    assert scene.runs == []
    assert scene.kept == Status(NEVER, NOON + HOUR, NOON)


async def test_it_fires_when_its_time_has_come_and_not_before() -> None:
    scene = Scene()

    await scene.live(to(NOON + HOUR - timedelta(seconds=1)), to(NOON + HOUR), to(NOON + 2 * HOUR))

    assert scene.times == [NOON + HOUR, NOON + 2 * HOUR]
    assert [run["IsPastDue"] for run in scene.runs] == [False, False]
    assert scene.kept == Status(NOON + 2 * HOUR, NOON + 3 * HOUR, NOON + 2 * HOUR)


async def test_a_start_that_comes_late_catches_up_with_one_run() -> None:
    scene = Scene(kept=Status(NEVER, NOON + HOUR, NOON), now=NOON + timedelta(days=3))

    await scene.live()
    again = replace(scene, runs=[], stopping=Stopping())
    await again.live()

    assert [run["IsPastDue"] for run in scene.runs] == [True]
    assert scene.runs[0]["ScheduleStatus"]["Next"] == "2026-01-02T13:00:00+00:00"
    assert again.runs == []


async def test_a_clock_moved_over_many_occurrences_is_one_run() -> None:
    scene = Scene()

    await scene.live(to(NOON + timedelta(days=31)))

    assert scene.times == [NOON + timedelta(days=31)]


async def test_a_clock_moved_back_brings_the_next_run_back() -> None:
    scene = Scene()

    await scene.live(to(NOON + timedelta(days=31)), to(NOON + timedelta(seconds=5)), to(NOON + HOUR))

    assert scene.times == [NOON + timedelta(days=31), NOON + HOUR]


async def test_a_run_longer_than_its_period_is_not_overtaken() -> None:
    scene = Scene(takes=HOUR * 2.5)

    await scene.live(to(NOON + HOUR))

    # From the moment it began the next is at 14:00; that is past when it ends at 15:30, and runs once, at once.
    assert scene.times[:2] == [NOON + HOUR, NOON + HOUR * 3.5]


@pytest.mark.parametrize("past_due", [False, True])
async def test_run_on_startup_is_one_run_at_the_start(*, past_due: bool) -> None:
    kept = Status(NEVER, NOON - HOUR, NOON - 2 * HOUR) if past_due else None
    scene = Scene(replace(HOURLY, run_on_startup=True), kept=kept)

    await scene.live()

    assert [run["IsPastDue"] for run in scene.runs] == [past_due]


async def test_without_a_monitor_nothing_is_kept_and_nothing_is_past_due() -> None:
    scene = Scene(replace(HOURLY, use_monitor=False), kept=Status(NEVER, NOON - HOUR, NOON - 2 * HOUR))

    await scene.live(to(NOON + HOUR))

    assert scene.times == [NOON + HOUR]
    assert "ScheduleStatus" not in scene.runs[0]
    assert scene.kept == Status(NEVER, NOON - HOUR, NOON - 2 * HOUR)


async def test_a_timer_of_every_second_keeps_no_status() -> None:
    scene = Scene(replace(HOURLY, schedule=parse_schedule("* * * * * *")))

    await scene.live(to(NOON + timedelta(seconds=1)))

    assert scene.times == [NOON + timedelta(seconds=1)]
    assert scene.kept is None


async def test_a_status_that_cannot_be_written_does_not_stop_the_schedule(capsys: pytest.CaptureFixture[str]) -> None:
    def lose_storage(scene: Scene) -> None:
        scene.away = True

    scene = Scene()
    await scene.live(lose_storage, to(NOON + HOUR), to(NOON + 2 * HOUR))

    assert len(scene.runs) == 2
    assert "timer hourly: its status could not be written" in capsys.readouterr().err


async def test_nothing_is_begun_once_the_host_ends() -> None:
    def end(scene: Scene) -> None:
        scene.stopping.ask()

    scene = Scene()
    await scene.live(end, to(NOON + HOUR))

    assert scene.runs == []
