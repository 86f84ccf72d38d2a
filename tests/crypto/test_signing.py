"""Signing: RFC 7638's own key, tokens other libraries can read, and the known attacks on JWT, each refused."""

import hmac
import json
from hashlib import sha256
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from shared.crypto.ring import Ring
from shared.crypto.sealing import to_text
from shared.crypto.signing import MAX_TOKEN, SigningKey, read_header, thumbprint
from shared.domain.errors import InvalidToken
from shared.domain.keys import SigningAlgorithm
from tests.crypto.rings import RINGS_KEYS, a_ring
from tests.vectors.golden import golden

GOLDEN = golden("signing")
CLAIMS: dict[str, Any] = {"sub": "acc_1", "iat": 1_900_000_000, "aud": ["shop"], "nested": {"a": [1, None]}}
ALGS: tuple[SigningAlgorithm, ...] = ("ES256", "RS256")


@pytest.fixture(scope="module")
def ring() -> Ring:
    return a_ring()


def parts(token: str) -> list[str]:
    return token.split(".")


def spelled(header: object) -> str:
    return to_text(json.dumps(header).encode())


def kid(ring: Ring, alg: str) -> str:
    return next(key["kid"] for key in ring.jwks()["keys"] if key["alg"] == alg)


def test_the_thumbprint_of_rfc_7638_section_3_1_is_right() -> None:
    assert to_text(thumbprint(RINGS_KEYS["rfc7638"])) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


@pytest.mark.parametrize(("alg", "typ"), [("ES256", "at+jwt"), ("RS256", "JWT")])
def test_the_golden_tokens_verify_with_the_golden_keys(ring: Ring, alg: str, typ: str) -> None:
    assert ring.verify(GOLDEN[alg], typ=typ, algs=(alg,)) == GOLDEN["claims"]
    assert ring.jwks() == GOLDEN["jwks"]


@pytest.mark.parametrize("alg", ALGS)
def test_a_token_is_read_back_and_another_library_reads_it_by_the_published_keys(
    ring: Ring, alg: SigningAlgorithm
) -> None:
    token = ring.sign(alg, "at+jwt", CLAIMS)

    published = {key.key_id: key for key in jwt.PyJWKSet.from_dict(ring.jwks()).keys}
    header = jwt.get_unverified_header(token)
    assert header == {"alg": alg, "typ": "at+jwt", "kid": kid(ring, alg)}
    assert (
        jwt.decode(
            token, published[header["kid"]], algorithms=[alg], options={"verify_aud": False, "verify_iat": False}
        )
        == CLAIMS
    )
    assert ring.verify(token, typ="at+jwt", algs=ALGS) == CLAIMS


def test_the_published_keys_have_no_private_part_and_name_themselves(ring: Ring) -> None:
    keys = ring.jwks()["keys"]

    assert [sorted(key) for key in keys if key["kty"] == "EC"] == [["alg", "crv", "kid", "kty", "use", "x", "y"]]
    assert [sorted(key) for key in keys if key["kty"] == "RSA"] == [["alg", "e", "kid", "kty", "n", "use"]]
    assert all(len(key["kid"]) == 26 and key["kid"].isalnum() and key["use"] == "sig" for key in keys)


@pytest.mark.parametrize("typ", ["JWT", "AT+JWT", "at+jwt ", ""])
def test_a_token_of_another_type_is_refused(ring: Ring, typ: str) -> None:
    token = ring.sign("ES256", "at+jwt", CLAIMS)

    with pytest.raises(InvalidToken):
        ring.verify(token, typ=typ, algs=ALGS)


def test_an_algorithm_that_this_place_does_not_take_is_refused(ring: Ring) -> None:
    token = ring.sign("RS256", "at+jwt", CLAIMS)

    with pytest.raises(InvalidToken):
        ring.verify(token, typ="at+jwt", algs=("ES256",))


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "None"},
        {"alg": ""},
        {"alg": "HS256"},
        {"alg": "RS256"},
        {"alg": "PS256"},
        {"alg": "ES256K"},
        {"alg": ["ES256"]},
        {"alg": None},
        {"kid": "0" * 26},
        {"kid": 1},
        {"crit": []},
        {"crit": ["exp"]},
        {"b64": False, "crit": ["b64"]},
        {"jku": "https://evil.example/jwks"},
        {"x5u": "https://evil.example/x5u"},
        {"x5c": ["AAAA"]},
        {"jwk": {"kty": "EC"}},
        {"cty": "JWT"},
        {"zip": "DEF"},
    ],
)
def test_a_header_that_says_anything_else_is_refused(ring: Ring, header: dict[str, Any]) -> None:
    good = {"alg": "ES256", "kid": kid(ring, "ES256"), "typ": "at+jwt"}
    _, payload, signature = parts(ring.sign("ES256", "at+jwt", CLAIMS))

    with pytest.raises(InvalidToken):
        ring.verify(f"{spelled(good | header)}.{payload}.{signature}", typ="at+jwt", algs=(*ALGS, "none", "HS256"))


