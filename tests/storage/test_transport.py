"""The patience with storage: five tries, pauses that double with full jitter, and what storage itself asks for."""

import pytest

from shared.domain.errors import Unavailable
from shared.storage.transport import LONGEST_WAIT, LostError, Patience


class Storage:
    """Fails so many times, then answers with the number of the try."""

    def __init__(self, failures: int, retry_after: float = 0.0, jitter: float = 1.0) -> None:
        self.failures = failures
        self.retry_after = retry_after
        self.pauses: list[float] = []
        self.patience = Patience(random=lambda: jitter, sleep=self._sleep)

    async def ask(self, number: int) -> int:
        if number <= self.failures:
            raise LostError("no answer", self.retry_after)
        return number

    async def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)


async def test_an_answer_at_once_costs_no_pause() -> None:
    storage = Storage(failures=0)

    assert await storage.patience.through(storage.ask) == 1
    assert storage.pauses == []


async def test_the_longest_pause_doubles_from_ten_milliseconds() -> None:
    storage = Storage(failures=4)

    assert await storage.patience.through(storage.ask) == 5
    assert storage.pauses == [0.01, 0.02, 0.04, 0.08]


async def test_a_pause_is_anything_from_nothing_to_the_longest() -> None:
    storage = Storage(failures=4, jitter=0.0)

    await storage.patience.through(storage.ask)

    assert storage.pauses == [0.0, 0.0, 0.0, 0.0]


async def test_the_fifth_failure_is_the_last() -> None:
    storage = Storage(failures=5)

    with pytest.raises(Unavailable) as gave_up:
        await storage.patience.through(storage.ask)

    assert gave_up.value.detail == "storage: no answer, after 5 tries"
    assert len(storage.pauses) == 4


async def test_what_storage_asks_for_is_waited() -> None:
    storage = Storage(failures=1, retry_after=LONGEST_WAIT)

    await storage.patience.through(storage.ask)

    assert storage.pauses == [LONGEST_WAIT]


async def test_more_than_anybody_waits_for_a_page_is_not_waited() -> None:
    storage = Storage(failures=1, retry_after=LONGEST_WAIT + 1)

    with pytest.raises(Unavailable):
        await storage.patience.through(storage.ask)

    assert storage.pauses == []


async def test_what_is_not_a_lost_answer_is_not_tried_again() -> None:
    storage = Storage(failures=0)
    tries: list[int] = []

    async def refuse(number: int) -> None:
        tries.append(number)
        raise KeyError

    with pytest.raises(KeyError):
        await storage.patience.through(refuse)

    assert tries == [1]


async def test_storage_that_hangs_is_given_up_before_the_longest_wait_is_over() -> None:
    tries: list[int] = []

    async def hang(number: int) -> None:
        tries.append(number)
        raise LostError("no answer in time", waited=5.0)

    with pytest.raises(Unavailable):
        await Storage(failures=0).patience.through(hang)

    assert tries == [1, 2]
