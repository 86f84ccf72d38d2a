"""A browser session: who signed in, when, by what, and until when; what the sealed cookie says and what is listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from shared.domain.accounts import Lineage
from shared.domain.errors import Tampered
from shared.domain.times import Millis

LISTED_LIMIT: Final = 50
"""Session rows kept per account; the oldest makes room."""


@dataclass(frozen=True, slots=True)
class Session:
    """What the session cookie carries, sealed. `auth_time` and `ends` in UTC milliseconds; `amr` by RFC 8176."""

    account_id: str
    session_id: str
    began: Millis
    auth_time: Millis
    ends: Millis
    amr: tuple[str, ...]

    @property
    def lineage(self) -> Lineage:
        """Where everything under this session comes from."""
        return Lineage(self.account_id, self.session_id, None, self.began)

    def carried(self) -> dict[str, Any]:
        """Give the form in which the cookie carries it."""
        return {
            "acc": self.account_id,
            "sid": self.session_id,
            "began": self.began,
            "auth": self.auth_time,
            "ends": self.ends,
            "amr": list(self.amr),
        }

    @staticmethod
    def of(carried: Any) -> "Session":  # noqa: ANN401 - whatever JSON the opened cookie held
        """Take it out of an opened cookie. Raises Tampered when it is not ours."""
        match carried:
            case {
                "acc": str(acc),
                "sid": str(sid),
                "began": int(began),
                "auth": int(auth),
                "ends": int(ends),
                "amr": [*amr],
            }:
                return Session(acc, sid, began, auth, ends, tuple(str(one) for one in amr))
            case _:
                raise Tampered("not a session")


@dataclass(frozen=True, slots=True)
class Listed:
    """A session as it stands in the account's partition, for the person's list of sessions."""

    session_id: str
    began: Millis
    ends: Millis


def to_drop(listed: Sequence[Listed], now: Millis) -> tuple[str, ...]:
    """Name the session rows that make room for one more: those that are over, then the oldest past the limit."""
    over = [one.session_id for one in listed if one.ends <= now]
    running = sorted((one for one in listed if one.ends > now), key=lambda one: one.began)
    surplus = max(0, len(running) - (LISTED_LIMIT - 1))
    return (*over, *(one.session_id for one in running[:surplus]))
