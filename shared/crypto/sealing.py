"""How a value is sealed: `v1.<kid>.<salt₁₆‖nonce₁₂>.<ciphertext>`, AES-256-GCM under a key of its own (SP 800-38D).

That key is HKDF-SHA-256 (RFC 5869) of the key `kid` names, so that random nonces stay far from their limit.
"""

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import cache
from json.encoder import encode_basestring
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.domain.errors import Tampered
from shared.domain.ids import crockford

KEY_BYTES: Final = 32
SALT_BYTES: Final = 16
NONCE_BYTES: Final = 12
MAX_SEALED: Final = 128 * 1024
_FORM: Final = re.compile(r"v1\.([0-9a-z]{26})\.([A-Za-z0-9_-]{38})\.([A-Za-z0-9_-]{22,})")


class Binding(NamedTuple):
    """What a sealed value is bound to: it opens nowhere else. Of values handed out, all but the first two are empty."""

    environment: str
    purpose: str
    subject: str = ""
    kind: str = ""
    field: str = ""
    v: int = 1


class SealingKey:
    """A 32-byte key and the name that stands in every value sealed with it."""

    __slots__ = ("_key", "kid")

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a sealing key has {KEY_BYTES} bytes")
        self._key = key
        self.kid = fingerprint(key)

    def __repr__(self) -> str:
        return f"SealingKey(kid={self.kid!r})"

    def seal(self, binding: Binding, content: bytes, *, spice: bytes) -> str:
        """Seal content. `spice` is 28 fresh random bytes: 16 of salt and 12 of nonce, never used twice."""
        if len(spice) != SALT_BYTES + NONCE_BYTES:
            raise ValueError("a value is sealed with 16 bytes of salt and 12 of nonce")
        key = derive(self._key, salt=spice[:SALT_BYTES], info=_info(binding.environment, binding.purpose))
        sealed = AESGCM(key).encrypt(spice[SALT_BYTES:], content, _associated(binding))
        return f"v1.{self.kid}.{to_text(spice)}.{to_text(sealed)}"

    def open(self, binding: Binding, sealed: str) -> bytes:
        """Open what `seal` made under the same binding. Anything else is Tampered."""
        parts = _parts(sealed)
        if parts.kid != self.kid:
            raise Tampered("sealed with another key")
        key = derive(self._key, salt=parts.spice[:SALT_BYTES], info=_info(binding.environment, binding.purpose))
        try:
            return AESGCM(key).decrypt(parts.spice[SALT_BYTES:], parts.ciphertext, _associated(binding))
        except InvalidTag as wrong:
            raise Tampered("a sealed value does not open here") from wrong

    def mac(self, binding: Binding, content: bytes) -> str:
        """Authenticate what travels beside a sealed value, with a key that is made for nothing else."""
        key = derive(self._key, salt=b"", info=_info(binding.environment, binding.purpose))
        return to_text(hmac.digest(key, content, "sha256"))


class _Parts(NamedTuple):
    kid: str
    spice: bytes
    ciphertext: bytes


def kid_of(sealed: str) -> str:
    """Read which key sealed a value, believing nothing else of it: that its form is the only one is seen by opening it."""
    return _form(sealed)[1]


def fingerprint(key: bytes) -> str:
    """Name a secret key by its own content: 26 characters that say nothing about it."""
    return crockford(hmac.digest(key, b"sluis:kid:v1", "sha256")[:16])


def derive(key: bytes, *, salt: bytes, info: bytes) -> bytes:
    """Make a key for one use from a key that lives long."""
    return HKDF(SHA256(), KEY_BYTES, salt, info).derive(key)


def to_text(content: bytes) -> str:
    """Write bytes as base64url without padding (RFC 4648 §5)."""
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def from_text(text: str) -> bytes:
    """Read base64url without padding. A second spelling of the same bytes is refused."""
    try:
        content = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as wrong:
        raise Tampered("not base64url") from wrong
    if to_text(content) != text:
        raise Tampered("not the only spelling in base64url")
    return content


def _parts(sealed: str) -> _Parts:
    found = _form(sealed)
    return _Parts(found[1], from_text(found[2]), from_text(found[3]))


def _form(sealed: str) -> re.Match[str]:
    found = _FORM.fullmatch(sealed) if len(sealed) <= MAX_SEALED else None
    if found is None:
        raise Tampered("not a sealed value")
    return found


@cache
def _info(environment: str, purpose: str) -> bytes:
    return f"[{encode_basestring(environment)},{encode_basestring(purpose)}]".encode()


def _associated(binding: Binding) -> bytes:
    # An array of strings and a whole number has no order to find: this is its RFC 8785 form, sooner than by canonical().
    return f"[{','.join(map(encode_basestring, binding[:-1]))},{binding.v}]".encode()
