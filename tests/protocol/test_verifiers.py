"""How a token is judged where we take one, lines 45 and 46: at userinfo, and as a hint at the authorization endpoint."""

import hashlib
import hmac
import json
import time
from base64 import urlsafe_b64encode
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared.crypto.ring import Ring
from tests.crypto.rings import a_ring
from tests.protocol.browser import NO_TLS, Browser, Site, claims_of, told
from tests.stack import Stack

pytestmark = pytest.mark.slow


def b64(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def part(value: dict[str, Any]) -> str:
    return b64(json.dumps(value).encode())


def rewritten(token: str, header: dict[str, Any], claims: dict[str, Any] | None = None) -> str:
    """Write other words before a signature that was for others."""
    old_header, payload, signature = token.split(".")
    new_header = part(jwt.get_unverified_header(token) | header) if header else old_header
    return f"{new_header}.{payload if claims is None else part(claims_of(token) | claims)}.{signature}"


def signed(ring: Ring, alg: str, typ: str, claims: dict[str, Any], **header: Any) -> str:
    """Sign with the deployment's own key, under a header that it never writes."""
    ordinary = ring.sign("ES256" if alg == "ES256" else "RS256", typ, claims)
    kid = jwt.get_unverified_header(ordinary)["kid"]
    return jwt.encode(claims, ring._signing[kid]._private, algorithm=alg, headers={"kid": kid, "typ": typ} | header)


def with_public_key_as_secret(ring: Ring, token: str, alg: str) -> str:
    """Sign by HMAC with what everybody knows: the classic confusion (RFC 8725 §2.1)."""
    key = ring._signing[jwt.get_unverified_header(token)["kid"]]._private.public_key()
    secret = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signing_input = f"{part(jwt.get_unverified_header(token) | {'alg': alg})}.{token.split('.')[1]}"
    digest = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}[alg]
    return f"{signing_input}.{b64(hmac.new(secret, signing_input.encode(), digest).digest())}"


def refused_everywhere(stack: Stack, person: Browser, token: str) -> bool:
    at_userinfo = Site(stack).userinfo(token)
    as_hint = told(person.authorize(prompt="none", id_token_hint=token))
    return at_userinfo.status_code == 401 and as_hint.get("error") == "invalid_request"


@pytest.mark.parametrize("name", ["access_token", "id_token"])
@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", ""])
def test_line_45_alg_none_is_refused(
    stack: Stack, person: Browser, tokens: dict[str, Any], name: str, alg: str
) -> None:
    header, payload, signature = rewritten(tokens[name], {"alg": alg}).split(".")

    assert refused_everywhere(stack, person, f"{header}.{payload}.")
    assert refused_everywhere(stack, person, f"{header}.{payload}.{signature}")


@pytest.mark.parametrize("name", ["access_token", "id_token"])
@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
def test_line_45_the_public_key_is_no_secret(
    stack: Stack, person: Browser, tokens: dict[str, Any], ring: Ring, name: str, alg: str
) -> None:
    assert refused_everywhere(stack, person, with_public_key_as_secret(ring, tokens[name], alg))


@pytest.mark.parametrize(
    "header",
    [
        {"crit": ["exp"], "exp": 1},
        {"crit": ["unknown"], "unknown": True},
        {"crit": ["b64"], "b64": False},
        {"jku": "https://evil.example/jwks"},
        {"x5u": "https://evil.example/x5u"},
        {"jwk": {"kty": "EC", "crv": "P-256", "x": "x", "y": "y"}},
        {"x5c": ["MII"]},
        {"zip": "DEF"},
        {"cty": "JWT"},
        {"kid": "unknown"},
        {"kid": "../../dev/null"},
        {"kid": ""},
    ],
)
def test_line_45_a_header_that_says_more_or_names_another_key_is_refused_though_well_signed(
    stack: Stack, person: Browser, tokens: dict[str, Any], ring: Ring, header: dict[str, Any]
) -> None:
    access = signed(ring, "ES256", "at+jwt", claims_of(tokens["access_token"]), **header)
    hint = signed(ring, "RS256", "JWT", claims_of(tokens["id_token"]), **header)

    assert refused_everywhere(stack, person, access)
    assert refused_everywhere(stack, person, hint)


