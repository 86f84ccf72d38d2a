"""What an app declares about its functions, as the worker library reports it: what runs on HTTP, on time, on a queue."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from devhost.host.placeholders import UnsetError, resolved
from devhost.host.timers.schedule import Schedule, ScheduleError, parse_schedule


class AppRefusedError(Exception):
    """The app cannot be served; the text is for the developer at the terminal."""


class Level(StrEnum):
    """Who may call a function (the binding's `authLevel`)."""

    ANONYMOUS = "ANONYMOUS"
    FUNCTION = "FUNCTION"
    ADMIN = "ADMIN"


@dataclass(frozen=True, slots=True)
class Indexed:
    """One function as the worker library indexed it; `code` is what it will call."""

    name: str
    function_id: str
    raw_bindings: tuple[str, ...]
    code: Callable[..., Any] | None = None

    def bindings(self) -> list[dict[str, Any]]:
        """Return the bindings as the host reads them: JSON objects."""
        return [json.loads(raw) for raw in self.raw_bindings]

    def trigger(self) -> dict[str, Any]:
        """Return the binding that starts the function; an empty one where there is none."""
        return next((binding for binding in self.bindings() if binding["type"].lower().endswith("trigger")), {})

    def kind(self) -> str:
        """Name the kind of the trigger, in lower case."""
        return str(self.trigger().get("type", "")).lower()


@dataclass(frozen=True, slots=True)
class HttpFunction:
    """A function behind HTTP; no `methods` means all of them."""

    name: str
    function_id: str
    argument: str
    route: str
    methods: frozenset[str]
    level: Level


@dataclass(frozen=True, slots=True)
class TimerFunction:
    """A function on time."""

    name: str
    function_id: str
    argument: str
    schedule: Schedule
    run_on_startup: bool = False
    use_monitor: bool = True

    def monitored(self, now: datetime) -> bool:
        """Say whether its status is kept: never when it fires more than once a minute."""
        return self.use_monitor and not self.schedule.comes_often(now)


@dataclass(frozen=True, slots=True)
class QueueFunction:
    """A function on a queue; `connection` is the name of a setting."""

    name: str
    function_id: str
    argument: str
    queue: str
    connection: str


@dataclass(slots=True)
class Declared:
    """All functions of an app by what starts them, and a sentence for each that cannot be read."""

    http: list[HttpFunction] = field(default_factory=list)
    timers: list[TimerFunction] = field(default_factory=list)
    queues: list[QueueFunction] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def declared(indexed: Iterable[Indexed], values: Mapping[str, str]) -> Declared:
    """Sort the functions by their triggers, `%SETTING%` put in."""
    found = Declared()
    for function in indexed:
        try:
            _add(found, function, values)
        except (ScheduleError, UnsetError) as wrong:
            found.problems.append(f"function {function.name}: its trigger is refused: {wrong}")
    return found


def _add(found: Declared, function: Indexed, values: Mapping[str, str]) -> None:
    match function.kind():
        case "httptrigger":
            found.http.append(_http(function, function.trigger()))
        case "timertrigger":
            found.timers.append(_timer(function, function.trigger(), values))
        case "queuetrigger":
            found.queues.append(_queue(function, function.trigger(), values))
        case _:
            found.others.append(function.name)


def _http(function: Indexed, trigger: dict[str, Any]) -> HttpFunction:
    route = trigger.get("route")
    return HttpFunction(
        name=function.name,
        function_id=function.function_id,
        argument=trigger["name"],
        route=function.name if route is None else route,
        methods=frozenset(method.upper() for method in trigger.get("methods") or ()),
        level=Level(trigger.get("authLevel", Level.FUNCTION).upper()),
    )


def _timer(function: Indexed, trigger: dict[str, Any], values: Mapping[str, str]) -> TimerFunction:
    return TimerFunction(
        name=function.name,
        function_id=function.function_id,
        argument=trigger["name"],
        schedule=parse_schedule(resolved(str(trigger.get("schedule", "")), values)),
        run_on_startup=trigger.get("runOnStartup") is True,
        use_monitor=trigger.get("useMonitor") is not False,
    )


def _queue(function: Indexed, trigger: dict[str, Any], values: Mapping[str, str]) -> QueueFunction:
    return QueueFunction(
        name=function.name,
        function_id=function.function_id,
        argument=trigger["name"],
        queue=resolved(str(trigger.get("queueName", "")), values),
        connection=str(trigger.get("connection") or "Storage"),
    )
