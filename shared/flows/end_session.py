"""Sign a person out: at a client's request, at once or after asking (OpenID Connect RP-Initiated Logout 1.0).

After it the session is dead in the account's deciding row, with everything that was given within it and does not outlive it;
the cookie only forgets it.
"""

from dataclasses import dataclass

from shared.domain import end_session as rule
from shared.domain import pending
from shared.domain.canonical import canonical, parse_json
from shared.domain.claims import ID_TOKEN_TYPE
from shared.domain.clients import SIGNING_ALGORITHMS, Client
from shared.domain.end_session import Farewell, Hint, Leaving
from shared.domain.errors import InvalidRequest, InvalidToken, StaleForm, Tampered
from shared.domain.events import Actor, Draft
from shared.domain.lifetimes import FLOW
from shared.domain.parameters import Parameters
from shared.domain.sessions import Session
from shared.flows.authorize import open_session
from shared.flows.revoke_one import Ending, revoke_one
from shared.ports import App, Ring

_LONGEST = 48 * 1024


@dataclass(frozen=True, slots=True)
class AskToLeave:
    """Whether to sign out is for the person to say."""

    flow: str
    farewell: Farewell


@dataclass(frozen=True, slots=True)
class Left:
    """Nobody is signed in any more in this browser."""

    farewell: Farewell


@dataclass(frozen=True, slots=True)
class Stayed:
    """The person said no."""

    farewell: Farewell


async def end_session(
    app: App, *, parameters: Parameters, session_cookie: str, flow_cookie: str, certain: bool, request_id: str
) -> AskToLeave | Left:
    """Sign out at a client's request. Raises InvalidRequest or BadRedirectUri (pages), Unavailable.

    `certain`: whether the browser would have sent the cookie if it had one. With a POST from another site it would not: the
    person is asked, and the answer comes from our own page.
    """
    ring = await app.keys.ring(session_cookie or None)
    hint = _hint(ring, parameters, issuer=app.issuer.url)
    farewell = rule.judge(parameters, await _client(app, parameters, hint))
    session = open_session(ring, session_cookie, app.now())
    if session is None:
        return Left(farewell) if certain else _ask(app, ring, farewell, "", flow_cookie)
    if not rule.may_end_unasked(hint, session):
        return _ask(app, ring, farewell, session.session_id, flow_cookie)
    await _end(app, session, request_id)
    return Left(farewell)


async def answer_leaving(
    app: App, *, flow: str, agreed: bool, session_cookie: str, flow_cookie: str, request_id: str
) -> Left | Stayed:
    """Take the person's word. Raises StaleForm for another browser's question, or one about another session."""
    if not flow or len(flow) > _LONGEST:
        raise StaleForm("no question")
    ring = await app.keys.ring(flow)
    try:
        leaving = Leaving.of(parse_json(ring.open("sign-out", flow), max_bytes=_LONGEST, max_depth=3))
    except Tampered as error:
        raise StaleForm("the question does not open") from error
    pending.check_browser(leaving.binding, flow_cookie)
    if app.now() >= leaving.ends:
        raise StaleForm("expired")
    if not agreed:
        return Stayed(leaving.farewell)
    session = open_session(ring, session_cookie, app.now())
    if session is not None and leaving.session_id not in {"", session.session_id}:
        raise StaleForm("somebody signed in since the question was asked")
    if session is not None:
        await _end(app, session, request_id)
    return Left(leaving.farewell)


async def _end(app: App, session: Session, request_id: str) -> None:
    draft = Draft(
        name="session.ended",
        actor=Actor("person", session.account_id),
        via="end_session",
        thing=session.session_id,
        reason="signed_out",
        request=request_id,
    )
    ending = Ending(session.session_id, session.lineage, session.ends, draft, dropped=(session.session_id,))
    await revoke_one(app, ending)


def _ask(app: App, ring: Ring, farewell: Farewell, session_id: str, flow_cookie: str) -> AskToLeave:
    leaving = Leaving(farewell, session_id, pending.binding_of(flow_cookie), app.now() + FLOW)
    return AskToLeave(ring.seal("sign-out", canonical(leaving.carried())), farewell)


async def _client(app: App, parameters: Parameters, hint: Hint | None) -> Client | None:
    client_id = rule.named_client(parameters, hint)
    if client_id is None:
        return None
    client = await app.clients.find(client_id)
    if client is None:
        raise InvalidRequest("nobody registered this client_id")
    return client


def _hint(ring: Ring, parameters: Parameters, *, issuer: str) -> Hint | None:
    id_token_hint = parameters.get("id_token_hint")
    if id_token_hint is None:
        return None
    try:
        return rule.hint_of(ring.verify(id_token_hint, typ=ID_TOKEN_TYPE, algs=SIGNING_ALGORITHMS), issuer=issuer)
    except InvalidToken as error:
        raise InvalidRequest("id_token_hint is not one of ours") from error
