"""The clock that `./dev clock` moves: the machine's, and so many milliseconds more. In development and tests only.

The number stands in a file that is replaced whole. It is looked at every 100 ms at most, so that reading the time costs
next to nothing, and a move is seen by everything that runs well within a second.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from shared.domain.errors import UnusableSettings
from shared.domain.times import Millis

LOOK_EVERY: Final[Millis] = 100


class MovedClock:
    """The machine's clock and what a file adds to it; nothing is added where there is no file."""

    def __init__(self, file: Path, machine: Callable[[], Millis]) -> None:
        self._file = file
        self._machine = machine
        self._looked_at: Millis = 0
        self._moved: Millis = 0

    def now(self) -> Millis:
        """Read the clock. Raises UnusableSettings when the file holds no number."""
        machine = self._machine()
        # The machine's own clock may be set back, too.
        if abs(machine - self._looked_at) >= LOOK_EVERY:
            self._moved, self._looked_at = self._read(), machine
        return machine + self._moved

    def _read(self) -> Millis:
        try:
            return int(self._file.read_text("utf-8"))
        except FileNotFoundError:
            return 0
        except ValueError as wrong:
            raise UnusableSettings(
                f"{self._file} holds no number of milliseconds: `./dev clock reset` removes it."
            ) from wrong