@pytest.mark.parametrize("more", [{"jku": "https://id.example/jwks"}, {"x5u": "https://id.example"}, {"cty": "JWT"}])
def test_a_header_that_says_more_is_refused_even_under_a_true_signature(ring: Ring, more: dict[str, str]) -> None:
    key = load_pem_private_key(RINGS_KEYS["signing-es256"].encode(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    header = {"kid": kid(ring, "ES256"), "typ": "JWT"}

    plain, saying_more = (
        jwt.PyJWS().encode(b"{}", key, algorithm="ES256", headers=each) for each in (header, header | more)
    )

    assert ring.verify(plain, typ="JWT", algs=ALGS) == {}
    with pytest.raises(InvalidToken):
        ring.verify(saying_more, typ="JWT", algs=ALGS)


@pytest.mark.parametrize("dropped", ["alg", "kid", "typ"])
def test_a_header_without_one_of_its_three_names_is_refused(dropped: str) -> None:
    header = {"alg": "ES256", "kid": "0" * 26, "typ": "at+jwt"}
    del header[dropped]

    with pytest.raises(InvalidToken):
        read_header(f"{spelled(header)}.AAAA.AAAA")


def test_a_public_key_is_no_shared_secret(ring: Ring) -> None:
    private = load_pem_private_key(RINGS_KEYS["signing-rs256"].encode(), None)
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    start = f"{spelled({'alg': 'HS256', 'kid': kid(ring, 'RS256'), 'typ': 'JWT'})}.{spelled(CLAIMS)}"
    forged = f"{start}.{to_text(hmac.new(public, start.encode(), sha256).digest())}"

    with pytest.raises(InvalidToken):
        ring.verify(forged, typ="JWT", algs=("RS256", "HS256"))


@pytest.mark.parametrize("signature", [bytes(64), b"", b"\xff" * 64, bytes(63), bytes(65)])
def test_a_signature_of_noughts_or_of_another_length_is_refused(ring: Ring, signature: bytes) -> None:
    header, payload, _ = parts(ring.sign("ES256", "JWT", CLAIMS))

    with pytest.raises(InvalidToken):
        ring.verify(f"{header}.{payload}.{to_text(signature)}", typ="JWT", algs=ALGS)


@pytest.mark.parametrize("alg", ALGS)
def test_no_part_of_a_token_can_be_changed(ring: Ring, alg: SigningAlgorithm) -> None:
    token = ring.sign(alg, "JWT", CLAIMS)

    for place in range(0, len(token), 7):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(InvalidToken):
            ring.verify(changed, typ="JWT", algs=ALGS)


@pytest.mark.parametrize("change", ["{}.", ".{}", "{}=", "{}\n", " {}", "{}.AAAA", "{}" + "A" * MAX_TOKEN])
def test_a_token_with_something_around_it_is_refused(ring: Ring, change: str) -> None:
    with pytest.raises(InvalidToken):
        ring.verify(change.format(ring.sign("ES256", "JWT", CLAIMS)), typ="JWT", algs=ALGS)


@pytest.mark.parametrize(
    "token", ["", ".", "..", "...", "a.b.c", "{}.{}.{}", "é.é.é", "A" * 1_000_000, "." * 1_000_000]
)
def test_what_is_no_token_is_refused(ring: Ring, token: str) -> None:
    with pytest.raises(InvalidToken):
        ring.verify(token, typ="JWT", algs=ALGS)


@pytest.mark.parametrize("payload", [b"[1]", b"1", b"", b'{"a":1,"a":2}', b'{"a":1.5}', b"\xff"])
def test_a_true_signature_over_what_is_no_claims_is_refused(ring: Ring, payload: bytes) -> None:
    key = load_pem_private_key(RINGS_KEYS["signing-es256"].encode(), None)
    header = {"kid": kid(ring, "ES256"), "typ": "JWT"}
    assert isinstance(key, ec.EllipticCurvePrivateKey)

    token = jwt.PyJWS().encode(payload, key, algorithm="ES256", headers=header)

    with pytest.raises(InvalidToken):
        ring.verify(token, typ="JWT", algs=ALGS)


def test_a_key_of_another_environment_does_not_sign_for_this_one() -> None:
    stranger = SigningKey("ES256", ec.generate_private_key(ec.SECP256R1()))

    with pytest.raises(InvalidToken, match="not in the ring"):
        a_ring().verify(stranger.sign("JWT", CLAIMS), typ="JWT", algs=ALGS)


def test_a_key_is_made_for_one_algorithm() -> None:
    with pytest.raises(ValueError, match="not a key for RS256"):
        SigningKey.from_pem("RS256", RINGS_KEYS["signing-es256"])
    with pytest.raises(ValueError, match="not a key for ES256"):
        SigningKey("ES256", ec.generate_private_key(ec.SECP384R1()))
    with pytest.raises(ValueError, match="not a key for RS256"):
        SigningKey("RS256", rsa.generate_private_key(65537, 1024))  # noqa: S505  # that it is too small is the point


def test_an_rsa_key_whose_halves_do_not_belong_together_is_refused() -> None:
    private = load_pem_private_key(RINGS_KEYS["signing-rs256"].encode(), None)
    assert isinstance(private, rsa.RSAPrivateKey)
    true = private.private_numbers()
    public = rsa.RSAPublicNumbers(e=3, n=true.public_numbers.n)
    forged = rsa.RSAPrivateNumbers(true.p, true.q, true.d, true.dmp1, true.dmq1, true.iqmp, public)
    broken = forged.private_key(unsafe_skip_rsa_key_validation=True)
    pem = broken.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    with pytest.raises(ValueError, match="does not belong"):
        SigningKey.from_pem("RS256", pem)
