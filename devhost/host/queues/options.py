"""`extensions.queues` of host.json, with the host's own defaults and limits (QueuesOptions)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_SPAN = re.compile(r"(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})(\.\d+)?")
_LARGEST_BATCH = 32


class OptionsError(ValueError):
    """host.json says something production would refuse."""


@dataclass(frozen=True, slots=True)
class QueueOptions:
    """How messages are taken and given back. Times in seconds."""

    batch_size: int = 16
    new_batch_threshold: int = 8
    max_dequeue_count: int = 5
    visibility_timeout: float = 0.0
    max_polling_interval: float = 60.0
    base64: bool = True


def queue_options(stated: Mapping[str, Any]) -> QueueOptions:
    """Read the options. Raises OptionsError."""
    batch_size = _whole(stated, "batchSize", 16, 1, _LARGEST_BATCH)
    encoding = stated.get("messageEncoding", "base64")
    if encoding not in ("base64", "none"):
        raise OptionsError("messageEncoding must be base64 or none")
    interval = _seconds(stated, "maxPollingInterval", 60.0)
    if interval < 0.1:  # noqa: PLR2004 - QueuePollingIntervals.Minimum
        raise OptionsError("maxPollingInterval must be 100 ms or more")
    return QueueOptions(
        batch_size=batch_size,
        new_batch_threshold=_whole(stated, "newBatchThreshold", batch_size // 2, 0, 1_000),
        max_dequeue_count=_whole(stated, "maxDequeueCount", 5, 1, 1_000),
        visibility_timeout=_seconds(stated, "visibilityTimeout", 0.0),
        max_polling_interval=interval,
        base64=encoding == "base64",
    )


def _whole(stated: Mapping[str, Any], name: str, default: int, low: int, high: int) -> int:
    value = stated.get(name, default)
    if type(value) is not int or not low <= value <= high:
        raise OptionsError(f"{name} must be {low} to {high}")
    return value


def _seconds(stated: Mapping[str, Any], name: str, default: float) -> float:
    if name not in stated:
        return default
    found = _SPAN.fullmatch(str(stated[name]))
    if found is None:
        raise OptionsError(f"{name} must be a time span as 00:00:30")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[:4])
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds + float(found[5] or 0)
