"""A queue message as a function sees it: decoded, and with what the service knows of it beside it."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from azure.storage.queue import QueueMessage  # slow to import, and a host without queues does without


@dataclass(frozen=True, slots=True)
class Message:
    """The text, and the trigger's metadata by the host's names. Without a queue behind it (a manual run) there is none."""

    text: str
    metadata: dict[str, str]
    dequeue_count: int | None = None


def decoded(content: str, *, base64_encoded: bool) -> str | None:
    """Read the content; None when it is not what it should be. What is not UTF-8 is spoiled, as in the host."""
    if not base64_encoded:
        return content
    try:
        return base64.b64decode(content, validate=True).decode("utf-8", errors="replace")
    except (binascii.Error, ValueError):
        return None


def seen(message: "QueueMessage", text: str) -> Message:
    """Give what the function is called with."""
    metadata = {
        "Id": str(message.id),
        "InsertionTime": _spelled(message.inserted_on),
        "ExpirationTime": _spelled(message.expires_on),
        "NextVisibleTime": _spelled(message.next_visible_on),
        "PopReceipt": str(message.pop_receipt),
    }
    return Message(text, metadata, message.dequeue_count)


def _spelled(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds")
