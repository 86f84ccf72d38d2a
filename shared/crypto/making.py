"""How new keys are made: one secret per family, named by its own content."""

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from shared.crypto.ring import KeyMaterial, Random
from shared.crypto.sealing import KEY_BYTES, fingerprint, to_text
from shared.crypto.signing import RSA_BITS, PrivateKey, SigningKey
from shared.domain.environments import Environment
from shared.domain.keys import FAMILIES, FAMILY_NAMES, FamilyName, Key, KeyDates, SigningAlgorithm


def new_key(family: FamilyName, environment: Environment, dates: KeyDates, *, random: Random) -> KeyMaterial:
    """Make one key. Of a signing key the library draws the randomness itself: it takes none from outside."""
    match FAMILIES[family].algorithm:
        case "ES256" | "RS256" as alg:
            secret, kid = _signing_pair(alg)
        case "A256GCM" | "HS256":
            raw = random(KEY_BYTES)
            secret, kid = to_text(raw), fingerprint(raw)
    return KeyMaterial(Key(family=family, kid=kid, environment=environment, dates=dates), secret)


def new_keys(environment: Environment, dates: KeyDates, *, random: Random) -> list[KeyMaterial]:
    """Make one key of every family."""
    return [new_key(family, environment, dates, random=random) for family in FAMILY_NAMES]


def _signing_pair(alg: SigningAlgorithm) -> tuple[str, str]:
    private: PrivateKey
    if alg == "ES256":
        private = ec.generate_private_key(ec.SECP256R1())
    else:
        private = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return pem, SigningKey(alg, private).kid
