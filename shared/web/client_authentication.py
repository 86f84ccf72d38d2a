"""Read who says it is calling the token endpoint, in exactly one way (RFC 6749 §2.3.1)."""

from base64 import b64decode
from urllib.parse import unquote_plus

from shared.domain.clients import Credentials
from shared.domain.errors import InvalidClient, InvalidRequest
from shared.domain.parameters import Parameters

_LONGEST_SECRET = 1024


def credentials_of(parameters: Parameters, authorization: str) -> Credentials:
    """Give the credentials of a request. Raises InvalidClient, or InvalidRequest when they came in more than one way."""
    if parameters.get("client_assertion") is not None or parameters.get("client_assertion_type") is not None:
        raise InvalidClient("assertions are not offered")
    client_id, client_secret = parameters.get("client_id"), parameters.get("client_secret")
    if authorization:
        if client_secret is not None:
            raise InvalidRequest("two ways of client authentication")
        basic = _basic(authorization)
        if client_id is not None and client_id != basic.client_id:
            raise InvalidRequest("two client ids")
        return basic
    if client_id is None:
        raise InvalidClient("no client_id")
    if client_secret is None:
        return Credentials(client_id, "none")
    return Credentials(client_id, "client_secret_post", client_secret[:_LONGEST_SECRET])


def _basic(authorization: str) -> Credentials:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic" or len(encoded) > 4 * _LONGEST_SECRET:
        raise InvalidClient("not Basic")
    try:
        decoded = b64decode(encoded.strip(), validate=True).decode("utf-8")
    except ValueError as error:  # not base64, not UTF-8, or not even ASCII
        raise InvalidClient("malformed Basic credentials") from error
    name, colon, secret = decoded.partition(":")
    if not colon:
        raise InvalidClient("malformed Basic credentials")
    # RFC 6749 §2.3.1: both halves are form-encoded before they are put together.
    return Credentials(unquote_plus(name), "client_secret_basic", unquote_plus(secret)[:_LONGEST_SECRET])
