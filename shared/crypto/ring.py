"""The key ring: one snapshot of every key of one environment, and all that is sealed, hashed or signed with them.

Immutable: `shared/crypto/vault.py` makes a new one when the vault's keys may have changed.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from shared.crypto.sealing import KEY_BYTES, Binding, SealingKey, from_text, kid_of
from shared.crypto.signing import SigningKey, read_header
from shared.domain.canonical import Json, canonical
from shared.domain.environments import Environment
from shared.domain.errors import InvalidToken, Tampered, Unavailable, UnknownKey
from shared.domain.ids import crockford
from shared.domain.keys import (
    FAMILIES,
    FAMILY_NAMES,
    DirectoryKind,
    FamilyName,
    Key,
    Purpose,
    SigningAlgorithm,
    active,
    state,
)
from shared.domain.times import Millis

type Random = Callable[[int], bytes]

_SPICE_BYTES = 28
_SIGNING: Mapping[SigningAlgorithm, FamilyName] = {"ES256": "signing-es256", "RS256": "signing-rs256"}


@dataclass(frozen=True, slots=True)
class KeyMaterial:
    """A key with its secret part as the vault holds it: PKCS #8 in PEM, or 32 bytes in base64url."""

    key: Key
    secret: str

    def __repr__(self) -> str:
        return f"KeyMaterial(key={self.key!r})"


@dataclass(frozen=True, slots=True)
class DataKey:
    """One subject's own key: what is sealed with it is gone when it is."""

    _key: SealingKey
    _environment: Environment
    _subject: str
    _random: Random

    def seal(self, *, kind: str, field: str, v: int, content: bytes) -> str:
        """Seal one field of one kind of record, of record version `v`."""
        return self._key.seal(self._binding(kind, field, v), content, spice=self._random(_SPICE_BYTES))

    def open(self, sealed: str, *, kind: str, field: str, v: int) -> bytes:
        """Open a field. Raises Tampered when it was sealed for another subject, kind, field or version."""
        return self._key.open(self._binding(kind, field, v), sealed)

    def _binding(self, kind: str, field: str, v: int) -> Binding:
        return Binding(self._environment, "personal", self._subject, kind, field, v)


