"""What the person sends us: address and password, and yes or no to a client."""

from __future__ import annotations

from typing import TYPE_CHECKING

import azure.functions as func

from functions.doors import at, doors, refuse
from shared.web.doors import POST
from shared.web.exchange import Exchange

if TYPE_CHECKING:
    from shared.ports import App

bp = func.Blueprint()


@bp.route(at("sign-in"), auth_level=func.AuthLevel.ANONYMOUS)
@doors.page(refuse, methods=POST, for_sites=True)
async def sign_in(exchange: Exchange, app: App) -> func.HttpResponse:
    """Take address and password, and go on to where the person came from."""
    from shared.flows.pending_form import take_up
    from shared.flows.sign_in_and_go_on import sign_in_and_go_on
    from shared.web.cookies import cookie_names, keep_session
    from shared.web.outcomes import answer_outcome
    from shared.web.posted import posted, site_of

    site = site_of(exchange, app.issuer)
    if site is not None:
        return await _sign_in_at(site, exchange, app)
    fields = posted(exchange, app.issuer)
    names = cookie_names(app.issuer, app.environment)
    flow_cookie = exchange.cookie(names.flow)
    form = await take_up(app, flow=fields.get("flow") or "", step="sign_in", flow_cookie=flow_cookie)
    email = fields.get("email") or ""
    signed_in = await sign_in_and_go_on(
        app,
        form,
        email=email,
        password=fields.get("password") or "",
        network=exchange.network,
        request_id=exchange.request_id,
        flow_cookie=flow_cookie,
    )
    if signed_in is None:
        return answer_outcome(exchange, app.issuer, form.question, problem="sign_in.refused", email=email)
    answer = answer_outcome(exchange, app.issuer, signed_in.outcome)
    return keep_session(answer, names, signed_in.cookie, ends_in=signed_in.lifetime)


async def _sign_in_at(site: str, exchange: Exchange, app: App) -> func.HttpResponse:
    """Take address and password from a script of one of the client's origins: no cookie is read here, and none is set."""
    from shared.flows.pending_form import take_up_from_site
    from shared.flows.sign_in_at_site import sign_in_at_site
    from shared.web.cors import let_read
    from shared.web.outcomes import answer_link, answer_outcome
    from shared.web.posted import fields_of

    fields = fields_of(exchange)
    form = await take_up_from_site(app, flow=fields.get("flow") or "", origin=site)
    let_read(exchange, form.client)
    email = fields.get("email") or ""
    link = await sign_in_at_site(
        app,
        form,
        email=email,
        password=fields.get("password") or "",
        network=exchange.network,
        request_id=exchange.request_id,
    )
    if link is None:
        return answer_outcome(exchange, app.issuer, form.question, problem="sign_in.refused", email=email)
    return answer_link(app.issuer, link)


@bp.route(at("confirm"), auth_level=func.AuthLevel.ANONYMOUS)
@doors.page(refuse, methods=POST)
async def confirm(exchange: Exchange, app: App) -> func.HttpResponse:
    """Take the person's word on a client."""
    from shared.flows.agree import agree
    from shared.flows.pending_form import take_up
    from shared.web.cookies import cookie_names
    from shared.web.outcomes import answer_outcome
    from shared.web.posted import posted

    fields = posted(exchange, app.issuer)
    names = cookie_names(app.issuer, app.environment)
    form = await take_up(app, flow=fields.get("flow") or "", step="confirm", flow_cookie=exchange.cookie(names.flow))
    outcome = await agree(
        app,
        form,
        allowed=fields.need("decision") == "allow",
        session_cookie=exchange.cookie(names.session),
        request_id=exchange.request_id,
    )
    return answer_outcome(exchange, app.issuer, outcome)
