"""What a seed file may say, validated so that an error names the field (RFC 7591 §2 for client metadata)."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from shared.domain import scopes
from shared.domain.clients import AuthMethod, Client, GrantType, hash_secret
from shared.domain.environments import Environment
from shared.domain.errors import InvalidRequest
from shared.domain.ids import is_id
from shared.domain.keys import SigningAlgorithm
from shared.domain.redirect_uris import may_ask_to_sign_in, may_be_registered
from shared.domain.text import is_client_id, parse_email

SEED_ENVIRONMENT: Environment = "development"


# pydantic's sentences speak of Python; the reader of these wrote JSON. What is not here is said in pydantic's words.
WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is not a member that a seed has here",
    "model_type": "must be an object",
    "tuple_type": "must be a list",
    "string_type": "must be a text",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "must have at least {min_length} that is right",
    "too_long": "must have at most {max_length}",
    "literal_error": "must be {expected}",
}
# A profile is one field of a row, a client is told in one event: 64 KiB hold either, with what is put around it.
LARGEST = 32 * 1024
# The largest whole number that every reader of JSON reads alike (RFC 8259 §6).
LARGEST_NUMBER = 2**53 - 1


class FieldError(ValueError):
    """Fields that do not fit one another; it names the one to change."""

    def __init__(self, sentence: str, *field: str | int) -> None:
        super().__init__(sentence)
        self.field = field


class SeedError(Exception):
    """The seed cannot be used; the text names each field and what is wrong with it."""


def _organisation_id(text: str) -> str:
    if not is_id("org", text):
        raise ValueError("must be `org_` and 26 characters of Crockford's base 32 in lower case")
    return text


def _email(text: str) -> str:
    try:
        parse_email(text)
    except InvalidRequest as error:
        raise ValueError("is not an e-mail address") from error
    return text


def _client_id(text: str) -> str:
    if not is_client_id(text):
        raise ValueError("must be 1 to 64 printable ASCII characters")
    return text


def _redirect_uri(text: str) -> str:
    if not may_be_registered(text, SEED_ENVIRONMENT):
        raise ValueError(
            "must be https, a loopback address, http under localhost, or a private-use scheme; no fragment"
        )
    return text


def _scope(text: str) -> str:
    unknown = [one for one in text.split() if one not in scopes.SCOPES]
    if unknown or not text.split():
        raise ValueError(f"must be of {' '.join(scopes.SCOPES)}")
    return text


def _origin(text: str) -> str:
    if not may_be_registered(text, SEED_ENVIRONMENT) or text.count("/") != 2:  # noqa: PLR2004 - those of `://`
        raise ValueError("must be scheme://host or scheme://host:port")
    return text


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


def _size(model: BaseModel) -> int:
    return len(model.model_dump_json(exclude_none=True).encode())


class SeedOrganisation(_Strict):
    """An organisation."""

    id: Annotated[str, AfterValidator(_organisation_id)]
    name: str = Field(min_length=1, max_length=200)


class SeedAddress(_Strict):
    """The `address` claim (OIDC Core §5.1.1)."""

    formatted: str | None = None
    street_address: str | None = None
    locality: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None


class SeedProfile(_Strict):
    """Standard claims of a person (OIDC Core §5.1)."""

    name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    middle_name: str | None = None
    nickname: str | None = None
    preferred_username: str | None = None
    profile: str | None = None
    picture: str | None = None
    website: str | None = None
    gender: str | None = None
    birthdate: str | None = None
    zoneinfo: str | None = None
    locale: str | None = None
    phone_number: str | None = None
    phone_number_verified: bool | None = None
    address: SeedAddress | None = None
    updated_at: int | None = Field(default=None, ge=0, le=LARGEST_NUMBER)


class SeedAccount(_Strict):
    """A person. `password` is for demonstrations; seeds exist in development and tests only."""

    email: Annotated[str, AfterValidator(_email)]
    email_verified: bool = False
    password: str = Field(min_length=8, max_length=256, repr=False)
    disabled: bool = False
    profile: SeedProfile = SeedProfile()

    @model_validator(mode="after")
    def _fits_a_row(self) -> Self:
        if _size(self.profile) > LARGEST:
            raise FieldError("must have at most 32 KiB", "profile")
        return self


class SeedClient(_Strict):
    """A client by RFC 7591's names, with our `organisation`, `cors_origins`, `sign_in_uri` and `require_pkce`."""

    client_id: Annotated[str, AfterValidator(_client_id)]
    client_secret: str | None = Field(default=None, min_length=16, max_length=256, repr=False)
    client_name: str = Field(min_length=1, max_length=200)
    organisation: Annotated[str, AfterValidator(_organisation_id)]
    redirect_uris: tuple[Annotated[str, AfterValidator(_redirect_uri)], ...] = Field(min_length=1, max_length=50)
    scope: Annotated[str, AfterValidator(_scope)] = "openid"
    token_endpoint_auth_method: AuthMethod = "client_secret_basic"
    grant_types: tuple[GrantType, ...] = ("authorization_code",)
    post_logout_redirect_uris: tuple[Annotated[str, AfterValidator(_redirect_uri)], ...] = Field((), max_length=50)
    response_types: tuple[Literal["code"], ...] = ("code",)
    id_token_signed_response_alg: SigningAlgorithm = "RS256"
    application_type: Literal["web", "native"] = "web"
    cors_origins: tuple[Annotated[str, AfterValidator(_origin)], ...] = ()
    sign_in_uri: Annotated[str, AfterValidator(_redirect_uri)] | None = None
    require_pkce: bool = True

    @model_validator(mode="after")
    def _agree(self) -> Self:
        public = self.token_endpoint_auth_method == "none"
        if public and self.client_secret is not None:
            raise FieldError("must be left out when token_endpoint_auth_method is none", "client_secret")
        if not public and self.client_secret is None:
            raise FieldError("is missing; only token_endpoint_auth_method none goes without", "client_secret")
        if public and not self.require_pkce:
            raise FieldError("may be false for a confidential client only", "require_pkce")
        if public and "client_credentials" in self.grant_types:
            raise FieldError("may have client_credentials for a confidential client only", "grant_types")
        if scopes.OFFLINE_ACCESS in self.scope.split() and "refresh_token" not in self.grant_types:
            raise FieldError("must have refresh_token for a client that may ask for offline_access", "grant_types")
        if self.sign_in_uri is not None and not may_ask_to_sign_in(self.sign_in_uri, self.cors_origins):
            raise FieldError("must be at one of the client's cors_origins", "sign_in_uri")
        if _size(self) > LARGEST:
            raise FieldError("must leave the client at 32 KiB or less", "redirect_uris")
        return self

    def to_client(self) -> Client:
        """Give the client as it is registered."""
        return Client(
            client_id=self.client_id,
            organisation=self.organisation,
            client_name=self.client_name,
            redirect_uris=self.redirect_uris,
            scope=tuple(self.scope.split()),
            token_endpoint_auth_method=self.token_endpoint_auth_method,
            grant_types=self.grant_types,
            post_logout_redirect_uris=self.post_logout_redirect_uris,
            response_types=self.response_types,
            id_token_signed_response_alg=self.id_token_signed_response_alg,
            application_type=self.application_type,
            cors_origins=self.cors_origins,
            sign_in_uri=self.sign_in_uri or "",
            require_pkce=self.require_pkce,
            secret_hash=hash_secret(self.client_secret) if self.client_secret else "",
        )


