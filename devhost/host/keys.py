"""Function keys: who may call what. Strict, where Core Tools lets everybody in unless told `--enableAuth`."""

import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from devhost.host.functions import AppRefusedError, HttpFunction, Level


@dataclass(frozen=True, slots=True)
class Keys:
    """Development keys; in production they live in the blob container `azure-webjobs-secrets`."""

    master: tuple[str, ...] = ()
    host: tuple[str, ...] = ()
    functions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def granted(self, presented: str) -> Level:
        """Return what a presented key opens of the host itself."""
        return Level.ADMIN if _among(presented, self.master) else Level.ANONYMOUS

    def level(self, function: HttpFunction, presented: str) -> Level:
        """Return what a presented key opens; a wrong one opens what no key opens."""
        if self.granted(presented) is Level.ADMIN:
            return Level.ADMIN
        if _among(presented, self.host) or _among(presented, self.functions.get(function.name, ())):
            return Level.FUNCTION
        return Level.ANONYMOUS


def refusal(function: HttpFunction, *, granted: Level, disabled: bool) -> int | None:
    """Return the status that ends the call, or None: the key is looked at first, then whether the function is off."""
    allowed = {
        Level.ANONYMOUS: True,
        Level.FUNCTION: granted is not Level.ANONYMOUS,
        Level.ADMIN: granted is Level.ADMIN,
    }
    if not allowed[function.level]:
        return 401
    if disabled and granted is not Level.ADMIN:
        return 404
    return None


def presented_key(headers: Mapping[str, str], query: Mapping[str, str]) -> str:
    """Return the key of a request: the header wins over `?code=`."""
    return headers.get("x-functions-key") or query.get("code", "")


def load_keys(file: Path | None) -> Keys:
    """Read `{"master": "…", "host": ["…"], "functions": {"name": ["…"]}}`; without a file there are no keys."""
    if file is None:
        return Keys()
    try:
        read = json.loads(file.read_text(encoding="utf-8"))
        functions = {name: tuple(keys) for name, keys in read.get("functions", {}).items()}
        return Keys((read["master"],) if read.get("master") else (), tuple(read.get("host", ())), functions)
    except (OSError, ValueError, AttributeError, TypeError) as reason:
        raise AppRefusedError(f"the keys file {file.name} cannot be read") from reason


def _among(presented: str, keys: Iterable[str]) -> bool:
    return any(hmac.compare_digest(presented.encode(), key.encode()) for key in keys)
