"""A sign-in that has begun: the request it will answer, bound to one browser and one step (invariant 4)."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

from shared.domain.answers import Step
from shared.domain.authorize_request import AuthorizeRequest
from shared.domain.errors import StaleForm, Tampered
from shared.domain.times import Millis


@dataclass(frozen=True, slots=True)
class Pending:
    """What a sealed flow carries. `binding` is the hash of the browser's flow cookie; `ends` in UTC milliseconds."""

    request: AuthorizeRequest
    step: Step
    binding: str
    ends: Millis
    session_id: str = ""

    def carried(self) -> dict[str, Any]:
        """Give the form in which it is sealed."""
        return {
            "request": self.request.carried(),
            "step": self.step,
            "binding": self.binding,
            "ends": self.ends,
            "sid": self.session_id,
        }

    @staticmethod
    def of(carried: Any) -> "Pending":  # noqa: ANN401 - whatever JSON the opened value held
        """Take it out of a value that was sealed as a flow. Raises Tampered for the shape of another release."""
        try:
            return Pending(
                request=AuthorizeRequest.of(carried["request"]),
                step=carried["step"],
                binding=carried["binding"],
                ends=carried["ends"],
                session_id=carried["sid"],
            )
        except (KeyError, TypeError) as error:
            raise Tampered("not a flow as this release seals it") from error


def binding_of(flow_cookie: str) -> str:
    """Give what of the flow cookie is sealed into the flow."""
    return hashlib.sha256(flow_cookie.encode()).hexdigest()


def check(pending: Pending, *, step: Step, flow_cookie: str, now: Millis) -> None:
    """Hold a posted form to its browser, its step and its time. Raises StaleForm."""
    check_browser(pending.binding, flow_cookie)
    check_step(pending, step=step, now=now)


def check_browser(binding: str, flow_cookie: str) -> None:
    """Hold what was begun to the browser it was begun in. Raises StaleForm.

    The cookie is out of reach of other sites, so what was made elsewhere cannot sign anybody in (login CSRF).
    """
    if not flow_cookie or not hmac.compare_digest(binding, binding_of(flow_cookie)):
        raise StaleForm("another browser's flow")


def check_step(pending: Pending, *, step: Step, now: Millis) -> None:
    """Hold a flow to its step and its time. Raises StaleForm."""
    if pending.step != step:
        raise StaleForm("another step")
    if now >= pending.ends:
        raise StaleForm("expired")
