"""How tokens are signed, read back and checked, and how the public halves are published (RFC 7515, RFC 7517, RFC 7638).

Only our own tokens are read here, so a header may say nothing but `alg`, `kid` and `typ`. Whether a token is still good
and meant for us (`exp`, `iss`, `aud`) is the caller's question.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from shared.crypto.sealing import from_text, to_text
from shared.domain.canonical import Json, canonical, parse_json
from shared.domain.errors import InvalidRequest, InvalidToken, Tampered
from shared.domain.ids import crockford
from shared.domain.keys import SigningAlgorithm

if TYPE_CHECKING:
    from jwt import PyJWS

type PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

MAX_TOKEN: Final = 8 * 1024
RSA_BITS: Final = 2048
_MAX_HEADER: Final = 512
_PARTS: Final = 3
_COORDINATE_BYTES: Final = 32


class Header(NamedTuple):
    """What a token says of itself, not yet believed."""

    alg: str
    kid: str
    typ: str


class SigningKey:
    """A private key with the algorithm it alone may be used with, and its public half as a JWK."""

    __slots__ = ("_private", "alg", "kid", "public_jwk")

    def __init__(self, alg: SigningAlgorithm, private: PrivateKey) -> None:
        members = _public_members(alg, private)
        self._private = private
        self.alg: SigningAlgorithm = alg
        self.kid = thumbprint_kid(members)
        self.public_jwk: dict[str, str] = members | {"use": "sig", "alg": alg, "kid": self.kid}

    def __repr__(self) -> str:
        return f"SigningKey(alg={self.alg!r}, kid={self.kid!r})"

    @classmethod
    def from_pem(cls, alg: SigningAlgorithm, pem: str) -> SigningKey:
        """Read a key from PKCS #8 in PEM. Raises ValueError when it is not a key for this algorithm."""
        # OpenSSL's own check of an RSA key takes 50 ms; that its halves belong together is seen by using them once.
        private = load_pem_private_key(pem.encode(), password=None, unsafe_skip_rsa_key_validation=True)
        match private:
            case ec.EllipticCurvePrivateKey() | rsa.RSAPrivateKey():
                made = cls(alg, private)
            case _:
                raise ValueError("neither an elliptic curve key nor an RSA key")
        _try_out(private)
        return made

    def sign(self, typ: str, claims: Mapping[str, Json]) -> str:
        """Sign claims as a compact JWT. In line: a thread pool makes 0.03 ms of ES256 slower."""
        header = {"typ": typ, "kid": self.kid}
        return _jws().encode(canonical(claims), self._private, algorithm=self.alg, headers=header)

    def verify(self, token: str) -> dict[str, Json]:
        """Check a token's signature with this key and this key's algorithm only, and read its claims."""
        from jwt import PyJWTError  # noqa: PLC0415 - late: see _jws

        try:
            payload = _jws().decode(token, self._private.public_key(), algorithms=[self.alg])
            claims = parse_json(payload, MAX_TOKEN, 8)
        except (PyJWTError, InvalidRequest) as wrong:
            raise InvalidToken("the signature or the claims do not hold") from wrong
        if not isinstance(claims, dict):
            raise InvalidToken("the claims are not an object")
        return claims


def read_header(token: str) -> Header:
    """Read a token's header strictly. `crit`, `jku`, `x5u`, `jwk` and anything else unknown are refused."""
    parts = token.split(".", _PARTS) if len(token) <= MAX_TOKEN else []
    if len(parts) != _PARTS:
        raise InvalidToken("not a compact JWT of an accepted length")
    try:
        decoded = [from_text(part) for part in parts]
        header = parse_json(decoded[0], _MAX_HEADER, 1)
    except (Tampered, InvalidRequest) as wrong:
        raise InvalidToken("not a JWT as we write it") from wrong
    match header:
        case {"alg": str(alg), "kid": str(kid), "typ": str(typ), **others} if not others:
            return Header(alg, kid, typ)
        case _:
            raise InvalidToken("the header says other things than alg, kid and typ")


def thumbprint(members: Mapping[str, str]) -> bytes:
    """Give the JWK thumbprint (RFC 7638) of a public key's required members."""
    return sha256(canonical(members)).digest()


def thumbprint_kid(members: Mapping[str, str]) -> str:
    """Name a signing key by its public half: 26 characters of its thumbprint, fit for a vault secret's name."""
    return crockford(thumbprint(members)[:16])


def _public_members(alg: SigningAlgorithm, private: PrivateKey) -> dict[str, str]:
    public = private.public_key()
    match alg, public:
        case "ES256", ec.EllipticCurvePublicKey() if isinstance(public.curve, ec.SECP256R1):
            point = public.public_numbers()
            return {"kty": "EC", "crv": "P-256", "x": _coordinate(point.x), "y": _coordinate(point.y)}
        case "RS256", rsa.RSAPublicKey() if public.key_size >= RSA_BITS:
            numbers = public.public_numbers()
            return {"kty": "RSA", "n": _integer(numbers.n), "e": _integer(numbers.e)}
        case _:
            raise ValueError(f"not a key for {alg}")


def _try_out(private: PrivateKey) -> None:
    try:
        match private:
            case ec.EllipticCurvePrivateKey():
                signature = private.sign(b"", ec.ECDSA(SHA256()))
                private.public_key().verify(signature, b"", ec.ECDSA(SHA256()))
            case _:
                signature = private.sign(b"", PKCS1v15(), SHA256())
                private.public_key().verify(signature, b"", PKCS1v15(), SHA256())
    except InvalidSignature as wrong:
        raise ValueError("the private half does not belong to the public one") from wrong


def _coordinate(value: int) -> str:
    return to_text(value.to_bytes(_COORDINATE_BYTES))


def _integer(value: int) -> str:
    return to_text(value.to_bytes((value.bit_length() + 7) // 8))


@cache
def _jws() -> PyJWS:
    from jwt import PyJWS  # noqa: PLC0415 - late: 0.1 s of start (its JWKS client brings urllib and ssl)

    return PyJWS(algorithms=["ES256", "RS256"])
