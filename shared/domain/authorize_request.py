"""What a client may ask at the authorization endpoint, and in which order it is judged (OIDC Core §3.1.2.1).

The client and its `redirect_uri` come first and alone: until both are known to be right nothing is sent anywhere. `CHECKS`
is everything after that, at one glance; the first that objects decides the error.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from shared.domain import pkce
from shared.domain.canonical import parse_json
from shared.domain.clients import Client, check_grant_type
from shared.domain.errors import (
    BadRedirectUri,
    InvalidRequest,
    RegistrationNotSupported,
    RequestNotSupported,
    RequestUriNotSupported,
    UnauthorizedClient,
    UnsupportedResponseType,
)
from shared.domain.parameters import Parameters
from shared.domain.redirect_uris import is_registered, nearest
from shared.domain.scopes import Scope, grantable

type ResponseMode = Literal["query", "form_post"]

RESPONSE_MODES: Final[tuple[ResponseMode, ...]] = ("query", "form_post")
PROMPTS: Final = frozenset({"none", "login", "consent", "select_account"})
CARRIED_LIMIT: Final = 4096
"""Bytes of `state`, `nonce` and `claims` together: they travel inside sealed values."""

_LONGEST_MAX_AGE = 10 * 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class AuthorizeRequest:
    """An authorization request that passed every check. Times in seconds where the protocol says seconds."""

    client_id: str
    redirect_uri: str
    response_mode: ResponseMode
    scope: Scope
    state: str | None
    nonce: str | None
    code_challenge: str | None
    prompt: tuple[str, ...]
    max_age: int | None
    login_hint: str
    ui_locales: str
    required_subject: str | None

    def carried(self) -> dict[str, Any]:
        """Give the form in which a sealed flow carries it."""
        return asdict(self)

    @staticmethod
    def of(carried: dict[str, Any]) -> "AuthorizeRequest":
        """Take it out of a sealed flow again."""
        return AuthorizeRequest(**(carried | {"scope": tuple(carried["scope"]), "prompt": tuple(carried["prompt"])}))


def check_redirect_uri(parameters: Parameters, client: Client) -> str:
    """Give the verified `redirect_uri`. Raises BadRedirectUri: a page, never a redirect (RFC 6749 §4.1.2.1)."""
    try:
        redirect_uri = parameters.need("redirect_uri")
    except InvalidRequest as error:
        raise BadRedirectUri(error.detail) from error
    if not is_registered(redirect_uri, client.redirect_uris, native=client.native):
        raise BadRedirectUri("not registered", nearest(redirect_uri, client.redirect_uris))
    return redirect_uri


def response_mode_of(parameters: Parameters) -> ResponseMode:
    """Give the mode in which even a refusal travels: the one asked for when we know it, else `query`."""
    return "form_post" if parameters.first("response_mode") == "form_post" else "query"


def _nothing_twice(parameters: Parameters, _client: Client) -> None:
    doubled = parameters.doubled()
    if doubled is not None:
        raise InvalidRequest(f"{doubled} was sent more than once")


def _no_request_object(parameters: Parameters, _client: Client) -> None:
    if parameters.get("request") is not None:
        raise RequestNotSupported
    if parameters.get("request_uri") is not None:
        raise RequestUriNotSupported
    if parameters.get("registration") is not None:
        raise RegistrationNotSupported


def _response_type(parameters: Parameters, client: Client) -> None:
    response_type = parameters.need("response_type")
    if response_type != "code":
        raise UnsupportedResponseType("only the code flow is offered")
    if response_type not in client.response_types:
        raise UnauthorizedClient("not registered for this response type")


def _response_mode(parameters: Parameters, _client: Client) -> None:
    mode = parameters.get("response_mode")
    if mode is not None and mode not in RESPONSE_MODES:
        raise InvalidRequest("unknown response_mode")


def _grant_type(_parameters: Parameters, client: Client) -> None:
    check_grant_type(client, "authorization_code")


def _not_too_long(parameters: Parameters, _client: Client) -> None:
    carried = sum(len((parameters.get(name) or "").encode()) for name in ("state", "nonce", "claims"))
    if carried > CARRIED_LIMIT:
        raise InvalidRequest("state, nonce and claims together are longer than 4096 bytes")
    if len(parameters.get("scope") or "") > CARRIED_LIMIT:
        raise InvalidRequest("scope is longer than 4096 characters")


def _scope(parameters: Parameters, client: Client) -> None:
    grantable(parameters.get("scope"), registered=client.scope)


def _code_challenge(parameters: Parameters, client: Client) -> None:
    pkce.check_challenge(
        parameters.get("code_challenge"),
        parameters.get("code_challenge_method"),
        required=client.require_pkce or client.public,
    )


def _prompt(parameters: Parameters, _client: Client) -> None:
    prompt = _words(parameters.get("prompt"))
    if not PROMPTS.issuperset(prompt):
        raise InvalidRequest("unknown prompt")
    if "none" in prompt and len(prompt) > 1:
        raise InvalidRequest("prompt=none stands alone")


def _max_age(parameters: Parameters, _client: Client) -> None:
    _seconds(parameters.get("max_age"))


def _claims(parameters: Parameters, _client: Client) -> None:
    _claimed_subject(parameters.get("claims"))


CHECKS: Final[tuple[Callable[[Parameters, Client], None], ...]] = (
    _nothing_twice,  # RFC 6749 §3.1
    _no_request_object,  # OIDC Core §6, Registration §7.2.1
    _response_type,  # RFC 6749 §3.1.1
    _response_mode,  # OAuth 2.0 Multiple Response Types §2.1
    _grant_type,  # RFC 7591 §2
    _not_too_long,  # ours: what is carried is sealed into every link of the flow
    _scope,  # RFC 6749 §3.3
    _code_challenge,  # RFC 7636 §4.3
    _prompt,  # OIDC Core §3.1.2.1
    _max_age,  # OIDC Core §3.1.2.1
    _claims,  # OIDC Core §5.5
)


def check(
    parameters: Parameters,
    client: Client,
    *,
    redirect_uri: str,
    hinted_subject: str | None,
    checks: Sequence[Callable[[Parameters, Client], None]] = CHECKS,
) -> AuthorizeRequest:
    """Judge a request whose client and `redirect_uri` are right. Raises the error of the first check that objects.

    `hinted_subject` is whom a verified `id_token_hint` names, or None.
    """
    for one in checks:
        one(parameters, client)
    claimed = _claimed_subject(parameters.get("claims"))
    if claimed is not None and hinted_subject is not None and claimed != hinted_subject:
        raise InvalidRequest("id_token_hint and claims name two people")
    return AuthorizeRequest(
        client_id=client.client_id,
        redirect_uri=redirect_uri,
        response_mode=response_mode_of(parameters),
        scope=grantable(parameters.get("scope"), registered=client.scope),
        state=parameters.get("state"),
        nonce=parameters.get("nonce"),
        code_challenge=parameters.get("code_challenge"),
        prompt=_words(parameters.get("prompt")),
        max_age=_seconds(parameters.get("max_age")),
        login_hint=(parameters.get("login_hint") or "")[:320],
        ui_locales=(parameters.get("ui_locales") or "")[:200],
        required_subject=hinted_subject if claimed is None else claimed,
    )


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys((text or "").split()))


def _seconds(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_LONGEST_MAX_AGE))):
        raise InvalidRequest("max_age is not a number of seconds")
    return min(int(text), _LONGEST_MAX_AGE)


def _claimed_subject(claims: str | None) -> str | None:
    """Give the `sub` value that the claims parameter demands (OIDC Core §5.5.1); all else in it is ignored."""
    if claims is None:
        return None
    asked = parse_json(claims, max_bytes=CARRIED_LIMIT, max_depth=8)
    if not isinstance(asked, dict):
        raise InvalidRequest("claims is not a JSON object")
    demanded = set()
    for place in ("id_token", "userinfo"):
        match asked.get(place):
            case {"sub": {"value": str(subject)}}:
                demanded.add(subject)
            case _:
                continue
    if len(demanded) > 1:
        raise InvalidRequest("claims names two people")
    return next(iter(demanded), None)