class Ring:
    """Everything that takes a key of the environment's own."""

    def __init__(
        self, environment: Environment, materials: Iterable[KeyMaterial], *, now: Millis, random: Random
    ) -> None:
        usable = [each for each in materials if each.key.environment == environment and _is_usable(each.key, now)]
        self.environment: Environment = environment
        self._random = random
        self._signing = _signing_keys(usable)
        self._sealing = _sealing_keys(usable)
        self._active = _active_kids([each.key for each in usable], now)
        self._directory = _raw(usable, self._active["directory"])

    def __repr__(self) -> str:
        return f"Ring(environment={self.environment!r}, kids={sorted(self.kids)!r})"

    @property
    def kids(self) -> frozenset[str]:
        """The keys this ring can read with."""
        sealing = (kid for family in self._sealing.values() for kid in family)
        return frozenset(sealing).union(self._signing)

    def seal(self, purpose: Purpose, content: bytes) -> str:
        """Seal a value that is handed out."""
        return self._seal("sealing", Binding(self.environment, purpose), content)

    def open(self, purpose: Purpose, sealed: str) -> bytes:
        """Open a value that was handed out for this purpose. Raises Tampered, or UnknownKey of it."""
        return self._open("sealing", Binding(self.environment, purpose), sealed)

    def mac(self, sealed: str, said: str) -> str:
        """Authenticate what a refresh token says beside its family, by the key that sealed it. Raises Tampered."""
        binding = Binding(self.environment, "refresh.mac")
        return self._key_of("sealing", sealed).mac(binding, f"{sealed}.{said}".encode())

    def new_data_key(self, subject: str) -> tuple[DataKey, str]:
        """Make a subject's data key, and the wrapped form in which it is stored."""
        key = self._random(KEY_BYTES)
        return self._data_key(key, subject), self._seal("wrapping", self._wrap(subject), key)

    def unwrap(self, wrapped: str, subject: str) -> DataKey:
        """Open a subject's wrapped data key. Raises Tampered for another subject's."""
        return self._data_key(self._open("wrapping", self._wrap(subject), wrapped), subject)

    def pepper(self, argon: str) -> str:
        """Seal a password's hash with the pepper, before the person's data key seals it again."""
        return self._seal("pepper", Binding(self.environment, "pepper"), argon.encode())

    def unpepper(self, sealed: str) -> str:
        """Open what `pepper` sealed."""
        return self._open("pepper", Binding(self.environment, "pepper"), sealed).decode()

    def directory_hash(self, kind: DirectoryKind, value: str) -> str:
        """Turn a canonical value into 52 characters that only this environment can compute."""
        return crockford(
            hmac.digest(self._directory, canonical([self.environment, "directory", kind, value]), "sha256")
        )

    def sign(self, alg: SigningAlgorithm, typ: str, claims: Mapping[str, Json]) -> str:
        """Sign claims as a JWT with the active key of an algorithm."""
        return self._signing[self._active[_SIGNING[alg]]].sign(typ, claims)

    def verify(self, token: str, *, typ: str, algs: Container[str]) -> dict[str, Json]:
        """Check that a token is ours, of this type, by one of these algorithms. `exp`, `iss`, `aud`: the caller's."""
        header = read_header(token)
        key = self._signing.get(header.kid)
        if key is None:
            raise InvalidToken("signed with a key that is not in the ring")
        if header.alg != key.alg or header.alg not in algs or header.typ != typ:
            raise InvalidToken("another algorithm or type than this place takes")
        return key.verify(token)

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """Give the public halves of all announced, active and retired signing keys (RFC 7517 §5)."""
        return {"keys": [dict(self._signing[kid].public_jwk) for kid in sorted(self._signing)]}

    def _seal(self, family: FamilyName, binding: Binding, content: bytes) -> str:
        return self._sealing[family][self._active[family]].seal(binding, content, spice=self._random(_SPICE_BYTES))

    def _open(self, family: FamilyName, binding: Binding, sealed: str) -> bytes:
        return self._key_of(family, sealed).open(binding, sealed)

    def _key_of(self, family: FamilyName, sealed: str) -> SealingKey:
        key = self._sealing[family].get(kid_of(sealed))
        if key is None:
            raise UnknownKey("sealed with a key that is not in the ring")
        return key

    def _wrap(self, subject: str) -> Binding:
        return Binding(self.environment, "data-key", subject)

    def _data_key(self, key: bytes, subject: str) -> DataKey:
        return DataKey(SealingKey(key), self.environment, subject, self._random)


def _is_usable(key: Key, now: Millis) -> bool:
    return state(key.dates, now) != "unusable"


def _active_kids(keys: list[Key], now: Millis) -> dict[FamilyName, str]:
    found = {name: active((key for key in keys if key.family == name), now) for name in FAMILY_NAMES}
    missing = [name for name, key in found.items() if key is None]
    if missing:
        raise Unavailable(f"the key ring has no active key of {', '.join(missing)}: provision the vault")
    return {name: key.kid for name, key in found.items() if key is not None}


def _signing_keys(materials: list[KeyMaterial]) -> dict[str, SigningKey]:
    keys: dict[str, SigningKey] = {}
    for alg, family in _SIGNING.items():
        for each in (each for each in materials if each.key.family == family):
            keys[each.key.kid] = _named(partial(SigningKey.from_pem, alg), each)
    return keys


def _sealing_keys(materials: list[KeyMaterial]) -> dict[FamilyName, dict[str, SealingKey]]:
    keys: dict[FamilyName, dict[str, SealingKey]] = {
        name: {} for name, family in FAMILIES.items() if family.algorithm == "A256GCM"
    }
    for each in (each for each in materials if each.key.family in keys):
        keys[each.key.family][each.key.kid] = _named(_sealing_key, each)
    return keys


def _sealing_key(secret: str) -> SealingKey:
    return SealingKey(from_text(secret))


def _raw(materials: list[KeyMaterial], kid: str) -> bytes:
    material = next(each for each in materials if each.key.kid == kid)
    _named(_sealing_key, material)
    return from_text(material.secret)


def _named[K: SigningKey | SealingKey](make: Callable[[str], K], material: KeyMaterial) -> K:
    # A kid is made from the key itself, so a secret put under another's name is seen here.
    try:
        made = make(material.secret)
    except (ValueError, Tampered) as wrong:
        raise Tampered(f"the secret {material.key.secret_name} does not hold a key") from wrong
    if made.kid != material.key.kid:
        raise Tampered(f"the secret {material.key.secret_name} holds another key than its name says")
    return made
