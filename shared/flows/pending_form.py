"""Take up a form the person sent: open its flow, hold it to this browser or its client's page, and know the client again."""

from dataclasses import dataclass

from shared.domain import pending
from shared.domain.answers import Ask, Step
from shared.domain.canonical import parse_json
from shared.domain.clients import Client
from shared.domain.errors import ForeignOrigin, StaleForm, Tampered, UnknownClient
from shared.domain.pending import Pending
from shared.ports import App, Ring

# The longest `state` and `nonce` that are let in, of control characters only, are six times as long in JSON.
_LONGEST_FLOW = 48 * 1024


@dataclass(frozen=True, slots=True)
class Form:
    """A posted form, opened. From our own page it is this browser's, of this step, and in time."""

    sealed: str
    pending: Pending
    client: Client
    ring: Ring

    @property
    def question(self) -> Ask:
        """The same question again, for a page that says what was wrong."""
        request = self.pending.request
        return Ask(
            step=self.pending.step,
            flow=self.sealed,
            client_name=self.client.client_name,
            redirect_uri=request.redirect_uri,
            scope=request.scope,
            email=request.login_hint,
            ui_locales=request.ui_locales,
        )


async def take_up(app: App, *, flow: str, step: Step, flow_cookie: str) -> Form:
    """Open a posted flow. Raises StaleForm, UnknownClient when the client is gone, Unavailable."""
    ring, waiting = await _open(app, flow)
    pending.check(waiting, step=step, flow_cookie=flow_cookie, now=app.now())
    client = await app.clients.find(waiting.request.client_id)
    if client is None:
        raise UnknownClient("the client is gone")
    return Form(flow, waiting, client, ring)


async def take_up_from_site(app: App, *, flow: str, origin: str) -> Form:
    """Open a flow that a script of another origin sent: whose step and time it is, is still to be judged.

    No cookie says whose browser it is; the link that comes of it does. Raises ForeignOrigin unless the origin is one of the
    flow's client, Unavailable.
    """
    try:
        ring, waiting = await _open(app, flow)
    except StaleForm as error:
        raise ForeignOrigin("no flow says whose page this is") from error
    client = await app.clients.find(waiting.request.client_id)
    if client is None or origin not in client.cors_origins:
        raise ForeignOrigin("not an origin of the flow's client")
    return Form(flow, waiting, client, ring)


async def _open(app: App, flow: str) -> tuple[Ring, Pending]:
    if not flow or len(flow) > _LONGEST_FLOW:
        raise StaleForm("no flow")
    ring = await app.keys.ring(flow)
    try:
        return ring, Pending.of(parse_json(ring.open("flow", flow), max_bytes=_LONGEST_FLOW, max_depth=8))
    except Tampered as error:
        raise StaleForm("the flow does not open") from error
