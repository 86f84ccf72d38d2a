"""What was sent to us by one of our own pages, or by the script of a client's: fields, and from where (RFC 6454 §7)."""

from shared.domain.errors import ForeignOrigin, InvalidRequest
from shared.domain.issuer import Issuer
from shared.domain.parameters import Parameters
from shared.web.exchange import Exchange

_OUR_OWN = frozenset({"", "same-origin", "none"})


def posted(exchange: Exchange, issuer: Issuer) -> Parameters:
    """Give the fields of a form or JSON body of our own origin. Raises ForeignOrigin, InvalidRequest or RequestTooLarge."""
    if _is_foreign(exchange, issuer) or exchange.header("sec-fetch-site") not in _OUR_OWN:
        raise ForeignOrigin("sent by another origin")
    return fields_of(exchange)


def site_of(exchange: Exchange, issuer: Issuer) -> str | None:
    """Name the other origin whose script sent JSON, and so asked the browser first (Fetch §3.2.2); else None.

    Whether it may is its client's to say. A form, which any page can send, is for `posted` to refuse.
    """
    return exchange.header("origin") if _is_foreign(exchange, issuer) and exchange.is_json else None


def fields_of(exchange: Exchange) -> Parameters:
    """Give the fields of a form or JSON body, wherever it is from. Raises InvalidRequest or RequestTooLarge."""
    fields = _fields(exchange) if exchange.is_json else exchange.form()
    doubled = fields.doubled()
    if doubled is not None:
        raise InvalidRequest(f"{doubled} was sent more than once")
    return fields


def _is_foreign(exchange: Exchange, issuer: Issuer) -> bool:
    origin = exchange.header("origin")
    return bool(origin) and origin != issuer.origin


def _fields(exchange: Exchange) -> Parameters:
    pairs = exchange.json().items()
    if not all(isinstance(value, str) for _, value in pairs):
        raise InvalidRequest("a field is not a text")
    return Parameters(tuple(pairs))
