"""Ends the started programs when the one who started them is gone, even by `kill -9`.

It reads process groups from its standard input, a line each. The input ends when the starter does, however it
ended; then every group still listed is ended too. It runs alone, so only the standard library is imported.
"""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterable

PATIENCE_SECONDS = 5.0


def listed(lines: Iterable[str]) -> set[int]:
    """Read which groups are still running: `+12` has started, `-12` has ended."""
    groups: set[int] = set()
    for line in lines:
        group = int(line[1:])
        (groups.add if line.startswith("+") else groups.discard)(group)
    return groups


def send(groups: set[int], number: signal.Signals) -> set[int]:
    """Signal each group and say which of them still exist."""
    alive = set()
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)
            alive.add(group)
    return alive


def main() -> None:
    """Wait for the end of the starter, then end what it left."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    left = send(listed(sys.stdin), signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        left = {group for group in left if exists(group)}
    send(left, signal.SIGKILL)


def exists(group: int) -> bool:
    """Tell whether the group has a member left."""
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    main()
