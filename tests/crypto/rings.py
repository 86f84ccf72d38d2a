"""Key rings for tests, from fixed keys that everybody knows, so that no test waits for an RSA key to be made."""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final

from shared.crypto.randomness import random_bytes
from shared.crypto.ring import KeyMaterial, Random, Ring
from shared.crypto.sealing import fingerprint, from_text
from shared.crypto.signing import SigningKey
from shared.domain.environments import Environment
from shared.domain.keys import FAMILIES, FAMILY_NAMES, FamilyName, Key, KeyDates

NOON: Final = 1_900_000_000_000
RINGS_KEYS: Final[dict[str, Any]] = json.loads((Path(__file__).parent.parent / "vectors" / "keys.json").read_text())
ALWAYS: Final = KeyDates(created_at=0, active_at=0)


def a_ring(
    environment: Environment = "test",
    *,
    now: int = NOON,
    random: Random = random_bytes,
    extra: Iterable[KeyMaterial] = (),
) -> Ring:
    """Make a ring of the fixed keys, and perhaps more."""
    return Ring(environment, [*fixed_keys(environment), *extra], now=now, random=random)


def fixed_keys(environment: Environment = "test", dates: KeyDates = ALWAYS) -> list[KeyMaterial]:
    """One fixed key per family."""
    return [material(name, RINGS_KEYS[name], environment, dates) for name in FAMILY_NAMES]


def material(
    family: FamilyName, secret: str, environment: Environment = "test", dates: KeyDates = ALWAYS
) -> KeyMaterial:
    """Name a secret as the key of a family."""
    key = Key(family=family, kid=_kid(family, secret), environment=environment, dates=dates)
    return KeyMaterial(key, secret)


def counted() -> Random:
    """Make a "randomness" whose bytes count upwards from nought, for golden vectors."""
    drawn = 0

    def draw(count: int) -> bytes:
        nonlocal drawn
        drawn += count
        return bytes(each % 256 for each in range(drawn - count, drawn))

    return draw


@cache
def _kid(family: FamilyName, secret: str) -> str:
    match FAMILIES[family].algorithm:
        case "ES256" | "RS256" as alg:
            return SigningKey.from_pem(alg, secret).kid
        case _:
            return fingerprint(from_text(secret))
