"""Read a request to the token endpoint: a form body, each parameter once, nothing secret in the URL (RFC 6749 §3.2)."""

from typing import Final

from shared.domain.errors import InvalidRequest
from shared.domain.parameters import Parameters
from shared.web.exchange import Exchange

# What must never stand in a URL, where logs and histories keep it (RFC 6749 §2.3.1, RFC 9700 §4.3.2).
_NEVER_IN_A_URL: Final = frozenset(
    {"client_secret", "client_assertion", "code", "code_verifier", "refresh_token", "access_token", "password", "token"}
)


def token_request(exchange: Exchange) -> Parameters:
    """Give the parameters. Raises InvalidRequest or RequestTooLarge."""
    if any(name in _NEVER_IN_A_URL for name, _ in exchange.query().pairs):
        raise InvalidRequest("credentials in the query")
    parameters = exchange.form()
    doubled = parameters.doubled()
    if doubled is not None:
        raise InvalidRequest(f"{doubled} was sent more than once")
    return parameters
