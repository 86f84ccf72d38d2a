"""`./dev check` and `./dev test`: everything a machine can say about the code, in one command each."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from devhost.command.exits import Exit
from devhost.command.foreground import run_foreground
from devhost.command.terminal import bar, bold, say
from devhost.services import node
from devhost.services.children import Children
from devhost.services.chromium import find_chromium
from devhost.services.state import CHECKOUT, State

SCRIPTS = Path(sys.executable).parent
# pytest's own codes: 0 passed, 1 failed, 2 interrupted, 3 broke, 4 called wrongly, 5 found no test.
MEANING = {0: Exit.OK, 2: Exit.INTERRUPTED, 4: Exit.USAGE}
PARALLEL = ("-n", "2", "--dist", "loadfile")


@dataclass(frozen=True, slots=True)
class Check:
    """One tool and what it looks at."""

    name: str
    command: tuple[str, ...]


CHECKS = (
    Check("format", (str(SCRIPTS / "ruff"), "format", "--check", ".")),
    Check("lint", (str(SCRIPTS / "ruff"), "check", ".")),
    Check("types", (sys.executable, "-m", "mypy")),
    Check("import contracts", (str(SCRIPTS / "lint-imports"), "--no-logo")),
    Check("shape", (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_shape.py")),
)


def check(checks: Sequence[Check] = CHECKS) -> Exit:
    """Run every check, even after one has failed, and sum up."""
    lines = []
    failed = False
    for one in checks:
        say(bold(f"── {one.name}"))
        started = time.monotonic()
        code = run_foreground(one.command)
        failed = failed or code != 0
        lines.append(f"  {'ok    ' if code == 0 else 'FAILED'} {one.name} ({time.monotonic() - started:.1f} s)")
    say(bold("── summary"))
    say("\n".join(lines))
    return Exit.FAILED if failed else Exit.OK


def pytest_arguments(given: Sequence[str]) -> list[str]:
    """Run two files at a time unless the person decides otherwise."""
    decided = any(argument.startswith(("-n", "--numprocesses", "--dist", "--pdb")) for argument in given)
    return list(given) if decided else [*PARALLEL, *given]


def test(given: Sequence[str]) -> Exit:
    """Run the tests with everything they need at hand."""
    state = State()
    browsers = state.folder / "browsers"
    chromium = str(find_chromium(browsers))
    install_node(state)
    cache = state.folder / "cache"
    environment = {
        "SLUIS_CHROMIUM": chromium,
        "PLAYWRIGHT_BROWSERS_PATH": str(browsers),
        # Browsers and their libraries write there: not into the person's home.
        "XDG_CACHE_HOME": str(cache),
        "XDG_CONFIG_HOME": str(cache),
    }
    code = run_foreground((sys.executable, "-m", "pytest", *pytest_arguments(given)), environment)
    return MEANING.get(code, Exit.FAILED)


def install_node(state: State) -> None:
    """Install the npm packages where they are missing."""
    if node.installed(state.node):
        return
    with Children(cwd=CHECKOUT, logs=state.logs) as children, bar("Installing npm packages (once)") as progress:
        node.prepare(state.node, children, progress)
