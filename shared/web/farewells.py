"""Turn a sign-out into HTTP: a question, a page that says it is done, or the way back to the client; JSON for scripts."""

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit, urlunsplit

import azure.functions as func

from shared.domain.end_session import Farewell
from shared.domain.issuer import ISSUER_PLACES, Issuer
from shared.domain.redirect_uris import origin_of
from shared.flows.end_session import AskToLeave, Left, Stayed
from shared.web.cookies import CookieNames, set_cookie
from shared.web.exchange import Exchange
from shared.web.outcomes import locale_of
from shared.web.pages import Pages
from shared.web.posted import posted
from shared.web.responses import json_answer, page_answer, redirect_answer, with_cookie


@dataclass(frozen=True, slots=True)
class Answered:
    """What our own page sent: which question, and whether to sign out; anything but yes is no."""

    flow: str
    agreed: bool


def answer_to_the_question(exchange: Exchange, issuer: Issuer) -> Answered | None:
    """Read the answer to our own question; None when it is a client that asks. Raises ForeignOrigin, InvalidRequest."""
    if exchange.method != "POST" or not (exchange.is_json or exchange.form().first("flow")):
        return None
    fields = posted(exchange, issuer)
    return Answered(fields.need("flow"), fields.get("decision") == "sign_out")


_DECISION = {"name": "decision", "type": "choice", "required": True, "values": ["sign_out", "stay"]}


def answer_farewell(
    exchange: Exchange, issuer: Issuer, names: CookieNames, said: AskToLeave | Left | Stayed
) -> func.HttpResponse:
    """Give the answer. Whoever has left takes no cookie along."""
    match said:
        case AskToLeave(flow, farewell):
            return _question(exchange, issuer, flow, farewell)
        case Left(farewell):
            forgotten = set_cookie(names.session, "", secure=names.secure, ends_in=0)
            return with_cookie(_told(exchange, issuer, farewell, "signed_out"), forgotten)
        case Stayed(farewell):
            return _told(exchange, issuer, Farewell(ui_locales=farewell.ui_locales), "stayed")


def _question(exchange: Exchange, issuer: Issuer, flow: str, farewell: Farewell) -> func.HttpResponse:
    place = ISSUER_PLACES["end_session_endpoint"]
    if exchange.wants_json:
        asked = {"step": "sign_out", "fields": [_DECISION | {"client_name": farewell.client_name}]}
        return json_answer({"flow": flow, **asked, "errors": [], "links": {"submit": issuer.at(place)}})
    html = Pages(issuer.path).render(
        "sign_out",
        locale_of(exchange, farewell.ui_locales),
        flow=flow,
        action=f"{issuer.path}/{place}",
        client_name=farewell.client_name,
    )
    # Browsers hold the redirect after the answer to `form-action` too.
    uri = farewell.post_logout_redirect_uri
    return page_answer(html, form_action=[origin_of(uri)] if uri else [])


def _told(exchange: Exchange, issuer: Issuer, farewell: Farewell, page: str) -> func.HttpResponse:
    where = _back(farewell)
    if exchange.wants_json:
        links = {"continue": where} if where else {}
        return json_answer({"flow": "", "step": "done", "fields": [], "errors": [], "links": links})
    if where:
        return redirect_answer(where)
    html = Pages(issuer.path).render(
        "told",
        locale_of(exchange, farewell.ui_locales),
        title_key=f"{page}.title",
        message_key=f"{page}.message",
    )
    return page_answer(html)


def _back(farewell: Farewell) -> str:
    """Give the client's address with its `state` (RP-Initiated Logout 1.0 §3)."""
    if farewell.post_logout_redirect_uri is None:
        return ""
    parts = urlsplit(farewell.post_logout_redirect_uri)
    state = urlencode({"state": farewell.state}) if farewell.state is not None else ""
    return urlunsplit(parts._replace(query="&".join(one for one in (parts.query, state) if one)))
