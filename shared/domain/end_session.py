"""Signing out at a client's request: what is asked, whether the person is asked first, and where they may go on to.

OpenID Connect RP-Initiated Logout 1.0 §2, §3. Nobody is sent to an address that is not registered, byte for byte, with a
client that is named by a hint of ours or by its id; and nobody is signed out unasked but by a hint that names them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.domain.clients import Client
from shared.domain.errors import BadRedirectUri, InvalidRequest, Tampered
from shared.domain.parameters import Parameters
from shared.domain.redirect_uris import nearest
from shared.domain.sessions import Session
from shared.domain.times import Millis

LONGEST_STATE = 4096
"""Bytes of `state`: it travels inside a sealed value, as at the authorization endpoint."""


@dataclass(frozen=True, slots=True)
class Hint:
    """Whom and what a verified `id_token_hint` names; its time does not matter (§2)."""

    subject: str
    session_id: str
    client_id: str


def hint_of(claims: Mapping[str, Any], *, issuer: str) -> Hint:
    """Take a hint out of the claims of an ID token of ours. Raises InvalidRequest."""
    match claims:
        case {"iss": str(iss), "sub": str(sub), "sid": str(sid), "aud": str(aud)} if iss == issuer:
            return Hint(sub, sid, aud)
        case _:
            raise InvalidRequest("id_token_hint is not one of ours")


def named_client(parameters: Parameters, hint: Hint | None) -> str | None:
    """Say which client asks, or None. Raises InvalidRequest when hint and `client_id` disagree."""
    client_id = parameters.get("client_id")
    if client_id is not None and hint is not None and client_id != hint.client_id:
        raise InvalidRequest("client_id and id_token_hint name two clients")
    return client_id or (hint.client_id if hint else None)


@dataclass(frozen=True, slots=True)
class Farewell:
    """Where the person goes after, if anywhere, and by which client's name they are asked."""

    client_name: str = ""
    post_logout_redirect_uri: str | None = None
    state: str | None = None
    ui_locales: str = ""


def judge(parameters: Parameters, client: Client | None) -> Farewell:
    """Judge a request; `client` is the one it names. Raises InvalidRequest or BadRedirectUri: pages, never redirects."""
    doubled = parameters.doubled()
    if doubled is not None:
        raise InvalidRequest(f"{doubled} was sent more than once")
    state = parameters.get("state")
    if len((state or "").encode()) > LONGEST_STATE:
        raise InvalidRequest("state is longer than 4096 bytes")
    uri = parameters.get("post_logout_redirect_uri")
    if uri is not None and client is None:
        raise BadRedirectUri("neither client_id nor id_token_hint says whose address it is")
    if uri is not None and client is not None and uri not in client.post_logout_redirect_uris:
        raise BadRedirectUri("not registered", nearest(uri, client.post_logout_redirect_uris))
    return Farewell(
        client_name=client.client_name if client else "",
        post_logout_redirect_uri=uri,
        state=state,
        ui_locales=(parameters.get("ui_locales") or "")[:200],
    )


def may_end_unasked(hint: Hint | None, session: Session) -> bool:
    """Say whether the request proves by itself that this person signed in at this client (§2)."""
    return hint is not None and hint.subject == session.account_id


@dataclass(frozen=True, slots=True)
class Leaving:
    """The question whether to sign out, as it waits for its answer: sealed, bound to one browser and one session."""

    farewell: Farewell
    session_id: str
    binding: str
    ends: Millis

    def carried(self) -> list[Any]:
        """Give the form in which it is sealed."""
        said = self.farewell
        return [
            said.client_name, said.post_logout_redirect_uri, said.state, said.ui_locales,
            self.session_id, self.binding, self.ends,
        ]  # fmt: skip

    @staticmethod
    def of(carried: Any) -> "Leaving":  # noqa: ANN401 - whatever JSON the opened value held
        """Take it out of what was sealed. Raises Tampered for the shape of another release."""
        match carried:
            case [
                str(name), (str() | None) as uri, (str() | None) as state, str(locales),
                str(session_id), str(binding), int(ends),
            ]:  # fmt: skip
                return Leaving(Farewell(name, uri, state, locales), session_id, binding, ends)
            case _:
                raise Tampered("not a question of ours")
