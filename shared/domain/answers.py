"""What an authorization request leads to: an answer that travels to the client, or a question to the person."""

from dataclasses import dataclass
from typing import Literal

from shared.domain.authorize_request import ResponseMode
from shared.domain.errors import IdentityError

type Step = Literal["sign_in", "confirm"]


@dataclass(frozen=True, slots=True)
class ToClient:
    """An authorization response (RFC 6749 §4.1.2): parameters for a verified `redirect_uri`."""

    redirect_uri: str
    response_mode: ResponseMode
    parameters: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ErrorToClient:
    """A refusal that travels to a verified `redirect_uri` (RFC 6749 §4.1.2.1)."""

    redirect_uri: str
    response_mode: ResponseMode
    state: str | None
    error: IdentityError


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to the person, and the sealed flow that carries the request meanwhile.

    `sign_in_uri` is where the client asks it on a page of its own, or `""` where we ask it on ours.
    """

    step: Step
    flow: str
    client_name: str
    redirect_uri: str
    scope: tuple[str, ...]
    email: str
    ui_locales: str
    person: str = ""
    sign_in_uri: str = ""


type Outcome = ToClient | ErrorToClient | Ask
