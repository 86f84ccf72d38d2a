"""What a person gave a client, and the code that first carries it (RFC 6749 §4.1, RFC 9700)."""

import hmac
from dataclasses import dataclass, replace
from typing import Any

from shared.domain.accounts import Lineage
from shared.domain.authorize_request import AuthorizeRequest
from shared.domain.errors import InvalidGrant, Tampered
from shared.domain.lifetimes import CODE, OFFLINE
from shared.domain.pkce import check_verifier
from shared.domain.scopes import OFFLINE_ACCESS, Scope
from shared.domain.sessions import Session
from shared.domain.times import Millis


@dataclass(frozen=True, slots=True)
class Grant:
    """Who lets which client have what, since which sign-in, and until when at the latest. Times in UTC milliseconds."""

    grant_id: str
    client_id: str
    account_id: str
    session_id: str
    began: Millis
    auth_time: Millis
    amr: tuple[str, ...]
    scope: Scope
    ends: Millis

    @property
    def offline(self) -> bool:
        """Whether it outlives the session it was given in (OIDC Core §11)."""
        return OFFLINE_ACCESS in self.scope

    @property
    def lineage(self) -> Lineage:
        """Where every token under it comes from."""
        return Lineage(self.account_id, self.session_id, self.grant_id, self.began, offline=self.offline)

    def carried(self) -> list[Any]:
        """Give the form in which it is sealed into codes and refresh tokens, in the order of the fields."""
        return [
            self.grant_id, self.client_id, self.account_id, self.session_id, self.began, self.auth_time,
            list(self.amr), list(self.scope), self.ends,
        ]  # fmt: skip

    @staticmethod
    def of(carried: Any) -> "Grant":  # noqa: ANN401 - whatever JSON the opened value held
        """Take it out of what was sealed. Raises Tampered for the shape of another release."""
        try:
            grant = Grant(*carried)
            return replace(grant, amr=tuple(grant.amr), scope=tuple(grant.scope))
        except TypeError as error:
            raise Tampered("not a grant as this release seals it") from error


@dataclass(frozen=True, slots=True)
class Code:
    """What a sealed code carries. It is bound to client, address, challenge, nonce, session and person."""

    code_id: str
    redirect_uri: str
    code_challenge: str | None
    nonce: str | None
    ends: Millis
    grant: Grant

    def carried(self) -> list[Any]:
        """Give the form in which it is sealed: a list, because a code travels in URLs and should stay short."""
        return [
            self.code_id, self.redirect_uri, self.code_challenge, self.nonce, self.ends, self.grant.carried(),
        ]  # fmt: skip

    @staticmethod
    def of(carried: Any) -> "Code":  # noqa: ANN401 - whatever JSON the opened value held
        """Take it out of a value that was sealed as a code. Raises Tampered for the shape of another release."""
        try:
            code_id, redirect_uri, code_challenge, nonce, ends, grant = carried
            return Code(code_id, redirect_uri, code_challenge, nonce, ends, Grant.of(grant))
        except (TypeError, ValueError) as error:
            raise Tampered("not a code as this release seals it") from error


def issue(request: AuthorizeRequest, session: Session, *, code_id: str, grant_id: str, now: Millis) -> Code:
    """Bind a request and a session into a code that lives 60 seconds."""
    offline = OFFLINE_ACCESS in request.scope
    return Code(
        code_id=code_id,
        redirect_uri=request.redirect_uri,
        code_challenge=request.code_challenge,
        nonce=request.nonce,
        ends=now + CODE,
        grant=Grant(
            grant_id=grant_id,
            client_id=request.client_id,
            account_id=session.account_id,
            session_id=session.session_id,
            began=session.began,
            auth_time=session.auth_time,
            amr=session.amr,
            scope=request.scope,
            ends=now + OFFLINE if offline else session.ends,
        ),
    )


def redeem(code: Code, *, client_id: str, redirect_uri: str | None, code_verifier: str | None, now: Millis) -> None:
    """Judge all that the code itself can decide, before anything is read or burnt. Raises InvalidGrant."""
    if code.grant.client_id != client_id:
        raise InvalidGrant("issued to another client")
    if now >= code.ends:
        raise InvalidGrant("expired")
    if redirect_uri is None or not hmac.compare_digest(redirect_uri.encode(), code.redirect_uri.encode()):
        raise InvalidGrant("redirect_uri differs from the one sent before")
    check_verifier(code_verifier, code_challenge=code.code_challenge)
