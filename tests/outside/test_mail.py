"""The way out for mail when the server on the other side is not kind: every fault is one domain error, without an address."""

import traceback
from collections.abc import AsyncIterator

import pytest

from shared.domain.errors import Unavailable
from shared.domain.letters import Mail
from shared.outside.mail import NoMailer, SmtpMailer
from tests.transport import smtp
from tests.transport.smtp import Fault, Server
from tests.world import NOON

MAIL = Mail("ada@demo.example", "A subject", "Words.", "<let_1@id.example>")


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with smtp.smtp() as made:
        yield made


def mailer(server: Server, seconds: float = 5.0) -> SmtpMailer:
    return SmtpMailer(server.url, sender="no-reply@id.example", now=lambda: NOON, seconds=seconds)


async def test_a_mail_arrives_as_it_was_written(server: Server) -> None:
    await mailer(server).send(MAIL)

    [mail] = server.mails
    assert mail["To"] == "ada@demo.example"
    assert mail["From"] == "no-reply@id.example"
    assert mail["Subject"] == "A subject"
    assert mail["Message-ID"] == "<let_1@id.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"] == "Fri, 15 Jan 2027 08:00:00 +0000"


@pytest.mark.parametrize(
    ("fault", "kept"),
    [(smtp.refused(), 0), (smtp.nobody_here(), 0), (smtp.later(), 0), (smtp.cut_before(), 0), (smtp.cut_after(), 1)],
    ids=["refused", "nobody here", "later", "cut before", "cut after"],
)
async def test_invariant_15_a_mail_that_met_a_fault_is_said_and_can_be_sent_again(
    server: Server, fault: Fault, kept: int
) -> None:
    server.plan(fault)
    with pytest.raises(Unavailable) as said:
        await mailer(server).send(MAIL)
    assert len(server.mails) == kept

    server.heal()
    await mailer(server).send(MAIL)
    assert len(server.mails) == kept + 1
    assert {mail["Message-ID"] for mail in server.mails} == {MAIL.message_id}
    # What the worker logs of it: the error, and whatever caused it.
    assert MAIL.to not in "".join(traceback.format_exception(said.value))


async def test_a_slow_server_is_waited_for(server: Server) -> None:
    server.plan(smtp.slow(0.05))

    await mailer(server).send(MAIL)

    assert len(server.mails) == 1


async def test_a_server_that_is_too_slow_is_given_up(server: Server) -> None:
    server.plan(smtp.slow(60.0))

    with pytest.raises(Unavailable):
        await mailer(server, seconds=0.2).send(MAIL)


async def test_a_server_that_is_not_there_is_unavailable(server: Server) -> None:
    away = SmtpMailer("smtp://127.0.0.1:1", sender="no-reply@id.example", now=lambda: NOON)

    for one in (away, NoMailer()):
        with pytest.raises(Unavailable):
            await one.send(MAIL)
