"""A letter to a person, before it has words: ids only, so that a queue holds nothing about anybody."""

from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from shared.domain.errors import Tampered
from shared.domain.times import SECOND, Millis

type LetterName = Literal["family_ended"]

LETTER_NAMES: Final[tuple[LetterName, ...]] = get_args(LetterName.__value__)

POSTED_AHEAD: Final[Millis] = 75 * SECOND
"""How long the message that goes before a change waits: longer than any request lives, so that it finds it made or not."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be told to whom: about which thing (a `client_id`), and when it happened (UTC milliseconds)."""

    letter_id: str
    account_id: str
    name: LetterName
    thing: str
    at: Millis


@dataclass(frozen=True, slots=True)
class Slip:
    """What lies in the queue for a letter: where it stands. The letter itself stands in the account, until it was sent."""

    account_id: str
    letter_id: str

    def carried(self) -> list[str]:
        """Give the form in which it is sealed."""
        return [self.account_id, self.letter_id]

    @staticmethod
    def of(carried: Any) -> "Slip":  # noqa: ANN401 - whatever JSON the opened value held
        """Take it out of an opened message. Raises Tampered."""
        match carried:
            case [str(account_id), str(letter_id)]:
                return Slip(account_id, letter_id)
            case _:
                raise Tampered("not a slip")


@dataclass(frozen=True, slots=True)
class Mail:
    """A letter in words. `message_id` is the same at every try: a mailbox can fold what came twice (RFC 5322 §3.6.4)."""

    to: str
    subject: str
    text: str
    message_id: str

    def __repr__(self) -> str:
        return f"Mail(message_id={self.message_id!r})"
