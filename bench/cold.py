"""How much CPU a cold start pays before the first request: `import function_app` in a fresh interpreter, with .pyc.

Beside it stand what no app of ours can avoid: the interpreter itself, and the Functions library that every app imports.
"""

import os
import re
import statistics
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import run

CHECKOUT = Path(__file__).parents[1]
LIMIT = 0.25
"""Seconds of CPU, user and system together, of the whole process."""

RUNS = 21
_TRACES = 5
_DEAREST = 10
_PROGRAMS = ("pass", "import azure.functions", "import function_app")
_ENVIRONMENT = {"PATH": os.defpath, "PYTHONPATH": str(CHECKOUT)}
_LINE = re.compile(r"import time:\s+(\d+) \|\s+\d+ \| ( *)(\S+)")


@dataclass(frozen=True, slots=True)
class Spread:
    """Several measurements of one thing, in seconds."""

    seconds: tuple[float, ...]

    @property
    def least(self) -> float:
        """The run that was disturbed least."""
        return min(self.seconds)

    @property
    def median(self) -> float:
        """The usual run."""
        return statistics.median(self.seconds)

    def __str__(self) -> str:
        return f"{self.least:.3f}  {self.median:.3f}  {max(self.seconds):.3f}"


@dataclass(frozen=True, slots=True)
class Import:
    """One module: what its own body costs in seconds, and which import at the top brought it."""

    module: str
    seconds: float
    because_of: str


def main(_arguments: Sequence[str]) -> int:
    """Measure, print, judge."""
    busy = os.getloadavg()[0] > (os.cpu_count() or 1) / 2
    spreads = measure(_PROGRAMS, RUNS)
    print(f"CPU seconds of a fresh interpreter, {RUNS} runs     least  median most")
    for program, spread in spreads.items():
        print(f"  {f'python -c "{program}"':<46} {spread}")
    print(
        f"\nThe {_DEAREST} dearest imports, each without what it imports in turn (milliseconds, and who asked for it)"
    )
    for one in dearest("function_app"):
        print(f"  {one.seconds * 1000:6.1f}  {one.module:<44} {one.because_of}")
    print(f"\n{verdict(spreads, busy=busy)}")
    return 0 if spreads[_PROGRAMS[-1]].median <= LIMIT else 1


def measure(programs: Sequence[str], runs: int) -> dict[str, Spread]:
    """Run each program so many times, in turns, so that a busy moment falls on all of them; the first is for the .pyc."""
    seconds: dict[str, list[float]] = defaultdict(list)
    for turn in range(runs + 1):
        for program in programs:
            took = cpu_seconds(program)
            if turn:
                seconds[program].append(took)
    return {program: Spread(tuple(taken)) for program, taken in seconds.items()}


def cpu_seconds(program: str) -> float:
    """Give user and system time of an interpreter that runs a program. Raises RuntimeError when it fails."""
    child = os.posix_spawn(sys.executable, (sys.executable, "-c", program), _ENVIRONMENT)
    _, status, used = os.wait4(child, 0)
    if status:
        raise RuntimeError(f"`{program}` failed")
    return used.ru_utime + used.ru_stime


def verdict(spreads: Mapping[str, Spread], *, busy: bool) -> str:
    """Say whether the limit is kept, and how much of it is ours."""
    floor, library, ours = (spreads[program] for program in _PROGRAMS)
    kept = "within" if ours.median <= LIMIT else "OVER"
    said = (
        f"{ours.median:.3f} s is {kept} the limit of {LIMIT:.2f} s: {floor.median:.3f} the interpreter, "
        f"{library.median - floor.median:.3f} azure.functions, {ours.median - library.median:.3f} our own."
    )
    if busy and ours.median > LIMIT:
        said += " This machine is busy with other things, which makes CPU dearer: measure again when it is quiet."
    return said


def dearest(program: str) -> list[Import]:
    """Give the dearest imports of a module, by the median of several traces."""
    taken: dict[str, list[Import]] = defaultdict(list)
    for _ in range(_TRACES):
        for one in traced(program):
            taken[one.module].append(one)
    usual = [sorted(each, key=lambda one: one.seconds)[len(each) // 2] for each in taken.values()]
    return sorted(usual, key=lambda one: one.seconds, reverse=True)[:_DEAREST]


def traced(module: str) -> list[Import]:
    """Import a module in an interpreter that says what each import took."""
    command = (sys.executable, "-X", "importtime", "-c", f"import {module}")
    return imports(run(command, env=_ENVIRONMENT, capture_output=True, text=True, check=True).stderr, module)


def imports(trace: str, module: str) -> list[Import]:
    """Read a trace: indented by two for each level, a module after those it brought; only what `module` brought counts."""
    found: list[Import] = []
    inside, because_of = False, ""
    for line in reversed(trace.splitlines()):
        match = _LINE.fullmatch(line)
        if match is None:
            continue
        depth, name = len(match[2]) // 2, match[3]
        if depth == 0:
            inside = name == module
        if depth <= 1:
            because_of = name
        if inside:
            found.append(Import(name, int(match[1]) / 1e6, because_of))
    return found
