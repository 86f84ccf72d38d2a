"""What a caught mail says: its envelope, and its text and HTML parts, however badly it was written."""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

ID = re.compile(r"(\d{13})-\d{4}")
ENVELOPE = ("X-Envelope-From", "X-Envelope-To")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as its reader sees it; `recipients` are those of the envelope, so hidden copies show."""

    id: str
    received_at: int
    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str | None
    html: str | None


def sealed_in_envelope(content: bytes, *, sender: str, recipients: list[str]) -> bytes:
    """Put the envelope before the mail, as headers, so that one file holds all and any mail program opens it."""
    envelope = "".join(
        f"{name}: {value}\r\n" for name, value in zip(ENVELOPE, (sender, ", ".join(recipients)), strict=True)
    )
    return envelope.encode(errors="replace") + content


def read(identifier: str, content: bytes) -> Mail:
    """Read a mail that was kept with its envelope."""
    before_envelope, _, rest = content.partition(b"\r\n")
    to, _, mail = rest.partition(b"\r\n")
    message = message_from_bytes(mail, _class=EmailMessage, policy=default)
    return Mail(
        id=identifier,
        received_at=int(identifier.partition("-")[0]),
        sender=_value(before_envelope),
        recipients=tuple(_value(to).split(", ")),
        subject=_subject(message),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _value(line: bytes) -> str:
    return line.decode(errors="replace").partition(": ")[2]


def _subject(message: EmailMessage) -> str:
    try:
        subject = str(message.get("Subject", ""))
    except (ValueError, IndexError, AttributeError):  # the library's parser gives up on some malformed headers
        return "(unreadable subject)"
    # The library marks bytes it cannot read with lone surrogates, which no page and no JSON can carry.
    return subject.encode(errors="replace").decode()


def _part(message: EmailMessage, kind: str) -> str | None:
    part = next((one for one in message.walk() if _is_shown(one, kind)), None)
    if part is None:
        return None
    content: Any = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return None
    try:
        return content.decode(part.get_content_charset("utf-8"), errors="replace")
    except (LookupError, ValueError):  # a charset nobody knows, or that is no name at all
        return content.decode("utf-8", errors="replace")


def _is_shown(part: EmailMessage, kind: str) -> bool:
    return part.get_content_type() == f"text/{kind}" and part.get_content_disposition() != "attachment"
