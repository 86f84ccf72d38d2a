"""The life of a key: which families there are, and from which dates a key is announced, active, retired, unusable.

A key is published before it is used and stays readable after, so that turning it is never noticed (invariant 11).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from shared.domain.environments import ENVIRONMENTS
from shared.domain.errors import InvalidRequest
from shared.domain.times import Millis, parse_rfc3339, rfc3339

type FamilyName = Literal["signing-es256", "signing-rs256", "sealing", "wrapping", "pepper", "directory"]
type KeyAlgorithm = Literal["ES256", "RS256", "A256GCM", "HS256"]
type SigningAlgorithm = Literal["RS256", "ES256"]
type Purpose = Literal["code", "continue", "flow", "mail", "refresh", "session-cookie", "sign-out"]
"""What a value that is handed out is sealed for."""
type DirectoryKind = Literal["email", "client", "network"]
"""What is hashed into table keys, because it can be guessed."""
type KeyState = Literal["announced", "active", "retired", "unusable"]

FAMILY_NAMES: Final[tuple[FamilyName, ...]] = get_args(FamilyName.__value__)
KID: Final = re.compile(r"[0-9a-z]{26}")


@dataclass(frozen=True, slots=True)
class Family:
    """A set of keys that take each other's place."""

    name: FamilyName
    purpose: str
    algorithm: KeyAlgorithm


FAMILIES: Final[Mapping[FamilyName, Family]] = {
    family.name: family
    for family in (
        Family("signing-es256", "signs access tokens and the ID tokens of clients that chose ES256", "ES256"),
        Family("signing-rs256", "signs the ID tokens of clients that chose nothing", "RS256"),
        Family(
            "sealing", "seals values that are handed out: codes, flows, cookies, links, refresh families", "A256GCM"
        ),
        Family("wrapping", "wraps the data keys of accounts and organisations", "A256GCM"),
        Family("pepper", "seals password hashes inside the person's own seal", "A256GCM"),
        # Hashed look-ups cannot turn by a window: every row would have to move. It has a procedure of its own.
        Family("directory", "hashes addresses, client ids and networks into table keys", "HS256"),
    )
}


@dataclass(frozen=True, slots=True)
class KeyDates:
    """From when a key is what. The later two are unknown until its successor is made."""

    created_at: Millis
    active_at: Millis
    retires_at: Millis | None = None
    unusable_at: Millis | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key beside its secret part."""

    family: FamilyName
    kid: str
    environment: str
    dates: KeyDates

    @property
    def secret_name(self) -> str:
        """Its name in the vault."""
        return f"{self.family}-{self.kid}"


def state(dates: KeyDates, now: Millis) -> KeyState:
    """Say what a key is good for: announced to be published, active to make and read, retired to read, unusable not."""
    if dates.unusable_at is not None and now >= dates.unusable_at:
        return "unusable"
    if dates.retires_at is not None and now >= dates.retires_at:
        return "retired"
    return "active" if now >= dates.active_at else "announced"


def active(keys: Iterable[Key], now: Millis) -> Key | None:
    """Choose the key to make new things with: of those active, the newest."""
    usable = [key for key in keys if state(key.dates, now) == "active"]
    return max(usable, key=lambda key: (key.dates.active_at, key.kid), default=None)


def to_tags(key: Key) -> dict[str, str]:
    """Write what is known of a key as the tags of its secret."""
    dates = key.dates
    tags = {
        "family": key.family,
        "kid": key.kid,
        "alg": FAMILIES[key.family].algorithm,
        "environment": key.environment,
        "created_at": rfc3339(dates.created_at),
        "active_at": rfc3339(dates.active_at),
    }
    later = {"retires_at": dates.retires_at, "unusable_at": dates.unusable_at}
    return tags | {name: rfc3339(moment) for name, moment in later.items() if moment is not None}


def from_tags(secret_name: str, tags: Mapping[str, str]) -> Key | None:
    """Read a secret's tags. None when it is not a key of ours, or when name and tags disagree."""
    family = next((name for name in FAMILY_NAMES if name == tags.get("family")), None)
    if family is None or tags.get("alg") != FAMILIES[family].algorithm or tags.get("environment") not in ENVIRONMENTS:
        return None
    dates = _dates(tags)
    if dates is None or KID.fullmatch(tags.get("kid", "")) is None:
        return None
    key = Key(family=family, kid=tags["kid"], environment=tags["environment"], dates=dates)
    return key if key.secret_name == secret_name else None


def _dates(tags: Mapping[str, str]) -> KeyDates | None:
    def moment(name: str) -> Millis | None:
        return parse_rfc3339(tags[name]) if name in tags else None

    try:
        created_at, active_at = parse_rfc3339(tags["created_at"]), parse_rfc3339(tags["active_at"])
        return KeyDates(created_at, active_at, moment("retires_at"), moment("unusable_at"))
    except (KeyError, InvalidRequest):
        return None
