"""The clock that `./dev clock` moves: the machine's, and so many milliseconds more. In development and tests only.

The number stands in a file that is replaced whole. A glance at the file's inode and date costs about a microsecond, so
every reading looks, and a move holds from the next reading on.
"""

import os
from collections.abc import Callable
from pathlib import Path

from shared.domain.errors import UnusableSettings
from shared.domain.times import Millis


class MovedClock:
    """The machine's clock and what a file adds to it; nothing is added where there is no file."""

    def __init__(self, file: Path, machine: Callable[[], Millis]) -> None:
        self._file = file
        self._machine = machine
        self._seen: tuple[int, int] | None = None
        self._moved: Millis = 0

    def now(self) -> Millis:
        """Read the clock. Raises UnusableSettings when the file holds no number."""
        try:
            glance = os.stat(self._file)  # noqa: PTH116 - a third of the cost of Path.stat, on every reading
        except FileNotFoundError:
            return self._machine()
        seen = (glance.st_ino, glance.st_mtime_ns)
        if seen != self._seen:
            self._moved, self._seen = self._read(), seen
        return self._machine() + self._moved

    def _read(self) -> Millis:
        try:
            return int(self._file.read_text("utf-8"))
        except FileNotFoundError:
            return 0
        except ValueError as wrong:
            raise UnusableSettings(
                f"{self._file} holds no number of milliseconds: `./dev clock reset` removes it."
            ) from wrong
