"""The commands that run one program in the foreground: seed, audit, bench."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from devhost.command.exits import Exit, RefusedError
from devhost.command.foreground import run_foreground
from devhost.services.state import State, read_running


def seed(state: State, file: Path) -> int:
    """Load a seed into what runs; it creates and never overwrites."""
    if not file.is_file():
        raise RefusedError(f"There is no seed file {file}.", Exit.USAGE)
    code = _on_running(state, "prepare", "--asked", "--seed", str(file))
    return Exit.OK if code == 0 else Exit.PREPARE_FAILED


def audit(state: State, account: str) -> int:
    """Print an account's chain and its verdict."""
    return Exit.OK if _on_running(state, "audit", account) == 0 else Exit.FAILED


def bench(arguments: Sequence[str]) -> int:
    """Run a benchmark by name."""
    code = run_foreground((sys.executable, "-m", "bench", *arguments))
    return {0: Exit.OK, 2: Exit.USAGE, 130: Exit.INTERRUPTED}.get(code, Exit.FAILED)


def _on_running(state: State, *arguments: str) -> int:
    settings = cast("dict[str, str]", read_running(state)["settings"])
    return run_foreground((sys.executable, "-m", "devhost.seeds", *arguments), settings)
