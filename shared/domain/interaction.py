"""Whether an authorization request is answered at once, or first needs the person (OIDC Core §3.1.2.1, §3.1.2.6)."""

from dataclasses import dataclass

from shared.domain.authorize_request import AuthorizeRequest
from shared.domain.errors import ConsentRequired, LoginRequired
from shared.domain.sessions import Session
from shared.domain.times import SECOND, Millis


@dataclass(frozen=True, slots=True)
class Answer:
    """A code can be given now, under this session."""

    session: Session


@dataclass(frozen=True, slots=True)
class AskToSignIn:
    """The person must prove who they are, again or for the first time."""


@dataclass(frozen=True, slots=True)
class AskToAgree:
    """The person is known and must say yes to this client."""

    session: Session


def decide(
    request: AuthorizeRequest, session: Session | None, *, asks_each_time: bool, now: Millis
) -> Answer | AskToSignIn | AskToAgree:
    """Decide before anything was asked. `session` is alive. Raises LoginRequired or ConsentRequired under `prompt=none`."""
    silent = "none" in request.prompt
    if session is None or is_stale(request, session, now) or _is_somebody_else(request, session):
        if silent:
            raise LoginRequired
        return AskToSignIn()
    if {"login", "select_account"} & set(request.prompt):
        return AskToSignIn()
    if asks_each_time or "consent" in request.prompt:
        if silent:
            raise ConsentRequired
        return AskToAgree(session)
    return Answer(session)


def after_sign_in(request: AuthorizeRequest, session: Session, *, asks_each_time: bool) -> Answer | AskToAgree:
    """Decide after the person has just signed in. Raises LoginRequired when it is not whom the client named."""
    if _is_somebody_else(request, session):
        raise LoginRequired("signed in as somebody else than the hint names")
    return AskToAgree(session) if asks_each_time or "consent" in request.prompt else Answer(session)


def is_stale(request: AuthorizeRequest, session: Session, now: Millis) -> bool:
    """Say whether the sign-in is older than `max_age` allows; 0 is as `prompt=login`."""
    if request.max_age is None:
        return False
    return request.max_age == 0 or now - session.auth_time > request.max_age * SECOND


def _is_somebody_else(request: AuthorizeRequest, session: Session) -> bool:
    return request.required_subject is not None and request.required_subject != session.account_id
