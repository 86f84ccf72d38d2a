"""Start programs together, know when they serve, keep their last words, and end every one of them.

Each program is its own process group, so that Ctrl-C in the terminal reaches only us and we end them in order.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Self

from devhost.command.exits import InterruptedRunError, RefusedError
from devhost.services import watchdog
from devhost.services.ports import answers

READY = "READY "
READY_SECONDS = 60.0
END_SECONDS = 5.0
GLANCE_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Program:
    """What to start, and how it shows that it serves: a line beginning with READY, or ports that answer."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    ports: tuple[int, ...] = ()
    holds_state: bool = False  # ended last, so that the others can finish their writes
    gated: bool = False  # goes on only when its gate is opened (devhost/services/gated.py)
    echo: Callable[[str], None] | None = None


class Child:
    """A started program."""

    def __init__(self, program: Program, *, cwd: Path, log: Path, ended: Callable[["Child"], None]) -> None:
        self.program = program
        self.log = log
        self.last: deque[str] = deque(maxlen=20)
        self.ready = threading.Event()
        self.process = subprocess.Popen(
            program.command,
            cwd=cwd,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **program.environment},
            stdin=subprocess.PIPE if program.gated else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._ended = ended
        self._pump = threading.Thread(target=self._follow, name=f"output of {program.name}", daemon=True)
        self._pump.start()

    def _follow(self) -> None:
        assert self.process.stdout is not None
        with self.log.open("w", encoding="utf-8", buffering=1) as log, self.process.stdout as output:
            for line in output:
                log.write(line)
                self.last.append(line.rstrip())
                self._notice(line.rstrip())
        self.process.wait()
        self._ended(self)

    def _notice(self, line: str) -> None:
        if line.startswith(READY) and not self.ready.is_set():
            self.ready.set()
        elif self.program.echo is not None:
            self.program.echo(line)

    @property
    def running(self) -> bool:
        """Tell whether the program has not ended."""
        return self.process.poll() is None

    def serves(self) -> bool:
        """Tell whether the program has shown that it serves."""
        if self.program.ports and not self.ready.is_set() and all(answers(port) for port in self.program.ports):
            self.ready.set()
        return self.ready.is_set()

    def epitaph(self) -> str:
        """Say how it ended, with its last lines."""
        self._pump.join(timeout=1)
        code = self.process.returncode
        how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
        lines = "".join(f"\n    {line}" for line in self.last)
        return f"{self.program.name} {how}; its last lines (all in {self.log}):{lines or ' none'}"

    def signal(self, number: signal.Signals) -> None:
        """Signal its whole process group."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)

    def open_gate(self) -> None:
        """Let a gated program go on."""
        if self.process.stdin is not None:
            self.process.stdin.close()

    def wait_ended(self, seconds: float) -> bool:
        """Wait until it has ended and all it said is read."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        self._pump.join(timeout=1)
        return True


class Children:
    """The programs started together; leaving the `with` ends every one."""

    def __init__(self, *, cwd: Path, logs: Path) -> None:
        self.cwd = cwd
        self.logs = logs
        self.started: list[Child] = []
        self.events: SimpleQueue[Child | None] = SimpleQueue()
        self.interrupted = threading.Event()

    def __enter__(self) -> Self:
        self.logs.mkdir(parents=True, exist_ok=True)
        self._watchdog = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(watchdog.__file__))],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
            bufsize=1,
            start_new_session=True,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def interrupt(self) -> None:
        """Ask from a signal handler that waiting ends now."""
        self.interrupted.set()
        self.events.put(None)

    def start(self, program: Program) -> Child:
        """Start a program without waiting for it."""
        if self.interrupted.is_set():
            raise InterruptedRunError
        log = self.logs / f"{program.name}.log"
        child = Child(program, cwd=self.cwd, log=log, ended=self.events.put)
        self.started.append(child)
        self._tell(f"+{child.process.pid}")
        return child

    def _tell(self, line: str) -> None:
        assert self._watchdog.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._watchdog.stdin.write(f"{line}\n")

    def wait_ready(self, *children: Child) -> None:
        """Wait until each serves; refuse when one ends first or takes too long."""
        deadline = time.monotonic() + READY_SECONDS
        for child in children:
            while not child.serves():
                self._glance(child, deadline)

    def _glance(self, child: Child, deadline: float) -> None:
        if self.interrupted.wait(GLANCE_SECONDS):
            raise InterruptedRunError
        if not child.running:
            raise RefusedError(child.epitaph())
        if time.monotonic() > deadline:
            raise RefusedError(f"{child.program.name} did not serve within {READY_SECONDS:.0f} s; read {child.log}.")

    def run(self, program: Program, *, meanwhile: Callable[[], None] | None = None) -> Child:
        """Start a program that ends by itself and wait for its end."""
        return self.finish(self.start(program), meanwhile=meanwhile)

    def finish(self, child: Child, *, meanwhile: Callable[[], None] | None = None) -> Child:
        """Open a started program's gate and wait for its end."""
        child.open_gate()
        while not child.wait_ended(GLANCE_SECONDS):
            if self.interrupted.is_set():
                raise InterruptedRunError
            if meanwhile is not None:
                meanwhile()
        self.started.remove(child)
        self._tell(f"-{child.process.pid}")
        return child

    def deaths(self) -> Iterator[Child]:
        """Give each program that ends though it should serve, until interrupted."""
        while not self.interrupted.is_set():
            # A time limit, because on some systems a wait without one keeps signals from being handled.
            with contextlib.suppress(Empty):
                child = self.events.get(timeout=1)
                if child is not None and child in self.started:
                    yield child

    def end(self) -> None:
        """End all, once: first those that use the stores, then the stores."""
        for wave in (False, True):
            self._end([child for child in reversed(self.started) if child.program.holds_state is wave])
        self.started.clear()
        assert self._watchdog.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._watchdog.stdin.close()
        self._watchdog.wait()

    def _end(self, wave: list[Child]) -> None:
        for child in wave:
            child.signal(signal.SIGTERM)
            child.open_gate()
        deadline = time.monotonic() + END_SECONDS
        for child in wave:
            if not child.wait_ended(max(deadline - time.monotonic(), 0)):
                child.signal(signal.SIGKILL)
                child.wait_ended(END_SECONDS)
            self._tell(f"-{child.process.pid}")
