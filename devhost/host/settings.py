"""What the host is told: host.json and the `Values` of local.settings.json, nothing else; the real environment wins."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from devhost.host.functions import AppRefusedError
from devhost.host.queues.options import OptionsError, QueueOptions, queue_options

_LARGEST_BODY = 104_857_600


@dataclass(frozen=True, slots=True)
class Settings:
    """host.json and the app settings, as one."""

    route_prefix: str
    values: Mapping[str, str]
    queues: QueueOptions = field(default_factory=QueueOptions)

    @property
    def largest_body(self) -> int:
        """Return the size in bytes from which a body is answered 413."""
        return int(self.values.get("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT", _LARGEST_BODY))

    @property
    def has_homepage(self) -> bool:
        """Say whether `GET /` shows the host's page where no function owns it."""
        return self.values.get("AzureWebJobsDisableHomepage", "").lower() != "true"

    def disabled(self, function_name: str) -> bool:
        """Say whether an app setting switches the function off."""
        return self.values.get(f"AzureWebJobs.{function_name}.Disabled", "").lower() in ("true", "1")

    def connection(self, name: str) -> str | None:
        """Find the connection string that a binding's `connection` names: `AzureWebJobs<name>` goes before `<name>`."""
        return self.values.get(f"AzureWebJobs{name}") or self.values.get(name) or None

    def host_id(self, app_dir: Path) -> str:
        """Name this app among those that share its storage: two hosts of one name run its timers in turns."""
        given = self.values.get("AzureFunctionsWebHost__hostid")
        return given or f"local-{hashlib.sha256(str(app_dir).encode()).hexdigest()[:20]}"


def load_settings(app_dir: Path, *, fallback: Path | None, environment: Mapping[str, str]) -> Settings:
    """Read both files; `fallback` stands in where the app has no local.settings.json."""
    host = _read(app_dir / "host.json")
    if host.get("version") != "2.0":
        raise AppRefusedError('host.json must say "version": "2.0"')
    local = app_dir / "local.settings.json"
    file = local if local.exists() else fallback
    values = _values(file) if file is not None else {}
    merged = {**values, **environment}
    if merged.get("FUNCTIONS_WORKER_RUNTIME", "python") != "python":
        raise AppRefusedError("FUNCTIONS_WORKER_RUNTIME must be python")
    if not merged.get("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT", "1").isdecimal():
        raise AppRefusedError("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT must be a number of bytes")
    extensions = host.get("extensions", {})
    prefix = extensions.get("http", {}).get("routePrefix", "api")
    try:
        return Settings(prefix.strip("/"), merged, queue_options(extensions.get("queues", {})))
    except OptionsError as wrong:
        raise AppRefusedError(f"host.json: extensions.queues.{wrong}") from wrong


def _values(file: Path) -> dict[str, str]:
    read = _read(file)
    if read.get("IsEncrypted"):
        raise AppRefusedError(f"{file.name} is encrypted; this host reads plain settings only")
    values = read.get("Values", {})
    wrong = [name for name, value in values.items() if not isinstance(value, str)]
    if wrong:
        raise AppRefusedError(f"{file.name}: the value of {wrong[0]} must be text")
    return dict(values)


def _read(file: Path) -> dict[str, Any]:
    try:
        read = json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as reason:
        raise AppRefusedError(f"{file.name} is missing or cannot be read") from reason
    except ValueError as reason:
        raise AppRefusedError(f"{file.name} is not JSON: {reason}") from reason
    if not isinstance(read, dict):
        raise AppRefusedError(f"{file.name} must hold a JSON object")
    return read
