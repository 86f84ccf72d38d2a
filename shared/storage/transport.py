"""How patiently a call to storage is tried again when no answer came, or the answer was "later" (RFC 9110 §15.6.4)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from typing import Final

from shared.domain.errors import Unavailable

TRIES: Final = 5
FIRST_PAUSE: Final = 0.010
"""Seconds; the longest pause after the first try. It doubles with every further one."""
LONGEST_WAIT: Final = 10.0
"""Seconds, all tries together. Storage that asks for or takes more is away: nobody waits that long for a page."""


class LostError(Exception):
    """A try without an answer, or told to come later. Whether it took effect is not known."""

    def __init__(self, why: str, retry_after: float = 0.0, *, waited: float = 0.0) -> None:
        super().__init__(why)
        self.why = why
        self.retry_after = retry_after
        self.waited = waited
        """Seconds that were lost with this try."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Five tries with full jitter. `random` gives 0 ≤ x < 1; `sleep` waits so many seconds."""

    random: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]

    async def through[T](self, attempt: Callable[[int], Awaitable[T]]) -> T:
        """Run `attempt`, which gets its number from 1 on, until it answers. Raises Unavailable when it never does."""
        waited = 0.0
        for number in count(1):
            try:
                return await attempt(number)
            except LostError as lost:
                waited += lost.waited
                # Would another try like this one be over in time?
                if number == TRIES or waited + lost.retry_after + lost.waited > LONGEST_WAIT:
                    raise Unavailable(f"storage: {lost.why}, after {number} tries") from lost
                # Full jitter, so that those who failed together do not come back together.
                pause = max(FIRST_PAUSE * 2 ** (number - 1) * self.random(), lost.retry_after)
            await self.sleep(pause)
        raise AssertionError("a count does not end")
