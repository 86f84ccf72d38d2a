"""Refresh tokens: a family sealed once, and generations of it that follow one another (RFC 6749 §6, RFC 9700 §4.14).

A token is `family.generation.idle_ends.mac`. The family never changes, so a generation is nothing but a number, an end
and a MAC: the one after is always the same bytes, however often and by whichever process it is made. That is how a client
that lost an answer is given the same successor, with nothing stored but a row that says when a generation was used.
"""

from dataclasses import dataclass
from typing import Any, Final, Literal

from shared.domain.errors import InvalidGrant, Tampered
from shared.domain.grants import Grant
from shared.domain.lifetimes import REFRESH_IDLE, RETRY
from shared.domain.times import Millis

LONGEST: Final = 4096
"""Characters of a refresh token at most."""

_PARTS: Final = 3
_LONGEST_NUMBER: Final = 15
_V: Final = 1


@dataclass(frozen=True, slots=True)
class Family:
    """What is sealed once and passed on unchanged. `cnf`: the key it is bound to, None for a bearer (RFC 7800)."""

    grant: Grant
    idle: Millis = REFRESH_IDLE
    cnf: str | None = None

    def carried(self) -> list[Any]:
        """Give the form in which it is sealed; its version first, because a family outlives releases."""
        return [_V, self.grant.carried(), self.idle, self.cnf]

    @staticmethod
    def of(carried: Any) -> "Family":  # noqa: ANN401 - whatever JSON the opened value held
        """Take it out of a value that was sealed as a family. Raises Tampered."""
        match carried:
            case [1, [*grant], int(idle), (None | str()) as cnf]:
                return Family(Grant.of(grant), idle, cnf)
            case _:
                raise Tampered("not a family as this release knows it")


@dataclass(frozen=True, slots=True)
class Generation:
    """One refresh token: the sealed family, its number in it from 0 on, and when it ends if nobody uses it."""

    sealed: str
    number: int
    idle_ends: Millis

    @property
    def said(self) -> str:
        """What of it stands beside the sealed family, and is authenticated with it."""
        return f"{self.number}.{self.idle_ends}"

    def token(self, mac: str) -> str:
        """Write it as it is handed out."""
        return f"{self.sealed}.{self.said}.{mac}"


@dataclass(frozen=True, slots=True)
class Presented:
    """A refresh token taken apart: nothing of it is believed before its `mac` was compared."""

    generation: Generation
    mac: str


def has_its_form(token: str) -> bool:
    """Say whether it can be nothing but a refresh token: sealed values begin so, and no JWT does."""
    return token.startswith("v1.")


def take_apart(token: str) -> Presented:
    """Take a refresh token apart. Raises InvalidGrant for what has another form."""
    if len(token) > LONGEST:
        raise InvalidGrant("longer than any refresh token")
    sealed, *rest = token.rsplit(".", _PARTS)
    if len(rest) != _PARTS or not (_is_number(rest[0]) and _is_number(rest[1])):
        raise InvalidGrant("not a refresh token")
    return Presented(Generation(sealed, int(rest[0]), int(rest[1])), rest[2])


def _is_number(text: str) -> bool:
    # One spelling only: a leading zero would make two tokens of one generation.
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER and (text == "0" or text[0] != "0")


def first(family: Family, sealed: str, *, now: Millis) -> Generation:
    """Begin a family."""
    return Generation(sealed, 0, idle_ends(family, used_at=now))


def after(generation: Generation, family: Family, *, used_at: Millis) -> Generation:
    """Give the one successor of a generation that was used then."""
    return Generation(generation.sealed, generation.number + 1, idle_ends(family, used_at=used_at))


def idle_ends(family: Family, *, used_at: Millis) -> Millis:
    """Say when a generation that was made then ends by not being used."""
    return min(used_at + family.idle, family.grant.ends)


def ends(generation: Generation, family: Family) -> Millis:
    """Say when a generation ends at the latest."""
    return min(generation.idle_ends, family.grant.ends)


def check(generation: Generation, family: Family, *, client_id: str, now: Millis) -> None:
    """Judge all that a token alone can decide, before anything is read or burnt. Raises InvalidGrant."""
    if family.grant.client_id != client_id:
        raise InvalidGrant("issued to another client")
    if now >= ends(generation, family):
        raise InvalidGrant("expired")


@dataclass(frozen=True, slots=True)
class Use:
    """What stands in the row of a generation that was used: when, and for which scope."""

    at: Millis
    scope: str


type Verdict = Literal["again", "refused", "reused"]


def present_spent(use: Use, *, successor_spent: bool, scope: str, now: Millis) -> Verdict:
    """Decide what a generation leads to that was used before.

    `again`: the honest client that lost the answer; it gets the same successor. `refused`: nothing is burnt. `reused`: one
    of two holders is a thief, and nobody can tell which; the family ends for both. Only the direct parent of a generation
    that is still unused can be honest.
    """
    if successor_spent or now - use.at > RETRY:
        return "reused"
    return "again" if scope == use.scope else "refused"
