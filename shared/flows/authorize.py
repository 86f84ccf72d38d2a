"""Answer an authorization request: a code, a refusal, or a question to the person (OIDC Core §3.1.2)."""

from dataclasses import dataclass, replace

from shared.domain import authorize_request, continuation, grants, interaction, pending
from shared.domain.accounts import is_alive
from shared.domain.answers import Ask, ErrorToClient, Outcome, Step, ToClient
from shared.domain.authorize_request import AuthorizeRequest
from shared.domain.canonical import canonical, parse_json
from shared.domain.claims import ID_TOKEN_TYPE
from shared.domain.clients import SIGNING_ALGORITHMS, Client, asks_each_time
from shared.domain.errors import (
    IdentityError,
    InvalidRequest,
    InvalidToken,
    Tampered,
    Unavailable,
    UnknownClient,
)
from shared.domain.ids import new_id
from shared.domain.interaction import Answer, AskToAgree, AskToSignIn
from shared.domain.lifetimes import FLOW
from shared.domain.parameters import Parameters
from shared.domain.sessions import Session
from shared.domain.times import Millis
from shared.flows.open_profile import open_profile
from shared.ports import App, Ring

_LONGEST_SESSION_COOKIE = 4096


async def authorize(app: App, *, parameters: Parameters, session_cookie: str, flow_cookie: str) -> Outcome:
    """Judge the request and look for a living session. Raises UnknownClient or BadRedirectUri: pages, never redirects."""
    client = await _client(app, parameters)
    redirect_uri = authorize_request.check_redirect_uri(parameters, client)
    silent = parameters.first("prompt") == "none"
    try:
        return await _answer(app, parameters, client, redirect_uri, session_cookie, flow_cookie)
    except Unavailable as error:
        # A page that says "try again" helps a person; a silent request must never show one (OIDC Core §3.1.2.1).
        if not silent:
            raise
        refusal: IdentityError = error
    except IdentityError as error:
        refusal = error
    return ErrorToClient(
        redirect_uri, authorize_request.response_mode_of(parameters), parameters.first("state"), refusal
    )


async def _answer(
    app: App, parameters: Parameters, client: Client, redirect_uri: str, session_cookie: str, flow_cookie: str
) -> Outcome:
    now = app.now()
    ring = await app.keys.ring(session_cookie or None)
    hinted = _hinted_subject(ring, parameters.first("id_token_hint"), issuer=app.issuer.url)
    request = authorize_request.check(parameters, client, redirect_uri=redirect_uri, hinted_subject=hinted)
    asks = asks_each_time(client, redirect_uri, request.scope)

    session = open_session(ring, session_cookie, now)
    decision = interaction.decide(request, session, asks_each_time=asks, now=now)
    if session is None or isinstance(decision, AskToSignIn):
        return ask(ring, request, client, "sign_in", flow_cookie=flow_cookie, now=now)
    seen = await look_at(app, ring, session, named=isinstance(decision, AskToAgree))
    match interaction.decide(request, session if seen.alive else None, asks_each_time=asks, now=now):
        case Answer(session):
            return give_code(app, ring, request, session, now=now)
        case AskToAgree(session):
            question = ask(ring, request, client, "confirm", flow_cookie=flow_cookie, session=session, now=now)
            return replace(question, person=seen.name)
        case AskToSignIn():
            return ask(ring, request, client, "sign_in", flow_cookie=flow_cookie, now=now)


@dataclass(frozen=True, slots=True)
class Seen:
    """Whether a session still counts, and whose it is when the page says so."""

    alive: bool
    name: str = ""


async def look_at(app: App, ring: Ring, session: Session, *, named: bool) -> Seen:
    """Look at the account once: its deciding row, and the profile beside it only when a page will say the name."""
    if not named:
        return Seen(is_alive(await app.accounts.state(session.account_id), session.lineage))
    person = await app.accounts.person(session.account_id)
    if person is None or not is_alive(person.account, session.lineage):
        return Seen(alive=False)
    profile = open_profile(ring, person)
    return Seen(alive=True, name=str(profile.get("name") or profile.get("email") or ""))


async def _client(app: App, parameters: Parameters) -> Client:
    try:
        client_id = parameters.need("client_id")
    except InvalidRequest as error:
        raise UnknownClient(error.detail) from error
    client = await app.clients.find(client_id)
    if client is None:
        raise UnknownClient("nobody registered this client_id")
    return client


def open_session(ring: Ring, session_cookie: str, now: Millis) -> Session | None:
    """Open a session cookie. None when there is none, it is not ours, or it is over; not yet whether it was revoked."""
    if not session_cookie or len(session_cookie) > _LONGEST_SESSION_COOKIE:
        return None
    try:
        session = Session.of(parse_json(ring.open("session-cookie", session_cookie), max_bytes=4096, max_depth=4))
    except Tampered:
        return None
    return session if now < session.ends else None


def give_code(app: App, ring: Ring, request: AuthorizeRequest, session: Session, *, now: Millis) -> ToClient:
    """Seal a code for a request under a session, ready to travel with `state` and `iss` (RFC 9207 §2)."""
    code = grants.issue(
        request, session, code_id=new_id("cod", app.random(16)), grant_id=new_id("grt", app.random(16)), now=now
    )
    sealed = ring.seal("code", canonical(code.carried()))
    parameters = [("code", sealed), ("iss", app.issuer.url)]
    if request.state is not None:
        parameters.insert(1, ("state", request.state))
    return ToClient(request.redirect_uri, request.response_mode, tuple(parameters))


def ask(
    ring: Ring,
    request: AuthorizeRequest,
    client: Client,
    step: Step,
    *,
    flow_cookie: str,
    now: Millis,
    session: Session | None = None,
) -> Ask:
    """Seal the request into a flow that only this browser can go on with.

    A client with a sign-in page of its own asks there, unless the flow is too long to be gone on with by a link.
    """
    waiting = pending.Pending(
        request, step, pending.binding_of(flow_cookie), now + FLOW, session.session_id if session else ""
    )
    flow = ring.seal("flow", canonical(waiting.carried()))
    return Ask(
        step=step,
        flow=flow,
        client_name=client.client_name,
        redirect_uri=request.redirect_uri,
        scope=request.scope,
        email=request.login_hint,
        ui_locales=request.ui_locales,
        sign_in_uri=client.sign_in_uri if step == "sign_in" and continuation.fits(flow) else "",
    )


def _hinted_subject(ring: Ring, id_token_hint: str | None, *, issuer: str) -> str | None:
    """Give whom a hint names; an expired one still counts (OIDC Core §3.1.2.1)."""
    if id_token_hint is None:
        return None
    try:
        claims = ring.verify(id_token_hint, typ=ID_TOKEN_TYPE, algs=SIGNING_ALGORITHMS)
    except InvalidToken as error:
        raise InvalidRequest("id_token_hint is not one of ours") from error
    if claims.get("iss") != issuer or not isinstance(claims.get("sub"), str):
        raise InvalidRequest("id_token_hint is not one of ours")
    return str(claims["sub"])
