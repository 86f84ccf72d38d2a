"""Everything that ends a request on purpose, each with one calm sentence for the outside.

`public` may be shown to anyone; `detail` is for our own log and never leaves it. `shared/web/errors.py` alone turns these
into a protocol's words (RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, RFC 9457).
"""

from typing import ClassVar


class IdentityError(Exception):
    """A request that ends here. Raised, never returned; what a caller must act on is a value instead."""

    public: ClassVar[str] = "The request was refused."

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail


class InvalidRequest(IdentityError):
    """Malformed, doubled, missing or oversized input (RFC 6749 §4.1.2.1)."""

    public = "A parameter is missing, sent twice, or has a value that is not allowed."


class RequestTooLarge(InvalidRequest):
    """A body over the limit (RFC 9110 §15.5.14)."""

    public = "The request is larger than this address accepts."


class LengthMissing(InvalidRequest):
    """A body sent in chunks: the platform hands it on empty, so that what was sent is not what we would read."""

    public = "The request must state the length of its body (Content-Length); it cannot be sent in chunks."


class UnknownClient(IdentityError):
    """Nobody registered this `client_id`: a page, never a redirect (RFC 6749 §4.1.2.1)."""

    public = "The site that sent you here is not registered with us."


class BadRedirectUri(IdentityError):
    """The `redirect_uri` is not one of the client's: a page, never a redirect (RFC 6749 §4.1.2.1)."""

    public = "The site that sent you here asked to return to an address it has not registered."

    def __init__(self, detail: str = "", nearest: str = "") -> None:
        super().__init__(detail)
        self.nearest = nearest


class InvalidClient(IdentityError):
    """Client authentication failed (RFC 6749 §5.2)."""

    public = "The client could not be authenticated."


class InvalidGrant(IdentityError):
    """The code is wrong, used, too old, or another client's (RFC 6749 §5.2)."""

    public = "The grant is not valid, or no longer."


class UnauthorizedClient(IdentityError):
    """The client may not use this grant or response type (RFC 6749 §5.2)."""

    public = "The client is not registered for this."


class UnsupportedGrantType(IdentityError):
    """A `grant_type` we do not offer (RFC 6749 §5.2)."""

    public = "This grant type is not offered."


class UnsupportedTokenType(IdentityError):
    """A token that cannot be revoked (RFC 7009 §2.2.1)."""

    public = "Tokens of this kind cannot be revoked."


class UnsupportedResponseType(IdentityError):
    """A `response_type` we do not offer (RFC 6749 §4.1.2.1)."""

    public = "This response type is not offered."


class InvalidScope(IdentityError):
    """No scope is left that the client may have (RFC 6749 §4.1.2.1)."""

    public = "None of the requested scopes may be given to this client."


class AccessDenied(IdentityError):
    """The person, or a rule, said no (RFC 6749 §4.1.2.1)."""

    public = "Access was denied."


class LoginRequired(IdentityError):
    """`prompt=none` and nobody is signed in as asked (OpenID Connect Core §3.1.2.6)."""

    public = "Nobody is signed in."


class ConsentRequired(IdentityError):
    """`prompt=none` and the person must first agree (OpenID Connect Core §3.1.2.6)."""

    public = "The person has not yet agreed."


class RequestNotSupported(IdentityError):
    """The `request` parameter (OpenID Connect Core §3.1.2.6)."""

    public = "Request objects are not supported."


class RequestUriNotSupported(IdentityError):
    """The `request_uri` parameter (OpenID Connect Core §3.1.2.6)."""

    public = "Request objects by reference are not supported."


class RegistrationNotSupported(IdentityError):
    """The `registration` parameter (OpenID Connect Core §3.1.2.6)."""

    public = "Registration inside a request is not supported."


class NoToken(IdentityError):
    """A protected address was called without any token (RFC 6750 §3.1: then no error code is given)."""

    public = "A token is needed."


class InvalidToken(IdentityError):
    """The access token is wrong, too old, revoked, or meant for another (RFC 6750 §3.1)."""

    public = "The token is not valid, or no longer."


class InsufficientScope(IdentityError):
    """The access token is good but does not reach this (RFC 6750 §3.1)."""

    public = "The token does not allow this."


class StaleForm(IdentityError):
    """The sign-in form is too old, altered, or from another browser."""

    public = "This page has been open for too long, or was opened in another browser. Please start again."


class Conflict(IdentityError):
    """Somebody else changed the same thing first. Flows read and decide again; what is left over is a 503."""

    public = "Too much is happening at once. Please try again in a moment."


class AlreadyThere(Conflict):
    """What was to be new is there already; `row` names it."""

    public = "This exists already."

    def __init__(self, detail: str = "", row: str = "") -> None:
        super().__init__(detail)
        self.row = row


class Unavailable(IdentityError):
    """Storage or the vault is slow or away: nothing was changed; try again (RFC 9110 §15.6.4)."""

    public = "A part of the service is not answering. Nothing was changed; please try again in a moment."


class Tampered(IdentityError):
    """Something stored or sealed does not open, or a chain does not hold. Never shown in detail to anyone."""

    public = "Something stored could not be read."


class UnknownKey(Tampered):
    """Sealed with a key that is not in the ring: turned away, another environment's, or newer than our copy of the ring."""


class TooNew(IdentityError):
    """A row written by a newer release than this one: it is refused and left untouched."""

    public = "This was written by a newer version of the service."


class UnusableSettings(IdentityError):
    """A setting is missing or wrong; `detail` names each and what to do, never a value."""

    public = "The service is not set up correctly. Nothing was changed."


class WrongEnvironment(IdentityError):
    """Storage, vault or token bear the name of another environment."""

    public = "This belongs to another environment."


class ForeignOrigin(IdentityError):
    """A page of another origin sent this to us (RFC 6454 §7)."""

    public = "This can only be sent from our own pages."


class MethodNotAllowed(IdentityError):
    """The address exists, but not for this method (RFC 9110 §15.5.6)."""

    public = "This address does not take that method."

    def __init__(self, allowed: tuple[str, ...]) -> None:
        super().__init__(f"allowed: {', '.join(allowed)}")
        self.allowed = allowed


class NotFound(IdentityError):
    """There is nothing at this address (RFC 9110 §15.5.5)."""

    public = "There is nothing at this address."
