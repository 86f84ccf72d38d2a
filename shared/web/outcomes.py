"""Turn what an authorization request led to into HTTP: a redirect, a posted form, a page, or JSON for a script."""

from urllib.parse import urlencode, urlsplit, urlunsplit

import azure.functions as func

from shared.domain.answers import Ask, ErrorToClient, Outcome, ToClient
from shared.domain.issuer import CONTINUE_PLACE, ISSUER_PLACES, Issuer
from shared.domain.redirect_uris import origin_of
from shared.web.errors import public, wire
from shared.web.exchange import Exchange
from shared.web.locales import LOCALES, Locale, choose_locale, text
from shared.web.pages import Pages
from shared.web.responses import json_answer, page_answer, redirect_answer

_SUBMIT = {"sign_in": "sign-in", "confirm": "confirm"}


def locale_of(exchange: Exchange, ui_locales: str = "") -> Locale:
    """Choose the language: what the client asked for, else what the browser prefers."""
    return choose_locale(ui_locales, exchange.header("accept-language"))


def answer_outcome(
    exchange: Exchange, issuer: Issuer, outcome: Outcome, *, problem: str | None = None, email: str | None = None
) -> func.HttpResponse:
    """Give the answer. `problem` is the key of what was wrong with the form before, `email` what was typed in it."""
    if isinstance(outcome, Ask) and outcome.sign_in_uri and not exchange.wants_json:
        return redirect_answer(_asked_there(outcome, issuer))
    if isinstance(outcome, Ask):
        return _question(exchange, issuer, outcome, problem, email)
    to_client = _as_error(outcome, issuer) if isinstance(outcome, ErrorToClient) else outcome
    if exchange.wants_json:
        return json_answer(_done(to_client))
    if to_client.response_mode == "form_post":
        fields = dict(to_client.parameters)
        html = Pages(issuer.path).render("form_post", locale_of(exchange), action=to_client.redirect_uri, fields=fields)
        return page_answer(html, form_action=[origin_of(to_client.redirect_uri)])
    return redirect_answer(_located(to_client))


def answer_link(issuer: Issuer, link: str) -> func.HttpResponse:
    """Tell a client's own page where to send the person on to."""
    where = f"{issuer.at(CONTINUE_PLACE)}?{urlencode({'link': link})}"
    return json_answer(_finished(where, []))


def _asked_there(ask: Ask, issuer: Issuer) -> str:
    """Name the client's own page. The flow is in the fragment: scripts read it, servers, logs and `Referer` do not."""
    return f"{ask.sign_in_uri}#{urlencode({'flow': ask.flow, 'iss': issuer.url})}"


def _as_error(refusal: ErrorToClient, issuer: Issuer) -> ToClient:
    state = [] if refusal.state is None else [("state", refusal.state)]
    said = [("error", wire(refusal.error).oauth), ("error_description", public(refusal.error))]
    parameters = (*said, *state, ("iss", issuer.url))
    return ToClient(refusal.redirect_uri, refusal.response_mode, parameters)


def _located(to_client: ToClient) -> str:
    """Add the parameters to whatever query the registered address has (RFC 6749 §4.1.2)."""
    parts = urlsplit(to_client.redirect_uri)
    query = "&".join(part for part in (parts.query, urlencode(to_client.parameters)) if part)
    return urlunsplit(parts._replace(query=query))


def _done(to_client: ToClient) -> dict[str, object]:
    fields = [{"name": name, "value": value} for name, value in to_client.parameters]
    posted = to_client.response_mode == "form_post"
    return _finished(to_client.redirect_uri if posted else _located(to_client), fields if posted else [])


def _finished(where: str, fields: list[dict[str, str]]) -> dict[str, object]:
    return {"flow": "", "step": "done", "fields": fields, "errors": [], "links": {"continue": where}}


def _question(
    exchange: Exchange, issuer: Issuer, ask: Ask, problem: str | None, email: str | None
) -> func.HttpResponse:
    locale = locale_of(exchange, ask.ui_locales)
    status = 400 if problem else 200
    action = f"{issuer.path}/{_SUBMIT[ask.step]}"
    typed = ask.email if email is None else email
    if exchange.wants_json:
        errors = [{"field": None, "code": problem, "message": text(locale, problem)}] if problem else []
        fields = _FIELDS[ask.step]
        more: dict[object, dict[str, object]] = {
            "email": {"value": typed},
            "decision": {"client_name": ask.client_name, "scope": list(ask.scope), "person": ask.person},
        }
        shown = [field | more.get(field["name"], {}) for field in fields]
        links = {"submit": issuer.origin + action}
        return json_answer(
            {"flow": ask.flow, "step": ask.step, "fields": shown, "errors": errors, "links": links}, status=status
        )
    shared = {"flow": ask.flow, "action": action, "client_name": ask.client_name}
    own: dict[str, object] = {"scopes": list(ask.scope), "person": ask.person}
    if ask.step == "sign_in":
        own = {"email": typed, "problem": problem, "languages": _languages(exchange, issuer)}
    html = Pages(issuer.path).render(ask.step, locale, **shared, **own)
    return page_answer(html, status=status, form_action=[origin_of(ask.redirect_uri)])


def _languages(exchange: Exchange, issuer: Issuer) -> dict[str, str]:
    """Give the same question in each language, where the question is a link: its own address, asked anew."""
    if exchange.method == "POST":
        return {}
    asked = [(name, value) for name, value in exchange.query().pairs if name != "ui_locales"]
    place = f"{issuer.path}/{ISSUER_PLACES['authorization_endpoint']}"
    return {locale: f"{place}?{urlencode([*asked, ('ui_locales', locale)])}" for locale in LOCALES}


_FIELDS: dict[str, tuple[dict[str, object], ...]] = {
    "sign_in": (
        {"name": "email", "type": "email", "required": True},
        {"name": "password", "type": "password", "required": True},
    ),
    "confirm": ({"name": "decision", "type": "choice", "required": True, "values": ["allow", "deny"]},),
}
