"""What the flows need of keys and passwords: the ring of one environment, data keys, and a hasher."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from shared.domain.keys import DirectoryKind, Purpose, SigningAlgorithm


class DataKey(Protocol):
    """The key of one person's or organisation's fields, unwrapped."""

    def seal(self, *, kind: str, field: str, v: int, content: bytes) -> str:
        """Seal a field of a record."""
        ...

    def open(self, sealed: str, *, kind: str, field: str, v: int) -> bytes:
        """Open a field again. Raises Tampered when it is another's, another field's, or altered."""
        ...


class Ring(Protocol):
    """The keys of this environment at one moment."""

    def seal(self, purpose: Purpose, content: bytes) -> str:
        """Seal a value that is handed out."""
        ...

    def open(self, purpose: Purpose, sealed: str) -> bytes:
        """Open it again. Raises Tampered."""
        ...

    def mac(self, sealed: str, said: str) -> str:
        """Authenticate what a refresh token says beside its sealed family. Raises Tampered."""
        ...

    def new_data_key(self, subject: str) -> tuple[DataKey, str]:
        """Make a data key and its wrapped form."""
        ...

    def unwrap(self, wrapped: str, subject: str) -> DataKey:
        """Unwrap a data key. Raises Tampered."""
        ...

    def pepper(self, argon: str) -> str:
        """Seal an Argon2id string with the pepper."""
        ...

    def unpepper(self, sealed: str) -> str:
        """Open it again. Raises Tampered."""
        ...

    def directory_hash(self, kind: DirectoryKind, value: str) -> str:
        """Hash something guessable into a part of a table key."""
        ...

    def sign(self, alg: SigningAlgorithm, typ: str, claims: Mapping[str, Any]) -> str:
        """Sign a JWT with the active key."""
        ...

    def verify(self, token: str, *, typ: str, algs: Sequence[str]) -> dict[str, Any]:
        """Check a JWT's signature and header, nothing else, and give its claims. Raises InvalidToken."""
        ...

    def jwks(self) -> dict[str, Any]:
        """Give the public halves (RFC 7517)."""
        ...


class Keys(Protocol):
    """Where the ring comes from."""

    async def ring(self, sealed: str | None = None) -> Ring:
        """Give the ring, loaded minutes ago at most; again when `sealed` names a key it lacks. Raises Unavailable."""
        ...


class PasswordHasher(Protocol):
    """Argon2id on threads of its own."""

    async def hash(self, password: str) -> str:
        """Hash a password."""
        ...

    async def verify(self, argon: str, password: str) -> bool:
        """Say whether it is the password. The same work for every answer."""
        ...
