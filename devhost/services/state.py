"""Where a checkout keeps what it must remember: state in `.local/`, and `.local/up.json` while something runs."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devhost.command.exits import Exit, RefusedError

CHECKOUT = Path(__file__).resolve().parents[2]
# What `--fresh` leaves alone: installed programs, what makes the next start fast, and the CA that browsers know.
KEPT = frozenset({"node", "browsers", "cache", "lock", "install.lock", "ca.pem", "tls"})


@dataclass(frozen=True, slots=True)
class State:
    """The folder of the state; what is installed always lives in the checkout's own."""

    folder: Path = CHECKOUT / ".local"

    @property
    def node(self) -> Path:
        """Where the npm packages are installed."""
        return CHECKOUT / ".local" / "node"

    @property
    def azurite(self) -> Path:
        """Azurite's files."""
        return self.folder / "azurite"

    @property
    def vault(self) -> Path:
        """The vault double's files."""
        return self.folder / "vault"

    @property
    def vault_ca(self) -> Path:
        """The CA that signs the vault double's certificate, where the app's settings look for it."""
        return self.folder / "vault-ca.pem"

    @property
    def mail(self) -> Path:
        """The caught mail."""
        return self.folder / "mail"

    @property
    def logs(self) -> Path:
        """What the programs print."""
        return self.folder / "logs"

    @property
    def clock(self) -> Path:
        """How far the clock is moved; forgotten by `--fresh` like all that was made under it."""
        return self.folder / "clock"

    @property
    def up(self) -> Path:
        """What runs now, for programs to read."""
        return self.folder / "up.json"

    def shown(self, path: Path) -> str:
        """Write a path as settings should: relative to the checkout where it is inside."""
        return str(path.relative_to(CHECKOUT)) if path.is_relative_to(CHECKOUT) else str(path)


def make_fresh(state: State) -> None:
    """Forget everything but what is installed."""
    for entry in state.folder.iterdir() if state.folder.is_dir() else ():
        if entry.name in KEPT:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


@contextmanager
def held(state: State) -> Iterator[None]:
    """Keep the state for ourselves: two emulators on the same files would spoil them."""
    state.folder.mkdir(parents=True, exist_ok=True)
    with (state.folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as taken:
            raise RefusedError(
                f"`./dev up` or `./dev services` already runs on {state.folder}: end it first (Ctrl-C where it runs).",
                Exit.PORT_BUSY,
            ) from taken
        yield


def write_private(path: Path, text: str) -> None:
    """Put a file in place whole or not at all, readable by its owner only."""
    beside = path.with_name(f"{path.name}.new")
    beside.touch(mode=0o600)
    beside.write_text(text, "utf-8")
    beside.replace(path)


def read_running(state: State) -> dict[str, Any]:
    """Read what runs now."""
    try:
        running: dict[str, Any] = json.loads(state.up.read_text("utf-8"))
        os.kill(running["pid"], 0)
    except (OSError, ValueError, KeyError) as away:
        raise RefusedError(
            "Nothing runs here: start `./dev up` or `./dev services` first, in another terminal."
        ) from away
    return running
