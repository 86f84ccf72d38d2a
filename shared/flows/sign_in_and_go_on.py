"""Sign the person in and go on to the client they came from, in one answer."""

from dataclasses import dataclass, replace

from shared.domain import interaction
from shared.domain.answers import Ask, ErrorToClient, Outcome
from shared.domain.authorize_request import AuthorizeRequest
from shared.domain.canonical import canonical
from shared.domain.clients import Client, asks_each_time
from shared.domain.errors import LoginRequired
from shared.domain.interaction import AskToAgree
from shared.domain.sessions import Session
from shared.domain.times import Millis
from shared.flows.authorize import ask, give_code
from shared.flows.pending_form import Form
from shared.flows.sign_in import sign_in
from shared.ports import App, Ring


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The new session's cookie, sealed, how long it is good for, and where the browser goes next."""

    cookie: str
    lifetime: Millis
    outcome: Outcome

    def asking(self, person: str) -> "SignedIn":
        """Say whom a question is put to, if there is one."""
        return replace(self, outcome=replace(self.outcome, person=person)) if isinstance(self.outcome, Ask) else self


async def sign_in_and_go_on(
    app: App, form: Form, *, email: str, password: str, network: str, request_id: str, flow_cookie: str
) -> SignedIn | None:
    """Sign in; None when refused, for whatever reason. Raises Unavailable or Conflict."""

    def answer(session: Session) -> SignedIn:
        now = session.auth_time
        came = come_in(
            app, form.ring, form.pending.request, form.client, session=session, flow_cookie=flow_cookie, now=now
        )
        return came.asking(email)

    return await sign_in(
        app, form.ring, email=email, password=password, network=network, request_id=request_id, answer=answer
    )


def come_in(
    app: App, ring: Ring, request: AuthorizeRequest, client: Client, *, session: Session, flow_cookie: str, now: Millis
) -> SignedIn:
    """Seal all that a browser gets for a session that has just begun. Whom a question is put to is left to be said."""
    cookie = ring.seal("session-cookie", canonical(session.carried()))
    return SignedIn(cookie, session.ends - now, _outcome(app, ring, request, client, session, flow_cookie, now))


def _outcome(
    app: App, ring: Ring, request: AuthorizeRequest, client: Client, session: Session, flow_cookie: str, now: Millis
) -> Outcome:
    asks = asks_each_time(client, request.redirect_uri, request.scope)
    try:
        decision = interaction.after_sign_in(request, session, asks_each_time=asks)
    except LoginRequired as error:
        return ErrorToClient(request.redirect_uri, request.response_mode, request.state, error)
    if isinstance(decision, AskToAgree):
        return ask(ring, request, client, "confirm", flow_cookie=flow_cookie, session=session, now=now)
    return give_code(app, ring, request, session, now=now)
