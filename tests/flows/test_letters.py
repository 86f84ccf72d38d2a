"""Letters: sent once for each thing that happened, whatever fails between the change and the mailbox."""

from dataclasses import replace

import pytest

from shared.domain.errors import InvalidGrant, Tampered, Unavailable
from shared.domain.issuer import Issuer
from shared.domain.letters import Letter, Mail
from shared.domain.lifetimes import RETRY
from shared.domain.times import Millis
from shared.flows.send_letter import send_letter
from shared.web.letters import words_of
from tests.flows.worlds import a_quick_world, altered, history
from tests.twin.post import MemoryMailer, MemoryPost
from tests.world import EMAIL, ISSUER, World


class PostThatIsAway(MemoryPost):
    """A queue that does not answer, from some message on."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self._after = after

    async def put(self, message: str, *, delay: Millis) -> None:
        if len(self.messages) >= self._after:
            raise Unavailable("the queue is away")
        await super().put(message, delay=delay)


class MailerThatFails(MemoryMailer):
    """A mail server that takes the mail and loses its answer, the first time."""

    async def send(self, mail: Mail) -> None:
        await super().send(mail)
        if len(self.mails) == 1:
            raise Unavailable("the answer was lost")


async def robbed(world: World) -> None:
    """Let somebody use an old token again."""
    first = await world.first_refresh_token()
    await world.refresh(first)
    world.clock.pass_by(RETRY + 1)
    with pytest.raises(InvalidGrant):
        await world.refresh(first)


async def deliver(world: World) -> list[bool]:
    """Take every message out of the queue, as the worker would."""
    assert isinstance(world.app.post, MemoryPost)
    messages = [message for message, _ in world.app.post.messages]
    return [await send_letter(world.app, message, words=words_of(ISSUER)) for message in messages]


def mails(world: World) -> list[Mail]:
    assert isinstance(world.app.mailer, MemoryMailer)
    return world.app.mailer.mails


async def test_the_person_is_told_once_in_words_without_a_secret() -> None:
    world = await a_quick_world()
    await robbed(world)

    assert await deliver(world) == [True, False]
    [mail] = mails(world)
    assert mail.to == EMAIL
    assert mail.subject == "We ended your connection to Site"
    assert "2027-01-15 at 08:00" in mail.text
    assert ISSUER.url in mail.text
    assert mail.message_id.endswith("@id.example>")


async def test_what_lies_in_the_queue_says_nothing_to_who_reads_it() -> None:
    world = await a_quick_world()
    await robbed(world)

    assert isinstance(world.app.post, MemoryPost)
    for message, _ in world.app.post.messages:
        assert world.account_id not in message
        assert message.startswith("v1.")


@pytest.mark.parametrize("after", [0, 1])
async def test_a_queue_that_is_away_keeps_no_thief_s_family_alive(after: int) -> None:
    world = await a_quick_world()
    world.app = replace(world.app, post=PostThatIsAway(after))
    await robbed(world)

    assert (await history(world)).count("grant.revoked") == 1
    assert await deliver(world) == [True] * after


async def test_a_mail_whose_answer_was_lost_is_sent_again_under_the_same_name() -> None:
    world = await a_quick_world()
    world.app = replace(world.app, mailer=MailerThatFails())
    await robbed(world)
    with pytest.raises(Unavailable):
        await deliver(world)

    assert await deliver(world) == [True, False]
    assert len(mails(world)) == 2
    assert len({mail.message_id for mail in mails(world)}) == 1


async def test_a_message_left_ahead_of_a_change_that_never_was_made_sends_nothing() -> None:
    world = await a_quick_world()
    await robbed(world)
    assert isinstance(world.app.post, MemoryPost)
    ahead = world.app.post.messages[0][0]
    fresh = await a_quick_world()

    assert await send_letter(fresh.app, ahead, words=words_of(ISSUER)) is False
    assert mails(fresh) == []


async def test_a_message_nobody_of_ours_wrote_is_refused() -> None:
    world = await a_quick_world()
    await robbed(world)
    assert isinstance(world.app.post, MemoryPost)

    for message in (altered(world.app.post.messages[0][0]), "made up", ""):
        with pytest.raises(Tampered):
            await send_letter(world.app, message, words=words_of(ISSUER))


@pytest.mark.parametrize(("locale", "subject"), [("nl-BE", "Wij hebben"), ("fr", "Nous avons"), ("de", "We ended")])
def test_a_letter_is_written_in_the_person_s_language(locale: str, subject: str) -> None:
    words = words_of(Issuer("https://id.example:8443/id"))
    letter = Letter("let_1", "acc_1", "family_ended", "site", 0)
    mail = words(letter, {"email": "a@b.example", "locale": locale}, "Site\r\nBcc: everybody")

    assert mail.subject.startswith(subject)
    assert "\n" not in mail.subject
    assert mail.message_id == "<let_1@id.example>"
