"""Keeping mails in a folder, in order, across restarts."""

from pathlib import Path

import pytest

from devhost.mail.mailbox import Mailbox

NOON = 1_900_000_000_000


def keep(mailbox: Mailbox, subject: str, now: int = NOON) -> str:
    content = f"Subject: {subject}\r\n\r\nx".encode()
    return mailbox.keep(content, sender="a@example.test", recipients=["b@example.test"], now=now)


def test_the_newest_mail_comes_first_also_within_one_millisecond_and_after_a_restart(tmp_path: Path) -> None:
    for subject, now in (("second", NOON), ("third", NOON), ("first", NOON - 1), ("last", NOON + 1)):
        keep(Mailbox(tmp_path), subject, now)

    assert [mail.subject for mail in Mailbox(tmp_path).all()] == ["last", "third", "second", "first"]


def test_an_emptied_mailbox_has_no_mail(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path)
    identifier = keep(mailbox, "gone")

    mailbox.empty()

    assert mailbox.all() == []
    assert mailbox.find(identifier) is None


@pytest.mark.parametrize("identifier", ["", "..", "../secret", "1900000000000-0000/../../secret", "1900000000000-000٣"])
def test_an_id_that_is_none_leads_out_of_no_folder(tmp_path: Path, identifier: str) -> None:
    (tmp_path / "secret.eml").write_text("canary")
    (tmp_path / "mails").mkdir()

    assert Mailbox(tmp_path / "mails").source(identifier) is None


def test_a_stranger_in_the_folder_is_not_a_mail(tmp_path: Path) -> None:
    (tmp_path / "notes.eml").write_text("x")

    assert Mailbox(tmp_path).all() == []
