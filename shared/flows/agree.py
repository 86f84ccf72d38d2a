"""Take the person's word on whether a client may have what it asks (OIDC Core §3.1.2.4)."""

from shared.domain.accounts import is_alive
from shared.domain.answers import ErrorToClient, Outcome
from shared.domain.chains import account_chain
from shared.domain.errors import AccessDenied, StaleForm
from shared.domain.events import Actor, Draft
from shared.domain.ids import new_id
from shared.domain.sessions import Session
from shared.domain.times import Millis
from shared.flows.again import again
from shared.flows.authorize import give_code, open_session
from shared.flows.chain import grow
from shared.flows.pending_form import Form
from shared.ports import App


async def agree(app: App, form: Form, *, allowed: bool, session_cookie: str, request_id: str) -> Outcome:
    """Give a code and record the consent, or carry the refusal to the client. Raises StaleForm."""
    now = app.now()
    session = open_session(form.ring, session_cookie, now)
    if session is None or session.session_id != form.pending.session_id:
        raise StaleForm("another session than the one that was asked")
    request = form.pending.request
    if not allowed:
        return ErrorToClient(request.redirect_uri, request.response_mode, request.state, AccessDenied())

    answer = give_code(app, form.ring, request, session, now=now)
    draft = Draft(
        name="consent.given",
        actor=Actor("person", session.account_id),
        via="sign_in",
        thing=request.client_id,
        after={"scope": list(request.scope)},
        request=request_id,
    )
    write_id = new_id("wri", app.random(16))
    await app.journal.mark(account_chain(session.account_id), now=now, write_id=write_id)
    await again(app, lambda: _record(app, session, draft, now), turn=lambda: app.accounts.turn(session.account_id))
    return answer


async def _record(app: App, session: Session, draft: Draft, now: Millis) -> None:
    desk = await app.accounts.desk(session.account_id)
    if desk is None or not is_alive(desk.account.value, session.lineage):
        raise StaleForm("the session has ended")
    grown = grow(app, desk.head, [draft], chain=account_chain(session.account_id), keys={}, now=now)
    await app.accounts.change(desk, desk.account.value, grown, write_id=new_id("wri", app.random(16)))
