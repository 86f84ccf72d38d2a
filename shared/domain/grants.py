"""An authorization code: what it binds together, and when it may be turned into tokens (RFC 6749 §4.1, RFC 9700)."""

import hmac
from dataclasses import dataclass, replace
from typing import Any

from shared.domain.accounts import Lineage
from shared.domain.authorize_request import AuthorizeRequest
from shared.domain.errors import InvalidGrant, Tampered
from shared.domain.lifetimes import CODE
from shared.domain.pkce import check_verifier
from shared.domain.scopes import Scope
from shared.domain.sessions import Session
from shared.domain.times import Millis


@dataclass(frozen=True, slots=True)
class Code:
    """What a sealed code carries. It is bound to client, address, challenge, nonce, session and person."""

    code_id: str
    client_id: str
    redirect_uri: str
    code_challenge: str | None
    nonce: str | None
    scope: Scope
    account_id: str
    session_id: str
    grant_id: str
    began: Millis
    auth_time: Millis
    session_ends: Millis
    amr: tuple[str, ...]
    ends: Millis

    @property
    def lineage(self) -> Lineage:
        """Where the tokens will come from."""
        return Lineage(self.account_id, self.session_id, self.grant_id, self.began)

    def carried(self) -> list[Any]:
        """Give the form in which it is sealed: a list, because a code travels in URLs and should stay short."""
        return [
            self.code_id, self.client_id, self.redirect_uri, self.code_challenge, self.nonce, list(self.scope),
            self.account_id, self.session_id, self.grant_id, self.began, self.auth_time, self.session_ends,
            list(self.amr), self.ends,
        ]  # fmt: skip

    @staticmethod
    def of(carried: Any) -> "Code":  # noqa: ANN401 - whatever JSON the opened value held
        """Take it out of a value that was sealed as a code. Raises Tampered for the shape of another release."""
        try:
            code = Code(*carried)
            return replace(code, scope=tuple(code.scope), amr=tuple(code.amr))
        except TypeError as error:
            raise Tampered("not a code as this release seals it") from error


def issue(request: AuthorizeRequest, session: Session, *, code_id: str, grant_id: str, now: Millis) -> Code:
    """Bind a request and a session into a code that lives 60 seconds."""
    return Code(
        code_id=code_id,
        client_id=request.client_id,
        redirect_uri=request.redirect_uri,
        code_challenge=request.code_challenge,
        nonce=request.nonce,
        scope=request.scope,
        account_id=session.account_id,
        session_id=session.session_id,
        grant_id=grant_id,
        began=session.began,
        auth_time=session.auth_time,
        session_ends=session.ends,
        amr=session.amr,
        ends=now + CODE,
    )


def redeem(code: Code, *, client_id: str, redirect_uri: str | None, code_verifier: str | None, now: Millis) -> None:
    """Judge all that the code itself can decide, before anything is read or burnt. Raises InvalidGrant."""
    if code.client_id != client_id:
        raise InvalidGrant("issued to another client")
    if now >= code.ends:
        raise InvalidGrant("expired")
    if redirect_uri is None or not hmac.compare_digest(redirect_uri.encode(), code.redirect_uri.encode()):
        raise InvalidGrant("redirect_uri differs from the one sent before")
    check_verifier(code_verifier, code_challenge=code.code_challenge)
