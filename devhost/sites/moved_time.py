"""Lets the shop live on the clock that `./dev clock` moves, so that its session and the tokens it checks age with the issuer.

Neither Authlib nor Starlette's session lets itself be told the time, so `time.time` of the whole process is moved; the site's
own code stays what yours would be. TLS reads the machine's clock by itself, and waiting is counted by one that only runs on.
"""

import time
from collections.abc import Callable
from pathlib import Path

from shared.outside.moved_clock import MovedClock


def follow(file: Path) -> None:
    """Move `time.time` of this process by what the file says, from now on and whenever it changes."""
    machine: Callable[[], int] = time.time_ns
    moved = MovedClock(file, lambda: machine() // 1_000_000)
    time.time = lambda: moved.now() / 1_000
