"""A sign-in made on a client's own page, until the browser it began in comes to go on with it (invariant 4).

The page is of another origin, so no cookie may travel with what it sends. What it gets instead is a link, which is worth
nothing in any browser but the one that holds the flow cookie: whoever makes another person open it signs nobody in.
"""

from dataclasses import dataclass
from typing import Any, Final

from shared.domain.authorize_request import AuthorizeRequest
from shared.domain.errors import StaleForm, Tampered
from shared.domain.lifetimes import CONTINUE
from shared.domain.pending import Pending, check_browser
from shared.domain.sessions import Session
from shared.domain.times import Millis

LONGEST_FLOW: Final = 7 * 1024
"""Characters of a sealed flow whose request still fits into a link: an address has 8 KiB at most, before any of our code."""


@dataclass(frozen=True, slots=True)
class Continuation:
    """What a `continue` link carries, sealed. `binding` is the flow's; `ends` in UTC milliseconds.

    A sign-in makes one session and one link: the link is used once, under the name of its session.
    """

    request: AuthorizeRequest
    session: Session
    binding: str
    ends: Millis

    def carried(self) -> dict[str, Any]:
        """Give the form in which it is sealed."""
        return {
            "request": self.request.carried(),
            "session": self.session.carried(),
            "binding": self.binding,
            "ends": self.ends,
        }

    @staticmethod
    def of(carried: Any) -> "Continuation":  # noqa: ANN401 - whatever JSON the opened value held
        """Take it out of a value that was sealed as one. Raises Tampered for the shape of another release."""
        try:
            return Continuation(
                request=AuthorizeRequest.of(carried["request"]),
                session=Session.of(carried["session"]),
                binding=carried["binding"],
                ends=carried["ends"],
            )
        except (KeyError, TypeError) as error:
            raise Tampered("not a continuation as this release seals it") from error


def begin(pending: Pending, session: Session) -> Continuation:
    """Bind a session that has just begun to the browser in which its flow did."""
    return Continuation(pending.request, session, pending.binding, session.auth_time + CONTINUE)


def fits(flow: str) -> bool:
    """Say whether what a flow carries can travel in a link."""
    return len(flow) <= LONGEST_FLOW


def check(continuation: Continuation, *, flow_cookie: str, now: Millis) -> None:
    """Hold a link to its browser and its time: this comes first, so that nobody else can use it up. Raises StaleForm."""
    check_browser(continuation.binding, flow_cookie)
    if now >= continuation.ends:
        raise StaleForm("the link has expired")
