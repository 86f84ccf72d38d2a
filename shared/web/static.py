"""The few files a page brings along: one stylesheet, two small scripts, the mark.

A name is looked up in the listing of the folder and never becomes a path, so there is nothing to climb out of.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

_FOLDER = Path(__file__).with_name("static")
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is sent; the strong `etag` carries its quotes (RFC 9110 §8.8.3)."""

    content: bytes
    media_type: str
    etag: str

    @property
    def version(self) -> str:
        """Return a few letters that change with the content; pages ask for `NAME?v=VERSION`."""
        return self.etag[1:13]


def static_file(name: str) -> StaticFile | None:
    """Find a file by its name; None when there is no such file."""
    return _files().get(name)


@cache
def _files() -> Mapping[str, StaticFile]:
    """Read the folder once, at the first request for any of it."""
    return {path.name: _read(path) for path in sorted(_FOLDER.iterdir()) if path.suffix in _MEDIA_TYPES}


def _read(path: Path) -> StaticFile:
    content = path.read_bytes()
    return StaticFile(content, _MEDIA_TYPES[path.suffix], f'"{sha256(content).hexdigest()}"')
