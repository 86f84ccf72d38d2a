"""Sign the person in and go on to the client they came from, in one answer."""

from dataclasses import dataclass, replace

from shared.domain import interaction
from shared.domain.answers import ErrorToClient, Outcome
from shared.domain.canonical import canonical
from shared.domain.clients import asks_each_time
from shared.domain.errors import LoginRequired
from shared.domain.interaction import AskToAgree
from shared.domain.sessions import Session
from shared.domain.times import Millis
from shared.flows.authorize import ask, give_code
from shared.flows.pending_form import Form
from shared.flows.sign_in import sign_in
from shared.ports import App


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The new session's cookie, sealed, how long it is good for, and where the browser goes next."""

    cookie: str
    lifetime: Millis
    outcome: Outcome


async def sign_in_and_go_on(
    app: App, form: Form, *, email: str, password: str, network: str, request_id: str, flow_cookie: str
) -> SignedIn | None:
    """Sign in; None when refused, for whatever reason. Raises Unavailable or Conflict."""

    def answer(session: Session) -> SignedIn:
        cookie = form.ring.seal("session-cookie", canonical(session.carried()))
        return SignedIn(cookie, session.ends - session.auth_time, _go_on(app, form, session, flow_cookie, email))

    return await sign_in(
        app, form.ring, email=email, password=password, network=network, request_id=request_id, answer=answer
    )


def _go_on(app: App, form: Form, session: Session, flow_cookie: str, email: str) -> Outcome:
    request = form.pending.request
    asks = asks_each_time(form.client, request.redirect_uri, request.scope)
    try:
        decision = interaction.after_sign_in(request, session, asks_each_time=asks)
    except LoginRequired as error:
        return ErrorToClient(request.redirect_uri, request.response_mode, request.state, error)
    now = session.auth_time
    if isinstance(decision, AskToAgree):
        question = ask(form.ring, request, form.client, "confirm", flow_cookie=flow_cookie, session=session, now=now)
        return replace(question, person=email)
    return give_code(app, form.ring, request, session, now=now)
