"""What things are called: a kind and 128 random bits, no time and no meaning in them, made once, never reused."""

import re
from base64 import b32encode
from typing import Final, Literal, get_args

type IdKind = Literal["acc", "org", "ses", "grt", "evt", "cod", "tok", "wri", "req", "flo", "let"]
"""account, organisation, session, grant, event, code, token, write, request, flow, letter."""

ID_KINDS: Final[tuple[str, ...]] = get_args(IdKind.__value__)
ENTROPY_BYTES: Final = 16

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's, in lower case: no i, l, o, u
_CROCKFORD: Final = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", _ALPHABET.encode())
_BODY: Final = re.compile(r"[0-7][0-9a-hjkmnp-tv-z]{25}")  # 26 characters hold 130 bits, so the first is at most 7


def crockford(value: bytes) -> str:
    """Spell bytes as one big-endian number in base 32, padded at its front to the length its byte count asks."""
    # RFC 4648's base 32 spells whole fives of bytes: with zeros in front it spells the same number, in other characters.
    length, missing = (len(value) * 8 + 4) // 5, -len(value) % 5
    return b32encode(bytes(missing) + value).translate(_CROCKFORD).decode()[-length:]


def new_id(kind: IdKind, entropy: bytes) -> str:
    """Make an id of a kind from 16 random bytes."""
    if len(entropy) != ENTROPY_BYTES:
        raise ValueError(f"an id is made of {ENTROPY_BYTES} random bytes, not {len(entropy)}")
    return f"{kind}_{crockford(entropy)}"


def is_id(kind: IdKind, text: str) -> bool:
    """Say whether a text has the exact form of an id of this kind (not whether the thing exists)."""
    prefix, _, body = text.partition("_")
    return prefix == kind and _BODY.fullmatch(body) is not None
