"""A client: one site or app that signs people in through us, with its metadata (RFC 7591 §2, OIDC Registration §2)."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Literal

from shared.domain.errors import InvalidClient, UnauthorizedClient
from shared.domain.keys import SigningAlgorithm
from shared.domain.redirect_uris import is_bound_to_its_site
from shared.domain.scopes import OFFLINE_ACCESS, Scope

type AuthMethod = Literal["client_secret_basic", "client_secret_post", "none"]

type GrantType = Literal["authorization_code", "refresh_token", "client_credentials"]

AUTH_METHODS: tuple[AuthMethod, ...] = ("client_secret_basic", "client_secret_post", "none")
CONFIDENTIAL_METHODS: tuple[AuthMethod, ...] = ("client_secret_basic", "client_secret_post")
SIGNING_ALGORITHMS: tuple[SigningAlgorithm, ...] = ("RS256", "ES256")
GRANT_TYPES: tuple[GrantType, ...] = ("authorization_code", "refresh_token", "client_credentials")


@dataclass(frozen=True, slots=True)
class Client:
    """What is registered of a client. Public but for `secret_hash`."""

    client_id: str
    organisation: str
    client_name: str
    redirect_uris: tuple[str, ...]
    scope: Scope
    token_endpoint_auth_method: AuthMethod = "client_secret_basic"
    grant_types: tuple[str, ...] = ("authorization_code",)
    post_logout_redirect_uris: tuple[str, ...] = ()
    response_types: tuple[str, ...] = ("code",)
    id_token_signed_response_alg: SigningAlgorithm = "RS256"
    application_type: Literal["web", "native"] = "web"
    cors_origins: tuple[str, ...] = ()
    sign_in_uri: str = ""
    require_pkce: bool = True
    secret_hash: str = ""

    @property
    def public(self) -> bool:
        """Whether the client can keep no secret (RFC 6749 §2.1)."""
        return self.token_endpoint_auth_method == "none"

    @property
    def native(self) -> bool:
        """Whether it runs on the person's own machine (RFC 8252)."""
        return self.application_type == "native"


@dataclass(frozen=True, slots=True)
class Credentials:
    """How a token request says who sends it (RFC 6749 §2.3)."""

    client_id: str
    method: AuthMethod
    client_secret: str = ""


def hash_secret(client_secret: str) -> str:
    """Give what we store of a client's secret: it is random, so SHA-256 is enough and a slow hash would only cost."""
    return hashlib.sha256(client_secret.encode()).hexdigest()


def authenticate(client: Client | None, credentials: Credentials) -> Client:
    """Hold a client to its registered method and secret. Raises InvalidClient (RFC 6749 §5.2)."""
    if client is None:
        # The same work as for a known one, so that time does not tell which ids exist.
        hmac.compare_digest(hash_secret(credentials.client_secret), hash_secret(""))
        raise InvalidClient("unknown client")
    if credentials.method != client.token_endpoint_auth_method:
        raise InvalidClient("not the registered authentication method")
    if client.public:
        return client
    if not hmac.compare_digest(hash_secret(credentials.client_secret), client.secret_hash):
        raise InvalidClient("wrong secret")
    return client


def check_confidential(client: Client) -> Client:
    """Refuse a client that cannot prove itself (RFC 7662 §2.1, RFC 6749 §4.4). Raises InvalidClient."""
    if client.token_endpoint_auth_method not in CONFIDENTIAL_METHODS:
        raise InvalidClient("a public client cannot prove itself")
    return client


def check_grant_type(client: Client, grant_type: GrantType) -> None:
    """Refuse a grant the client is not registered for. Raises UnauthorizedClient."""
    if grant_type not in client.grant_types:
        raise UnauthorizedClient(f"not registered for {grant_type}")


def asks_each_time(client: Client, redirect_uri: str, scope: Scope) -> bool:
    """Say whether the person must agree at every authorization.

    A confidential client proves itself, and its registration is the rule for what it may have, `offline_access` too. A
    public one is known only by where the answer goes: where any program could receive it, silence would hand a code to
    whoever knows the `client_id` (RFC 6749 §10.2, RFC 9700 §2.1); and access that outlives the session is agreed to
    (OIDC Core §11).
    """
    return client.public and (OFFLINE_ACCESS in scope or not is_bound_to_its_site(redirect_uri))
