"""Where the vault lives: one JSON file, replaced whole and flushed to disk before anyone is told of a change."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from devhost.vault.state import Vault

FILE = "vault.json"
NEWEST = 1


@dataclass(frozen=True, slots=True)
class _Written:
    v: int
    vault: Vault


_WRITTEN = TypeAdapter(_Written)


class UnreadableVaultError(Exception):
    """What lies in the state folder is not a vault that this program can read."""


def load(folder: Path) -> Vault:
    """Read the vault, or begin an empty one."""
    for half_written in folder.glob(f".{FILE}.*"):
        half_written.unlink()  # left by a program killed in the middle; nobody was told of that change
    path = folder / FILE
    if not path.exists():
        return Vault()
    try:
        written = _WRITTEN.validate_json(path.read_bytes())
    except ValidationError:
        # The library's own words would repeat the values.
        raise UnreadableVaultError(f"{path} is not a vault this program wrote; move it away to begin anew") from None
    if written.v > NEWEST:
        raise UnreadableVaultError(f"{path} was written by a newer program (v {written.v}); this one knows v {NEWEST}")
    return written.vault


def save(folder: Path, vault: Vault) -> None:
    """Put the vault on disk; when this returns, killing the program loses nothing."""
    write_whole(folder / FILE, _WRITTEN.dump_json(_Written(NEWEST, vault)))


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file so that a reader, and a restart after a crash, sees all of the old or all of the new."""
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(handle, "wb") as file:  # noqa: PTH123 - a Path cannot open the handle that mkstemp made
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
