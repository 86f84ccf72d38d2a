"""How long an empty queue is left alone: twice as long each time, within limits (RandomizedExponentialBackoffStrategy)."""

import random
from dataclasses import dataclass

FIRST = 0.1
"""Seconds; QueuePollingIntervals.Minimum."""
LONGEST_HERE = 2.0
"""Seconds. Production goes up to `maxPollingInterval`, a minute; nobody at a terminal would wait that long."""
_SPREAD = 0.2


@dataclass(slots=True)
class Backoff:
    """The pauses between looks at one queue. `longest` in seconds."""

    longest: float
    _exponent: int = 0
    _pause: float = 0.0

    def found(self) -> None:
        """Begin anew: there was something."""
        self._exponent, self._pause = 0, 0.0

    def pause(self) -> float:
        """Give the next pause: there was nothing."""
        if self._pause < self.longest:
            spread = random.uniform(1 - _SPREAD, 1 + _SPREAD)  # noqa: S311 - spreads load, guards nothing
            grown = FIRST + spread * 2 ** (self._exponent - 1) * FIRST if self._exponent else FIRST
            self._pause, self._exponent = min(grown, self.longest), self._exponent + 1
        return self._pause
