"""What the commands say to the person at the terminal: plain lines, bold where there is a screen, bars on long work."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

EVERY = 100


def say(line: str = "") -> None:
    """Print a line at once."""
    print(line, flush=True)


def complain(line: str) -> None:
    """Print a line that tells of trouble."""
    print(bold(line, screen=sys.stderr.isatty()), file=sys.stderr, flush=True)


def bold(text: str, *, screen: bool | None = None) -> str:
    """Stress a text where that can be seen."""
    on_screen = sys.stdout.isatty() if screen is None else screen
    return f"\x1b[1m{text}\x1b[0m" if on_screen and "NO_COLOR" not in os.environ else text


@contextmanager
def bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """Show how far long work is: a bar on a screen, a line now and then elsewhere."""
    if not sys.stdout.isatty():
        yield _lines(title)
        return
    # Shown with the first step: where nothing has to be done there is nothing to see.
    with ExitStack() as stack:
        shown: list[Callable[[int, int], None]] = []

        def tell(done: int, total: int) -> None:
            if not shown:
                shown.append(stack.enter_context(_drawn(title)))
            shown[0](done, total)

        yield tell


@contextmanager
def _drawn(title: str) -> Iterator[Callable[[int, int], None]]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415 - slow to import, seldom needed

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _lines(title: str) -> Callable[[int, int], None]:
    said: set[int] = set()

    def tell(done: int, total: int) -> None:
        step = total if done >= total else done // EVERY * EVERY
        if step not in said:
            said.add(step)
            say(f"{title}: {step}/{total}")

    return tell


def echo(name: str) -> Callable[[str], None]:
    """Make a printer for what a program says."""
    return lambda line: say(f"[{name}] {line}")


def table(rows: Sequence[tuple[str, str]]) -> str:
    """Lay out two columns."""
    width = max(len(left) for left, _ in rows)
    return "\n".join(f"  {left:<{width}}  {right}" for left, right in rows)


def from_caller(path: Path, called_from: Path) -> Path:
    """Read a path as the person meant it: from the folder ./dev was called in."""
    return (called_from / path.expanduser()).resolve()
