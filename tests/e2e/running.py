"""`./dev` as a person runs it: through the script, waited for until it says that it is ready, ended by Ctrl-C."""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devhost.services.ports import Ports, choose_base, free
from devhost.services.state import CHECKOUT

SCRIPT = CHECKOUT / "dev"
READY = "Ctrl-C ends"
PATIENCE_SECONDS = 60


def until(true: Callable[[], bool]) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def dev(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command that ends by itself."""
    return subprocess.run(["sh", str(SCRIPT), *arguments], capture_output=True, text=True, check=False)


@dataclass(frozen=True)
class Up:
    """A running checkout, and what it wrote down of itself."""

    process: subprocess.Popen[bytes]
    ports: Ports
    state: Path
    output: Path

    @property
    def told(self) -> str:
        return self.output.read_text("utf-8")

    @property
    def account(self) -> dict[str, Any]:
        """Give `up.json`."""
        written: dict[str, Any] = json.loads((self.state / "up.json").read_text("utf-8"))
        return written

    @property
    def issuer(self) -> str:
        return str(self.account["issuer"])

    def site(self, name: str) -> str:
        return str(self.account["sites"][name])

    def pid(self, child: str) -> int:
        return int(self.account["children"][child]["pid"])

    @property
    def accounts_made(self) -> list[str]:
        """Read which accounts the seed made at this start, in its order."""
        return re.findall(r"^\[prepare\] account +(acc_\w+)$", self.told, re.MULTILINE)

    def interrupt(self) -> int:
        """Press Ctrl-C: the terminal tells the whole group in its foreground. Give the exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(PATIENCE_SECONDS)

    def nothing_left(self) -> bool:
        return all(free(port) for port in self.ports.named())


@contextmanager
def up(state: Path, *arguments: str, ports: Ports | None = None, command: str = "up") -> Iterator[Up]:
    """Run `./dev up`, or what is called like it, until the block ends."""
    chosen = ports or choose_base()
    state.mkdir(parents=True, exist_ok=True)
    output = state.with_name(f"{state.name}-{chosen.base}.txt")
    where = ("--port", str(chosen.base), "--state", str(state))
    with (
        output.open("wb") as written,
        subprocess.Popen(
            ["sh", str(SCRIPT), command, *where, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process,
    ):
        started = Up(process, chosen, state, output)
        try:
            until(lambda: READY in started.told or process.poll() is not None)
            yield started
        finally:
            if process.poll() is None:
                started.interrupt()
