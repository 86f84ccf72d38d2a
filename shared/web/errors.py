"""The only place where our words become a protocol's: RFC 6749's error codes, RFC 9457's problems, and pages.

First match wins, subclasses first. Anything raised that is not here is a bug: logged with its stack, and answered
`server_error`.
"""

from dataclasses import dataclass
from typing import Final

from shared.domain import errors as e

RETRY_AFTER: Final = "2"
"""Seconds after which a 503 is worth another try: soon enough for the 30 s in which a lost answer is repeated."""


@dataclass(frozen=True, slots=True)
class Wire:
    """How an error leaves us: OAuth `error`, HTTP status, and the key of its page."""

    oauth: str
    status: int
    page: str


WIRE: Final[tuple[tuple[type[e.IdentityError], Wire], ...]] = (
    (e.InvalidClient, Wire("invalid_client", 401, "invalid_request")),
    (e.InvalidGrant, Wire("invalid_grant", 400, "invalid_request")),
    (e.UnauthorizedClient, Wire("unauthorized_client", 400, "invalid_request")),
    (e.UnsupportedGrantType, Wire("unsupported_grant_type", 400, "invalid_request")),
    (e.UnsupportedTokenType, Wire("unsupported_token_type", 400, "invalid_request")),
    (e.UnsupportedResponseType, Wire("unsupported_response_type", 400, "invalid_request")),
    (e.InvalidScope, Wire("invalid_scope", 400, "invalid_request")),
    (e.AccessDenied, Wire("access_denied", 403, "access_denied")),
    (e.LoginRequired, Wire("login_required", 400, "access_denied")),
    (e.ConsentRequired, Wire("consent_required", 400, "access_denied")),
    (e.RequestNotSupported, Wire("request_not_supported", 400, "invalid_request")),
    (e.RequestUriNotSupported, Wire("request_uri_not_supported", 400, "invalid_request")),
    (e.RegistrationNotSupported, Wire("registration_not_supported", 400, "invalid_request")),
    (e.UnknownClient, Wire("invalid_request", 400, "unknown_client")),
    (e.BadRedirectUri, Wire("invalid_request", 400, "bad_redirect_uri")),
    (e.StaleForm, Wire("invalid_request", 400, "stale_form")),
    (e.ForeignOrigin, Wire("invalid_request", 403, "stale_form")),
    (e.RequestTooLarge, Wire("invalid_request", 413, "request_too_large")),
    (e.LengthMissing, Wire("invalid_request", 400, "invalid_request")),
    (e.MethodNotAllowed, Wire("invalid_request", 405, "method")),
    (e.NotFound, Wire("invalid_request", 404, "not_found")),
    (e.NoToken, Wire("", 401, "access_denied")),
    (e.InvalidToken, Wire("invalid_token", 401, "access_denied")),
    (e.InsufficientScope, Wire("insufficient_scope", 403, "access_denied")),
    (e.InvalidRequest, Wire("invalid_request", 400, "invalid_request")),
    (e.AlreadyThere, Wire("temporarily_unavailable", 503, "unavailable")),
    (e.Conflict, Wire("temporarily_unavailable", 503, "unavailable")),
    (e.Unavailable, Wire("temporarily_unavailable", 503, "unavailable")),
    (e.TooNew, Wire("temporarily_unavailable", 503, "unavailable")),
    (e.UnusableSettings, Wire("temporarily_unavailable", 503, "unavailable")),
    (e.WrongEnvironment, Wire("temporarily_unavailable", 503, "unavailable")),
    (e.UnknownKey, Wire("server_error", 500, "unexpected")),
    (e.Tampered, Wire("server_error", 500, "unexpected")),
)

BUG: Final = Wire("server_error", 500, "unexpected")


def wire(error: Exception) -> Wire:
    """Say how an error leaves us."""
    return next((row for kind, row in WIRE if isinstance(error, kind)), BUG)


def public(error: Exception) -> str:
    """Give the sentence that anyone may read."""
    return error.public if isinstance(error, e.IdentityError) else "Something went wrong on our side."
