"""The directory and the networks' counters: one owner, one counter at a time, and an hour that ends."""

import asyncio

import pytest

from shared.domain.errors import AlreadyThere, Conflict
from shared.domain.lockout import Attempts, Touched
from shared.domain.stored import Entry
from shared.domain.times import HOUR
from shared.storage.directory import TableDirectory, TableSources
from tests.twin.shelf import MemoryShelf

NOON = 1_800_000_000_000 // HOUR * HOUR


@pytest.fixture
def directory() -> TableDirectory:
    return TableDirectory(MemoryShelf())


@pytest.fixture
def sources() -> TableSources:
    return TableSources(MemoryShelf())


async def test_an_address_nobody_has_is_an_empty_entry(directory: TableDirectory) -> None:
    assert await directory.entry("address") == Entry(None, {})


async def test_invariant_1_an_address_is_claimed_once(directory: TableDirectory) -> None:
    answers = await asyncio.gather(
        *(directory.claim("address", f"acc_{number}", at=1, write_id=f"wri_{number}") for number in range(50)),
        return_exceptions=True,
    )

    assert answers.count(None) == 1
    assert sum(isinstance(answer, AlreadyThere) for answer in answers) == 49
    assert (await directory.entry("address")).account_id == f"acc_{answers.index(None)}"
    assert (await directory.entry("addres")).account_id is None


async def test_attempts_stand_beside_the_owner_by_source(directory: TableDirectory) -> None:
    await directory.claim("address", "acc_1", at=1, write_id="wri_1")
    await directory.reserve("address", "here", None, Attempts(1, 0, 5), write_id="wri_2")
    await directory.reserve("address", "there~x", None, Attempts(2, 1, 6), write_id="wri_3")
    entry = await directory.entry("address")

    assert entry.account_id == "acc_1"
    assert {source: stored.value for source, stored in entry.attempts.items()} == {
        "here": Attempts(1, 0, 5),
        "there~x": Attempts(2, 1, 6),
    }


async def test_invariant_5_of_fifty_that_read_the_same_count_one_may_go_on(directory: TableDirectory) -> None:
    for expected in (1, 2):
        read = (await directory.entry("address")).attempts.get("here")
        attempts = Attempts(expected, 0, 5)
        answers = await asyncio.gather(
            *(directory.reserve("address", "here", read, attempts, write_id=f"wri_{one}") for one in range(50)),
            return_exceptions=True,
        )

        assert answers.count(None) == 1
        assert sum(isinstance(answer, Conflict) for answer in answers) == 49
        assert (await directory.entry("address")).attempts["here"].value.count == expected


async def test_a_network_counts_by_the_hour_and_by_counter(sources: TableSources) -> None:
    touched = Touched(3, ("a", "b"))
    await sources.reserve("network", 2, None, touched, now=NOON, write_id="wri_1")

    async def read(network: str, counter: int, now: int) -> Touched | None:
        stored = await sources.read(network, counter, now)
        return stored.value if stored else None

    assert await read("network", 2, NOON + HOUR - 1) == touched
    assert await read("network", 2, NOON + HOUR) is None
    assert await read("network", 3, NOON) is None
    assert await read("another", 2, NOON) is None


async def test_a_networks_counter_has_one_winner_at_a_time(sources: TableSources) -> None:
    await sources.reserve("network", 0, None, Touched(1), now=NOON, write_id="wri_1")
    read = await sources.read("network", 0, NOON)
    await sources.reserve("network", 0, read, Touched(2), now=NOON, write_id="wri_2")

    with pytest.raises(Conflict):
        await sources.reserve("network", 0, read, Touched(2), now=NOON, write_id="wri_3")
    with pytest.raises(Conflict):
        await sources.reserve("network", 0, None, Touched(1), now=NOON, write_id="wri_4")
