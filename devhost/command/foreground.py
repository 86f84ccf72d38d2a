"""Run one program in the terminal's foreground and pass on the signals that are meant for it."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from types import FrameType

from devhost.services.state import CHECKOUT


def run_foreground(command: Sequence[str], environment: Mapping[str, str] | None = None) -> int:
    """Run it to its end and give its exit code."""
    process = subprocess.Popen(command, cwd=CHECKOUT, env={**os.environ, **(environment or {})})

    def pass_on(number: int, _frame: FrameType | None) -> None:
        process.send_signal(number)

    # Ctrl-C reaches the program from the terminal itself: we only must not end before it.
    before = {signal.SIGINT: signal.signal(signal.SIGINT, signal.SIG_IGN)}
    before |= {number: signal.signal(number, pass_on) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        return process.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
