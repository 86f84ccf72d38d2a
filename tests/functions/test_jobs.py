"""A timer's wrapper: the app is given, the run is told of without anything personal, and a failure stays one."""

import inspect
import logging
from typing import Any

import azure.functions as func
import pytest

from functions.jobs import job
from shared.domain.errors import Unavailable
from shared.ports import App
from tests.flows.worlds import a_quick_world


class Told:
    """What was logged."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []

    def __call__(self, message: str, **said: Any) -> None:
        self.lines.append({"message": message, **said})


@pytest.fixture
async def app() -> App:
    return (await a_quick_world()).app


async def test_a_run_says_that_it_began_and_how_much_it_did(app: App) -> None:
    told, given = Told(), []

    async def work(app: App) -> int:
        """Do something."""
        given.append(app)
        return 7

    async def start() -> App:
        return app

    await job(work, start=start, tell=told)(func.TimerRequest(past_due=True))

    assert given == [app]
    assert told.lines == [
        {"message": "job began", "job": "work", "past_due": True},
        {"message": "job ended", "job": "work", "done": 7},
    ]


async def test_a_run_that_fails_says_so_and_fails(app: App) -> None:
    told = Told()

    async def work(_: App) -> int:
        raise Unavailable("storage: no connection, after 5 tries")

    async def start() -> App:
        return app

    with pytest.raises(Unavailable):
        await job(work, start=start, tell=told)(func.TimerRequest())

    assert told.lines[-1] == {
        "message": "job failed",
        "level": logging.ERROR,
        "job": "work",
        "error": "Unavailable",
        "detail": "storage: no connection, after 5 tries",
    }


async def test_what_the_worker_sees_is_an_async_function_of_a_timer_under_the_name_of_its_work() -> None:
    async def sweep(_: App) -> int:
        """Sweep."""
        return 0

    wrapped = job(sweep)

    assert inspect.iscoroutinefunction(wrapped)
    assert list(inspect.signature(wrapped).parameters) == ["timer"]
    assert (wrapped.__name__, wrapped.__doc__) == ("sweep", "Sweep.")
    assert not hasattr(wrapped, "__wrapped__")