def test_line_45_each_key_is_for_its_own_algorithm(
    stack: Stack, person: Browser, tokens: dict[str, Any], ring: Ring
) -> None:
    for alg in ("RS384", "RS512", "PS256"):
        assert refused_everywhere(stack, person, signed(ring, alg, "JWT", claims_of(tokens["id_token"])))
    # Well signed by our other key, but access tokens are ES256 only.
    rs256 = ring.sign("RS256", "at+jwt", claims_of(tokens["access_token"]))
    assert Site(stack).userinfo(rs256).status_code == 401


def test_line_45_a_key_of_the_senders_own_is_refused(stack: Stack, person: Browser, tokens: dict[str, Any]) -> None:
    for name, alg, key in (
        ("access_token", "ES256", ec.generate_private_key(ec.SECP256R1())),
        ("id_token", "RS256", rsa.generate_private_key(65537, 2048)),
    ):
        header = jwt.get_unverified_header(tokens[name])
        forged = jwt.encode(claims_of(tokens[name]), key, algorithm=alg, headers=header)
        assert refused_everywhere(stack, person, forged)


def test_line_45_keys_of_another_deployment_are_refused(stack: Stack, person: Browser, tokens: dict[str, Any]) -> None:
    other = a_ring("test")

    assert refused_everywhere(stack, person, other.sign("ES256", "at+jwt", claims_of(tokens["access_token"])))
    assert refused_everywhere(stack, person, other.sign("RS256", "JWT", claims_of(tokens["id_token"])))


@pytest.mark.parametrize("name", ["access_token", "id_token"])
def test_line_45_changed_or_misshapen_tokens_are_refused(
    stack: Stack, person: Browser, tokens: dict[str, Any], name: str
) -> None:
    token = tokens[name]
    header, payload, signature = token.split(".")

    for bad in (
        rewritten(token, {}, {"sub": "acc_00000000000000000000000000"}),
        f"{header}.{payload}",
        f"{header}.{payload}.{signature}.",
        f"{header}.{payload}.{signature}=",
        f"{header}..{signature}",
        f".{payload}.{signature}",
        f"{header}.{payload}.{signature[:-4]}",
        f"{header}.{payload}.{b64(bytes(64))}",
        f"{part({'alg': ['ES256']})}.{payload}.{signature}",
        f"{b64(b'[]')}.{payload}.{signature}",
        f"{b64(b'[' * 400)}.{payload}.{signature}",
        "é.é.é",
        "x" * 7000,
    ):
        assert refused_everywhere(stack, person, bad)


def at_userinfo(stack: Stack, ring: Ring, tokens: dict[str, Any], **claims: Any) -> httpx.Response:
    said = claims_of(tokens["access_token"]) | claims
    token = ring.sign("ES256", "at+jwt", {name: value for name, value in said.items() if value is not None})
    return httpx.get(f"{stack.issuer}/userinfo", headers={"Authorization": f"Bearer {token}"}, verify=NO_TLS)


@pytest.mark.parametrize(
    ("name", "seconds", "status"),
    [
        ("exp", -1, 401),
        ("exp", -100_000, 401),
        ("exp", 30, 200),
        ("iat", 30, 200),
        ("iat", 120, 401),
        ("nbf", 30, 200),
        ("nbf", 120, 401),
        ("nbf", -30, 200),
    ],
)
def test_line_46_times_are_judged_with_at_most_a_minute_of_leeway(
    stack: Stack, ring: Ring, tokens: dict[str, Any], name: str, seconds: int, status: int
) -> None:
    assert at_userinfo(stack, ring, tokens, **{name: int(time.time()) + seconds}).status_code == status


@pytest.mark.parametrize("name", ["exp", "iat", "nbf"])
@pytest.mark.parametrize("value", ["1", [], {}])
def test_line_46_a_time_that_is_no_time_is_refused(
    stack: Stack, ring: Ring, tokens: dict[str, Any], name: str, value: Any
) -> None:
    assert at_userinfo(stack, ring, tokens, **{name: value}).status_code == 401


@pytest.mark.parametrize("name", ["exp", "iat", "iss", "aud", "sub", "sid", "gid"])
def test_line_46_a_token_that_leaves_out_a_claim_is_refused(
    stack: Stack, ring: Ring, tokens: dict[str, Any], name: str
) -> None:
    assert at_userinfo(stack, ring, tokens, **{name: None}).status_code == 401
