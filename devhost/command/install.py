"""Build the checkout's own Python environment: pinned wheels, checked by hash, with the progress shown.

./dev runs this before anything is installed, so only the standard library is imported here.
"""

import fcntl
import os
import re
import subprocess
import sys
import threading
import time
import venv
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from devhost.command.exits import Exit

REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
BAR = 30
EVERY = 20


def stamp(checkout: Path) -> str:
    """Say for which place and which pins an environment was built; ./dev compares the very same text."""
    return f"{checkout}\n" + "".join((checkout / name).read_text("utf-8") for name in REQUIREMENTS)


def pinned(checkout: Path) -> set[str]:
    """List the packages that both files pin."""
    return {name for file in REQUIREMENTS for name in PINNED.findall((checkout / file).read_text("utf-8"))}


class Progress:
    """A bar on a terminal; elsewhere a line now and then."""

    def __init__(self, total: int) -> None:
        self.total = max(total, 1)
        self.live = sys.stdout.isatty()
        self.said = ""

    def show(self, verb: str, done: int, what: str = "") -> None:
        """Say how far the work is."""
        done = min(done, self.total)
        if self.live:
            filled = BAR * done // self.total
            bar = "#" * filled + "." * (BAR - filled)
            print(f"\r  [{bar}] {done}/{self.total} {verb} {what:<32.32}", end="", flush=True)
            return
        line = f"  {verb} {done // EVERY * EVERY if done < self.total else done}/{self.total}"
        if line != self.said:
            self.said = line
            print(line, flush=True)

    def end(self) -> None:
        """Leave the bar's line."""
        if self.live:
            print(flush=True)


def clean_environment() -> dict[str, str]:
    """Give pip the caller's environment without what could bend it."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def watch_unpacking(site_packages: Path, progress: Progress, finished: threading.Event) -> None:
    """Show how many packages have arrived in the environment: pip itself is silent while it unpacks."""
    while not finished.wait(0.3):
        progress.show("unpacked", len(list(site_packages.glob("*.dist-info"))))


def follow(lines: Iterable[str], progress: Progress, site_packages: Path) -> deque[str]:
    """Turn pip's lines into progress and keep its last words."""
    last: deque[str] = deque(maxlen=15)
    fetched = 0
    finished = threading.Event()
    for line in lines:
        last.append(line.rstrip())
        if line.startswith("Collecting "):
            fetched += 1
            progress.show("fetched", fetched, line.split()[1])
        if line.startswith("Installing collected packages"):
            threading.Thread(target=watch_unpacking, args=(site_packages, progress, finished), daemon=True).start()
    finished.set()
    return last


def install(checkout: Path, environment: Path) -> int:
    """Install both requirement files into a new environment and stamp it."""
    total = len(pinned(checkout))
    version = ".".join(str(part) for part in sys.version_info[:3])
    print(f"Installing {total} packages into .venv with Python {version} (once).", flush=True)
    venv.EnvBuilder(clear=True, symlinks=True, with_pip=True, prompt="sluis").create(environment)
    progress = Progress(total)
    files = [argument for name in REQUIREMENTS for argument in ("-r", name)]
    command = [str(environment / "bin" / "python"), "-m", "pip", "install", "--require-hashes", "--only-binary=:all:"]
    command += ["--no-input", "--disable-pip-version-check", "--progress-bar=off", *files]
    (site_packages,) = (environment / "lib").glob("python3*/site-packages")
    with subprocess.Popen(
        command,
        cwd=checkout,
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as pip:
        assert pip.stdout is not None
        last = follow(pip.stdout, progress, site_packages)
    if pip.returncode != 0:
        progress.end()
        print("\n".join(last), file=sys.stderr)
        print("The Python packages could not be installed: pip's last lines above say why.", file=sys.stderr)
        return Exit.TO_INSTALL
    progress.show("installed", total)
    progress.end()
    (environment / "stamp").write_text(stamp(checkout), "utf-8")
    return Exit.OK


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait until no other ./dev of this checkout installs."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "install.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def stands(environment: Path, wanted: str) -> bool:
    """Tell whether the environment was built for what is wanted now."""
    written = environment / "stamp"
    return written.is_file() and written.read_text("utf-8") == wanted


def main(checkout: Path) -> int:
    """Build .venv and say how long it took."""
    started = time.monotonic()
    try:
        with alone(checkout / ".local"):
            if stands(checkout / ".venv", stamp(checkout)):
                return Exit.OK
            code = install(checkout, checkout / ".venv")
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except (OSError, subprocess.CalledProcessError) as refused:
        print(f"The environment .venv could not be built: {refused}", file=sys.stderr)
        return Exit.TO_INSTALL
    if code == Exit.OK:
        print(f"Installed in {time.monotonic() - started:.0f} s.", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
