"""The rules of a vault of secrets: what it keeps, what it refuses, and how long a deleted secret can come back.

They follow what Azure Key Vault documents and answers ("About Azure Key Vault secrets", "Soft-delete overview", and
recorded answers of the service). Pure: a vault, an instant and a wish go in, the next vault comes out or Refused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from devhost.vault.refusals import (
    bad_property,
    disabled,
    invalid_name,
    name_is_taken,
    no_such_deleted_secret,
    no_such_secret,
    purge_is_protected,
)

DAY = 24 * 60 * 60 * 1000
LONGEST_VALUE = 25 * 1024
LONGEST_CONTENT_TYPE = 255
MOST_TAGS = 15
LONGEST_TAG = 256
NAME = re.compile(r"[0-9a-zA-Z-]{1,127}")
NO_TAGS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Rules:
    """What the owner of the vault chose. The service offers 7 to 90 days, and protection once on stays on."""

    purge_protection: bool = True
    recoverable_days: int = 90

    def __post_init__(self) -> None:
        if not 7 <= self.recoverable_days <= 90:  # noqa: PLR2004 - the service's own bounds, said in the sentence
            raise ValueError("recoverable days must be from 7 to 90")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a client asks to be kept as the next version of a secret."""

    value: str = field(repr=False)
    content_type: str | None = None
    tags: Mapping[str, str] | None = None
    enabled: bool = True
    not_before: int | None = None
    expires_at: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What a client asks to be changed beside the value; None means leave it as it is."""

    content_type: str | None = None
    tags: Mapping[str, str] | None = None
    enabled: bool | None = None
    not_before: int | None = None
    expires_at: int | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One value of a secret. A version can be disabled, never deleted alone."""

    version: str
    value: str = field(repr=False)
    content_type: str | None
    tags: Mapping[str, str] | None
    enabled: bool
    not_before: int | None
    expires_at: int | None
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True)
class Secret:
    """A name and its versions, oldest first."""

    name: str
    versions: tuple[Version, ...]

    @property
    def latest(self) -> Version:
        """The version a client gets who names none."""
        return self.versions[-1]


@dataclass(frozen=True, slots=True)
class Deleted:
    """A secret that can still come back, until `purge_at`."""

    secret: Secret
    deleted_at: int
    purge_at: int


@dataclass(frozen=True, slots=True)
class Vault:
    """Everything kept, by lower-case name: to the service `Pepper` and `pepper` are one secret."""

    secrets: Mapping[str, Secret] = field(default_factory=dict)
    deleted: Mapping[str, Deleted] = field(default_factory=dict)


def sweep(vault: Vault, now: int) -> Vault:
    """Let go of every deleted secret whose days of recovery are over."""
    kept = {key: deleted for key, deleted in vault.deleted.items() if now < deleted.purge_at}
    if len(kept) == len(vault.deleted):
        return vault
    return replace(vault, deleted=kept)


def set_secret(vault: Vault, name: str, draft: Draft, *, version: str, now: int) -> Vault:
    """Keep `draft` as the newest version of `name`."""
    key = _key(name)
    _check(draft)
    if len(draft.value.encode()) > LONGEST_VALUE:
        raise bad_property("value")
    if key in vault.deleted:
        raise name_is_taken(name)

    known = vault.secrets.get(key, Secret(name, ()))
    newest = Version(
        version=version,
        value=draft.value,
        content_type=draft.content_type,
        tags=draft.tags,
        enabled=draft.enabled,
        not_before=draft.not_before,
        expires_at=draft.expires_at,
        created_at=now,
        updated_at=now,
    )
    return _with(vault, key, replace(known, versions=(*known.versions, newest)))


def find(vault: Vault, name: str, version: str | None = None) -> tuple[Secret, Version]:
    """Find a version, or the latest one, whether or not its value may be read."""
    secret = vault.secrets.get(_key(name))
    if secret is None:
        raise no_such_secret(name)
    if version is None:
        return secret, secret.latest
    for kept in secret.versions:
        if kept.version == version:
            return secret, kept
    raise no_such_secret(f"{name}/{version}")


def read(vault: Vault, name: str, version: str | None = None) -> tuple[Secret, Version]:
    """Find a version whose value may be read. `nbf` and `exp` are advice to the client and do not hinder it."""
    secret, kept = find(vault, name, version)
    if not kept.enabled:
        raise disabled()
    return secret, kept


def versions(vault: Vault, name: str) -> tuple[Secret, list[Version]]:
    """All versions in the service's order, which is that of their ids; of an unknown secret none."""
    secret = vault.secrets.get(_key(name), Secret(name, ()))
    return secret, sorted(secret.versions, key=lambda kept: kept.version)


def update(vault: Vault, name: str, version: str | None, change: Change, *, now: int) -> Vault:
    """Change what stands beside the value of one version; a disabled one too, else it could never come back."""
    _check(change)
    secret, old = find(vault, name, version)
    new = replace(
        old,
        content_type=old.content_type if change.content_type is None else change.content_type,
        tags=old.tags if change.tags is None else change.tags,
        enabled=old.enabled if change.enabled is None else change.enabled,
        not_before=old.not_before if change.not_before is None else change.not_before,
        expires_at=old.expires_at if change.expires_at is None else change.expires_at,
        updated_at=now,
    )
    changed = tuple(new if kept is old else kept for kept in secret.versions)
    return _with(vault, _key(name), replace(secret, versions=changed))


def delete(vault: Vault, name: str, rules: Rules, *, now: int) -> Vault:
    """Delete the whole secret, recoverably."""
    secret, _ = find(vault, name)
    gone = Deleted(secret, deleted_at=now, purge_at=now + rules.recoverable_days * DAY)
    rest = {key: kept for key, kept in vault.secrets.items() if key != _key(name)}
    return Vault(rest, {**vault.deleted, _key(name): gone})


def find_deleted(vault: Vault, name: str) -> Deleted:
    """Find a deleted secret that can still come back."""
    deleted = vault.deleted.get(_key(name))
    if deleted is None:
        raise no_such_deleted_secret(name)
    return deleted


def recover(vault: Vault, name: str) -> Vault:
    """Bring a deleted secret back with all its versions."""
    back = find_deleted(vault, name)
    return Vault({**vault.secrets, _key(name): back.secret}, _without(vault.deleted, _key(name)))


def purge(vault: Vault, name: str, rules: Rules) -> Vault:
    """Destroy a deleted secret before its days are over, where the vault allows it."""
    find_deleted(vault, name)
    if rules.purge_protection:
        raise purge_is_protected()
    return replace(vault, deleted=_without(vault.deleted, _key(name)))


def _key(name: str) -> str:
    if not NAME.fullmatch(name):
        raise invalid_name(name)
    return name.lower()


def _check(wish: Draft | Change) -> None:
    tags = wish.tags or NO_TAGS
    if len(tags) > MOST_TAGS or any(len(text) > LONGEST_TAG for tag in tags.items() for text in tag):
        raise bad_property("tags")
    if len(wish.content_type or "") > LONGEST_CONTENT_TYPE:
        raise bad_property("contentType")


def _with(vault: Vault, key: str, secret: Secret) -> Vault:
    return replace(vault, secrets={**vault.secrets, key: secret})


def _without(deleted: Mapping[str, Deleted], gone: str) -> dict[str, Deleted]:
    return {key: kept for key, kept in deleted.items() if key != gone}
