"""Reading a caught mail, however badly it was written."""

from email.message import EmailMessage

import pytest

from devhost.mail import message
from devhost.mail.message import Mail

ID = "1900000000000-0000"


def read(content: bytes, recipients: tuple[str, ...] = ("ada@example.test",)) -> Mail:
    kept = message.sealed_in_envelope(content, sender="id@example.test", recipients=list(recipients))
    return message.read(ID, kept)


def test_both_parts_subject_and_hidden_recipients_are_read() -> None:
    mail = EmailMessage()
    mail["Subject"] = "Votre accès — vérifié"
    mail["To"] = "ada@example.test"
    mail.set_content("Bonjour, voilà le code 123456.")
    mail.add_alternative("<p>Bonjour, <b>voilà</b></p>", subtype="html")
    mail.add_attachment("not this", subtype="plain", filename="a.txt")

    seen = read(mail.as_bytes(), ("ada@example.test", "hidden@example.test"))

    assert seen == Mail(
        id=ID,
        received_at=1_900_000_000_000,
        sender="id@example.test",
        recipients=("ada@example.test", "hidden@example.test"),
        subject="Votre accès — vérifié",
        text="Bonjour, voilà le code 123456.\n",
        html="<p>Bonjour, <b>voilà</b></p>\n",
    )


def test_a_mail_cannot_forge_its_envelope() -> None:
    seen = read(b"X-Envelope-To: forged@example.test\r\nSubject: s\r\n\r\nt")

    assert seen.recipients == ("ada@example.test",)


@pytest.mark.parametrize(
    ("content", "subject", "text"),
    [
        (b"", "", ""),
        (b"no header at all", "", "no header at all"),
        (b"Subject: s\r\nContent-Type: text/plain; charset=martian\r\n\r\nt", "s", "t"),
        (b"Subject: s\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\xff", "s", "\N{REPLACEMENT CHARACTER}"),
        (b"Subject: s\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!", "s", ""),
        (b"Subject: s\r\nContent-Type: multipart/mixed\r\n\r\nno boundary", "s", None),
        (b"Subject: s\r\nContent-Type: ;;;\r\n\r\nt", "s", "t"),
        (b"Subject: =?utf-8?q?=ff?=\r\n\r\nt", "\N{REPLACEMENT CHARACTER}", "t"),
        (b"Subject: \xff\r\n\r\nt", "\N{REPLACEMENT CHARACTER}", "t"),
        (b'Subject: s\r\nContent-Type: text/plain; charset="a\x00b"\r\n\r\nt', "s", "t"),
    ],
    ids=[
        "empty",
        "header",
        "charset",
        "utf-8",
        "base64",
        "boundary",
        "type",
        "subject",
        "subject bytes",
        "charset null",
    ],
)
def test_a_badly_written_mail_is_still_shown(content: bytes, subject: str, text: str | None) -> None:
    seen = read(content)

    assert (seen.subject, seen.text) == (subject, text)
