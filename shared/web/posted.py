"""What one of our own pages, or a script on them, sent: fields, from our own origin only (RFC 6454 §7)."""

from shared.domain.errors import ForeignOrigin, InvalidRequest
from shared.domain.issuer import Issuer
from shared.domain.parameters import Parameters
from shared.web.exchange import Exchange

_OUR_OWN = frozenset({"", "same-origin", "none"})


def posted(exchange: Exchange, issuer: Issuer) -> Parameters:
    """Give the fields of a form or JSON body. Raises ForeignOrigin, InvalidRequest or RequestTooLarge."""
    origin = exchange.header("origin")
    if (origin and origin != issuer.origin) or exchange.header("sec-fetch-site") not in _OUR_OWN:
        raise ForeignOrigin("sent by another origin")
    fields = _fields(exchange) if exchange.is_json else exchange.form()
    doubled = fields.doubled()
    if doubled is not None:
        raise InvalidRequest(f"{doubled} was sent more than once")
    return fields


def _fields(exchange: Exchange) -> Parameters:
    pairs = exchange.json().items()
    if not all(isinstance(value, str) for _, value in pairs):
        raise InvalidRequest("a field is not a text")
    return Parameters(tuple(pairs))
