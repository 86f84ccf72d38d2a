"""How a password becomes something that can be kept: Argon2id in its final form (RFC 9106, OWASP's first choice).

19 MiB, two passes, one lane: 20 ms of a CPU with the GIL released, in a pool as wide as the CPUs, so that a crowd waits
in line instead of stopping everything else.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from shared.crypto.randomness import random_bytes
from shared.domain.errors import InvalidRequest, Unavailable
from shared.domain.text import nfc

LANES: Final = 1
HASH_BYTES: Final = 32
SALT_BYTES: Final = 16
MAX_PASSWORD: Final = 256
LONGEST_LINE: Final = 256
"""Passwords that may wait for each CPU, five seconds' worth: beyond it a guesser's flood is told so at once (503)."""
_MAX_TYPED: Final = 4 * MAX_PASSWORD  # decomposed letters are longer before NFC; beyond this nobody typed it


@dataclass(frozen=True, slots=True)
class Cost:
    """What a new hash costs whoever tries passwords. Comparing costs what the kept hash was made with."""

    memory_kib: int
    passes: int


FULL: Final = Cost(19_456, 2)
NEXT_TO_NONE: Final = Cost(8, 1)
"""Next to nothing, so that a test or benchmark sees the rest of a sign-in. Only the settings of a test can ask for it."""


class PasswordHasher:
    """Hashes and compares, `width` at a time."""

    def __init__(self, width: int, *, cost: Cost = FULL, random: Callable[[int], bytes] = random_bytes) -> None:
        self._cost = cost
        self._pool = ThreadPoolExecutor(width, thread_name_prefix="argon2")
        self._random = random
        self._longest_line = width * LONGEST_LINE
        self._in_line = 0

    async def hash(self, password: str) -> str:
        """Hash a new password with a fresh salt, in the PHC string format."""
        content = _content(password)
        if content is None:
            raise InvalidRequest("a password is too long or is not Unicode text")
        return await self._queue(_hash, content, self._random(SALT_BYTES), self._cost)

    async def verify(self, argon: str, password: str) -> bool:
        """Compare. What is too long is wrong, and takes as long to be wrong as any other."""
        content = _content(password)
        matches = await self._queue(_verify, argon, content or b"")
        return matches and content is not None

    def needs_rehash(self, argon: str) -> bool:
        """Say whether a kept hash was made with other numbers than ours."""
        from argon2 import Parameters, extract_parameters  # noqa: PLC0415 - late: see _hash
        from argon2.low_level import Type  # noqa: PLC0415 - late: see _hash

        ours = Parameters(Type.ID, 19, SALT_BYTES, HASH_BYTES, self._cost.passes, self._cost.memory_kib, LANES)
        return extract_parameters(argon) != ours

    async def _queue[*A, R](self, work: Callable[[*A], R], *given: *A) -> R:
        if self._in_line >= self._longest_line:
            raise Unavailable("too many passwords wait in line")
        self._in_line += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work, *given)
        finally:
            self._in_line -= 1

    def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown(wait=False)


def _content(password: str) -> bytes | None:
    if len(password) > _MAX_TYPED:
        return None
    once = nfc(password)
    try:
        return once.encode() if len(once) <= MAX_PASSWORD else None
    except UnicodeEncodeError:
        return None


def _hash(content: bytes, salt: bytes, cost: Cost) -> str:
    from argon2.low_level import Type, hash_secret  # noqa: PLC0415 - late: 30 ms of start that only passwords need

    return hash_secret(content, salt, cost.passes, cost.memory_kib, LANES, HASH_BYTES, Type.ID).decode()


def _verify(argon: str, content: bytes) -> bool:
    from argon2.exceptions import VerifyMismatchError  # noqa: PLC0415 - late: see _hash
    from argon2.low_level import Type, verify_secret  # noqa: PLC0415 - late: see _hash

    try:
        return verify_secret(argon.encode(), content, Type.ID)
    except VerifyMismatchError:
        return False