class Seed(_Strict):
    """A whole seed file."""

    organisations: tuple[SeedOrganisation, ...] = ()
    accounts: tuple[SeedAccount, ...] = ()
    clients: tuple[SeedClient, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> Self:
        _all_different((one.id for one in self.organisations), "organisations", "id")
        _all_different((one.client_id for one in self.clients), "clients", "client_id")
        _all_different((parse_email(one.email).canonical for one in self.accounts), "accounts", "email")
        without_pkce = [at for at, client in enumerate(self.clients) if not client.require_pkce]
        if len(without_pkce) > 1:
            raise FieldError("may be false for one client only", "clients", without_pkce[1], "require_pkce")
        return self


def _all_different(values: Iterable[str], kind: str, member: str) -> None:
    seen: set[str] = set()
    for at, value in enumerate(values):
        if value in seen:
            raise FieldError("stands in this seed twice", kind, at, member)
        seen.add(value)


def read_seed(path: Path, *, sites: Mapping[str, str]) -> Seed:
    """Read and validate a seed file; `${shop}` and `${desk}` in it are the origins of the demo sites. Raises SeedError."""
    try:
        text = path.read_text("utf-8")
        for name, origin in sites.items():
            text = text.replace(f"${{{name}}}", origin)
    except OSError as error:
        raise SeedError(f"{path}: cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise SeedError(f"{path}: is not JSON ({error}).") from error
    try:
        return Seed.model_validate_json(text)
    except ValidationError as error:
        raise SeedError("\n".join([f"{path}:", *_complaints(error)])) from error


def _complaints(error: ValidationError) -> Iterable[str]:
    for one in error.errors(include_input=False, include_url=False):
        told = one.get("ctx", {})
        field = getattr(told.get("error"), "field", ())
        where = ".".join(str(part) for part in (*one["loc"], *field)) or "the seed"
        said = WORDS.get(one["type"], one["msg"].removeprefix("Value error, ")).format_map(told)
        yield f"  {where}: {said}"
