"""Bearer tokens at our own door: where they may stand, and how a refusal is told (RFC 6750 §2, §3)."""

from shared.domain.errors import IdentityError, InvalidRequest, NoToken
from shared.domain.parameters import Parameters
from shared.web.errors import wire
from shared.web.exchange import Exchange


def bearer_token(exchange: Exchange) -> str:
    """Give the token, from the header or a form body, never the query. Raises NoToken or InvalidRequest."""
    scheme, _, token = exchange.header("authorization").partition(" ")
    in_header = token.strip() if scheme.lower() == "bearer" else ""
    in_body = _form(exchange).get("access_token") or ""
    if exchange.query().first("access_token") is not None:
        raise InvalidRequest("a token in the query")
    if in_header and in_body:
        raise InvalidRequest("two tokens")
    if not (in_header or in_body):
        raise NoToken
    return in_header or in_body


def challenge(error: IdentityError) -> dict[str, str]:
    """Give the `WWW-Authenticate` of a refusal; without an error code when no token was sent (RFC 6750 §3.1)."""
    code = wire(error).oauth
    said = f', error="{code}", error_description="{error.public}"' if code else ""
    return {"WWW-Authenticate": f'Bearer realm="sluis"{said}'}


def _form(exchange: Exchange) -> Parameters:
    has_form = exchange.header("content-type").lower().startswith("application/x-www-form-urlencoded")
    return exchange.form() if exchange.method == "POST" and has_form else Parameters()
