"""The benchmark that is too big for the suite, among few: it fills a world up, and finds what the budget says."""

import pytest

from bench.scale import USAGE, calls_among, crowded, main
from tests.test_budget import BUDGET
from tests.twin.shelf import MemoryShelf


async def test_a_small_crowd_costs_what_the_budget_says() -> None:
    assert await calls_among(2_000) == BUDGET


def test_a_world_is_filled_up_to_its_size_with_people_of_their_own_names() -> None:
    memory = MemoryShelf()
    for table in ("accounts", "directory"):
        memory._tables[table] = {"there": {}}

    crowded(memory, world_size=1_000)

    assert {len(memory._tables[table]) for table in ("accounts", "directory")} == {1_000}


def test_it_says_what_there_is_when_called_otherwise(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == main(["speed"]) == USAGE

    assert "calls" in capsys.readouterr().err
