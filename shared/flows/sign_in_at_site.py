"""Sign a person in from a client's own page: as anywhere, but what it gives is a link and no cookie (Fetch §3.2)."""

from shared.domain import continuation, pending
from shared.domain.canonical import canonical
from shared.domain.errors import InvalidRequest
from shared.domain.sessions import Session
from shared.flows.pending_form import Form
from shared.flows.sign_in import sign_in
from shared.ports import App


async def sign_in_at_site(
    app: App, form: Form, *, email: str, password: str, network: str, request_id: str
) -> str | None:
    """Give what the browser goes on with, sealed; None when refused, for whatever reason.

    Raises StaleForm, InvalidRequest when the request is too long for a link, Unavailable or Conflict.
    """
    pending.check_step(form.pending, step="sign_in", now=app.now())
    # Before the password is looked at: else this refusal would say that it was right.
    if not continuation.fits(form.sealed):
        raise InvalidRequest("the authorization request is too long to travel in a link")

    def answer(session: Session) -> str:
        return form.ring.seal("continue", canonical(continuation.begin(form.pending, session).carried()))

    return await sign_in(
        app, form.ring, email=email, password=password, network=network, request_id=request_id, answer=answer
    )
