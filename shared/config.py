"""The settings, read and checked in one place; the environment is a type: production cannot spell development's switches.

`shared/settings_at_import.py` reads the two that routes need while the app is being indexed, without pydantic's cost.
"""

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, Self, cast
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.domain.environments import ENVIRONMENTS
from shared.domain.errors import UnusableSettings
from shared.domain.issuer import Issuer

PREFIX = "SLUIS_"


# Clients compare it byte for byte after their URL parser has been at it, which lower-cases hosts and folds dots; and its
# path becomes part of routes, in which braces mean something.
_PLAIN_ISSUER = re.compile(r"[a-z]+://[a-z0-9.\-\[\]:]+(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)*")


def _issuer(url: str) -> str:
    parts = urlsplit(url)
    if parts.query or parts.fragment or "?" in url or "#" in url:
        raise ValueError("must have no query and no fragment (OpenID Connect Discovery §3)")
    if not parts.hostname or parts.username or url.endswith("/") or url != url.strip():
        raise ValueError("must be scheme://host or scheme://host/path, without a slash at its end")
    if _PLAIN_ISSUER.fullmatch(url) is None or parts.port == 0:
        raise ValueError("must have a host in lower case, and in its path letters, digits and `.`, `_`, `~`, `-` only")
    if parts.scheme == "https":
        return url
    if parts.scheme == "http" and _is_loopback(parts.hostname):
        return url
    raise ValueError("must be https")


def _https_issuer(url: str) -> str:
    if not url.startswith("https://") or _is_loopback(urlsplit(url).hostname or ""):
        raise ValueError("must be https and not on this machine, outside development and tests")
    return url


def _is_loopback(host: str) -> bool:
    return host in {"localhost", "127.0.0.1", "::1"}


def _https(url: str) -> str:
    if not url.startswith("https://"):
        raise ValueError("must be https")
    return url


def _smtp(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "smtp" or not _is_loopback(parts.hostname or "") or parts.port is None:
        raise ValueError("must be smtp://localhost:PORT")
    return url


def _readable(path: str) -> str:
    if not Path(path).is_file():
        raise ValueError("names no file; `./dev up` and `./dev services` make it")
    return path


class _Settings(BaseSettings):
    """What every environment sets."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore", hide_input_in_errors=True)

    issuer: Annotated[str, AfterValidator(_issuer)]
    role: Literal["front", "keeper", "all"] = "all"
    vault_url: Annotated[str, AfterValidator(_https)]

    @property
    def at(self) -> Issuer:
        """The issuer, with every address under it."""
        return Issuer(self.issuer)


class LocalSettings(_Settings):
    """What only a developer's machine and tests may spell: keys in settings, a double for the vault, a clock one moves."""

    storage: str = Field(repr=False)
    vault_ca: Annotated[str, AfterValidator(_readable)]
    vault_token: str = Field(repr=False)
    mail: Annotated[str, AfterValidator(_smtp)] = "smtp://localhost:7075"
    clock: str = ""


class DevelopmentSettings(LocalSettings):
    """A developer's machine."""

    environment: Literal["development"] = "development"


class TestSettings(LocalSettings):
    """An automatic test or a benchmark. What a password's hash costs can be lowered here and nowhere else."""

    environment: Literal["test"] = "test"
    hash_cost: Literal["full", "next-to-none"] = "full"


class _Deployed(_Settings):
    """In Azure: managed identities only, so there is nothing secret to set."""

    storage_tables: Annotated[str, AfterValidator(_https)]
    storage_queues: Annotated[str, AfterValidator(_https)]

    @model_validator(mode="after")
    def _public(self) -> Self:
        _https_issuer(self.issuer)
        return self


class StagingSettings(_Deployed):
    """A rehearsal of production, with generated data."""

    environment: Literal["staging"] = "staging"


class ProductionSettings(_Deployed):
    """The real thing."""

    environment: Literal["production"] = "production"


type Settings = DevelopmentSettings | TestSettings | StagingSettings | ProductionSettings

BY_ENVIRONMENT: dict[str, type[_Settings]] = {
    "development": DevelopmentSettings,
    "test": TestSettings,
    "staging": StagingSettings,
    "production": ProductionSettings,
}


def load() -> Settings:
    """Read the settings of this process. Raises UnusableSettings with a sentence for each that is missing or wrong."""
    environment = os.environ.get(f"{PREFIX}ENVIRONMENT", "")
    kind = BY_ENVIRONMENT.get(environment)
    if kind is None:
        raise UnusableSettings(f"{PREFIX}ENVIRONMENT must be one of {', '.join(ENVIRONMENTS)}.")
    _refuse_foreign(kind)
    try:
        return cast("Settings", cast("type[DevelopmentSettings]", kind)())  # the environment fills every field
    except ValidationError as error:
        _explain(error)


def _refuse_foreign(kind: type[_Settings]) -> None:
    """Refuse a setting that belongs to another kind of environment: ignored, it would be believed to work."""
    known = {name for one in BY_ENVIRONMENT.values() for name in one.model_fields}
    foreign = [f"{PREFIX}{name.upper()}" for name in sorted(known - set(kind.model_fields))]
    present = [name for name in foreign if name in os.environ]
    if present:
        raise UnusableSettings(f"{', '.join(present)} cannot be set in this environment. Remove it.")


def _explain(error: ValidationError) -> NoReturn:
    lines = []
    for one in error.errors(include_input=False, include_url=False):
        name = f"{PREFIX}{str(one['loc'][0]).upper()}" if one["loc"] else "the settings"
        lines.append(f"{name}: {_sentence(one)}.")
    raise UnusableSettings(" ".join(lines)) from None


def _sentence(one: Any) -> str:  # noqa: ANN401 - pydantic's own error
    message = str(one["msg"]).removeprefix("Value error, ")
    return "is missing" if one["type"] == "missing" else message[:1].lower() + message[1:]
