"""What tokens say and by which keys, lines 37 to 44."""

import time
from base64 import urlsafe_b64decode
from typing import Any

import httpx
import jwt
import pytest

from shared.crypto.making import new_key
from shared.crypto.randomness import random_bytes
from shared.domain.claims import half_hash
from shared.domain.keys import KeyDates
from shared.domain.lifetimes import ID_TOKEN
from shared.domain.times import HOUR
from shared.ports import Ring
from tests.crypto.rings import NOON, a_ring
from tests.protocol.browser import NO_TLS, Browser, Site, claims_of
from tests.stack import Stack

pytestmark = pytest.mark.slow

PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}


@pytest.fixture(scope="module")
def jwks(stack: Stack) -> list[dict[str, str]]:
    return list(httpx.get(f"{stack.issuer}/jwks", verify=NO_TLS).json()["keys"])


def checked(stack: Stack, token: str, client_id: str, alg: str) -> dict[str, Any]:
    """Check an ID token as a client's library does, from the metadata on."""
    metadata = httpx.get(f"{stack.issuer}/.well-known/openid-configuration", verify=NO_TLS).json()
    keys = jwt.PyJWKSet.from_dict(httpx.get(metadata["jwks_uri"], verify=NO_TLS).json())
    key = keys[jwt.get_unverified_header(token)["kid"]]
    return dict(jwt.decode(token, key, algorithms=[alg], audience=client_id, issuer=metadata["issuer"]))


def test_line_37_an_id_token_says_what_it_must(stack: Stack, tokens: dict[str, Any]) -> None:
    claims = checked(stack, tokens["id_token"], "basic", "RS256")

    assert (claims["iss"], claims["aud"], claims["nonce"]) == (stack.issuer, "basic", "n-0S6_WzA2Mj")
    assert claims["sub"].isascii()
    assert 0 < len(claims["sub"]) <= 255
    assert claims["exp"] - claims["iat"] == ID_TOKEN // 1000
    assert abs(claims["iat"] - time.time()) < 120
    assert claims["at_hash"] == half_hash(tokens["access_token"])
    assert "azp" not in claims


def test_line_37_without_a_nonce_there_is_none(stack: Stack, person: Browser) -> None:
    claims = claims_of(Site(stack).tokens(person.code(nonce=None))["id_token"])

    assert "nonce" not in claims
    assert isinstance(claims["auth_time"], int)


def test_line_37_what_belongs_to_scopes_is_not_in_the_id_token(tokens: dict[str, Any]) -> None:
    assert not {"name", "email", "email_verified", "phone_number", "address"} & set(claims_of(tokens["id_token"]))


@pytest.mark.parametrize(("client", "alg"), [("basic", "RS256"), ("spa", "RS256"), ("post", "ES256")])
def test_line_38_id_tokens_are_signed_as_registered_rs256_by_default(
    stack: Stack, person: Browser, client: str, alg: str
) -> None:
    token = Site(stack, client).tokens(person.code(client))["id_token"]

    assert jwt.get_unverified_header(token) == {
        "alg": alg,
        "typ": "JWT",
        "kid": jwt.get_unverified_header(token)["kid"],
    }
    assert checked(stack, token, client, alg)["aud"] == client


def test_line_38_none_is_not_announced(stack: Stack) -> None:
    metadata = httpx.get(f"{stack.issuer}/.well-known/openid-configuration", verify=NO_TLS).json()

    assert metadata["id_token_signing_alg_values_supported"] == ["RS256", "ES256"]


def test_line_39_every_kid_is_in_the_jwks(tokens: dict[str, Any], jwks: list[dict[str, str]]) -> None:
    published = {key["kid"]: key["alg"] for key in jwks}

    assert len(published) == len(jwks)
    for name in ("id_token", "access_token"):
        header = jwt.get_unverified_header(tokens[name])
        assert published[header["kid"]] == header["alg"]


def test_line_39_the_jwks_has_public_asymmetric_keys_of_good_size_only(jwks: list[dict[str, str]]) -> None:
    assert {(key["kty"], key["alg"], key["use"]) for key in jwks} == {("RSA", "RS256", "sig"), ("EC", "ES256", "sig")}
    for key in jwks:
        assert not PRIVATE & set(key)
        if key["kty"] == "RSA":
            modulus = urlsafe_b64decode(key["n"] + "==")
            assert int.from_bytes(modulus).bit_length() >= 2048


def test_line_40_a_key_is_published_before_it_signs_and_after_it_has(stack: Stack) -> None:
    announced = new_key("signing-es256", "test", KeyDates(NOON, NOON + HOUR), random=random_bytes)
    retired = new_key("signing-es256", "test", KeyDates(0, 0, NOON, NOON + HOUR), random=random_bytes)
    before = a_ring(extra=[announced, retired], now=NOON)
    after = a_ring(extra=[announced, retired], now=NOON + HOUR)

    by_kid = {key["kid"] for key in before.jwks()["keys"]}
    assert {announced.key.kid, retired.key.kid} < by_kid
    assert jwt.get_unverified_header(before.sign("ES256", "at+jwt", {}))["kid"] not in {
        announced.key.kid,
        retired.key.kid,
    }
    assert jwt.get_unverified_header(after.sign("ES256", "at+jwt", {}))["kid"] == announced.key.kid
    assert retired.key.kid not in {key["kid"] for key in after.jwks()["keys"]}


def test_line_40_clients_may_keep_the_jwks_for_minutes(stack: Stack) -> None:
    answer = httpx.get(f"{stack.issuer}/jwks", verify=NO_TLS)

    assert answer.headers["cache-control"] == "public, max-age=300"


def test_line_41_sub_is_the_same_for_every_client_and_sign_in(stack: Stack, tokens: dict[str, Any]) -> None:
    sub = claims_of(tokens["id_token"])["sub"]
    again = Browser(stack)

    assert claims_of(Site(stack, "spa").tokens(again.code("spa"))["id_token"])["sub"] == sub
    assert claims_of(Site(stack, "post").tokens(again.code("post"))["id_token"])["sub"] == sub
    assert "@" not in sub


def test_line_41_another_person_has_another_sub_and_email_verified_is_said_as_it_is(
    stack: Stack, tokens: dict[str, Any]
) -> None:
    site = Site(stack)
    code = Browser(stack).code(email="other@tests.example", password="another password", scope="openid email")
    other = site.userinfo(site.tokens(code)["access_token"]).json()
    grace = site.userinfo(tokens["access_token"]).json()

    assert (grace["email"], grace["email_verified"]) == ("grace@tests.example", True)
    assert (other["email"], other["email_verified"]) == ("other@tests.example", False)
    assert other["sub"] != grace["sub"]


def test_line_42_an_access_token_says_what_rfc_9068_demands(stack: Stack, tokens: dict[str, Any]) -> None:
    claims = claims_of(tokens["access_token"])

    assert jwt.get_unverified_header(tokens["access_token"])["typ"] == "at+jwt"
    assert (claims["iss"], claims["aud"], claims["client_id"]) == (stack.issuer, stack.issuer, "basic")
    assert claims["sub"] == claims_of(tokens["id_token"])["sub"]
    assert claims["exp"] - claims["iat"] == tokens["expires_in"] == 300
    assert claims["scope"] == "openid profile email"
    assert claims["jti"].startswith("tok_")
    assert "email" not in claims


def test_line_42_an_id_token_is_no_access_token(stack: Stack, person: Browser, tokens: dict[str, Any]) -> None:
    es256 = Site(stack, "post").tokens(person.code("post"))["id_token"]

    assert Site(stack).userinfo(tokens["id_token"]).status_code == 401
    assert Site(stack).userinfo(es256).status_code == 401


def test_line_42_an_id_tokens_claims_under_the_other_type_are_refused(
    stack: Stack, tokens: dict[str, Any], ring: Ring
) -> None:
    access, identity = claims_of(tokens["access_token"]), claims_of(tokens["id_token"])

    for typ, claims in (("JWT", access), ("at+jwt", identity), ("at+JWT", access), ("application/at+jwt", access)):
        assert Site(stack).userinfo(ring.sign("ES256", typ, claims)).status_code == 401
    assert Site(stack).userinfo(ring.sign("ES256", "at+jwt", access)).status_code == 200


@pytest.mark.parametrize("audience", ["basic", "https://api.example", ["https://api.example"], None])
def test_line_43_a_token_for_another_resource_is_refused_here(
    stack: Stack, tokens: dict[str, Any], ring: Ring, audience: str | list[str] | None
) -> None:
    claims = claims_of(tokens["access_token"]) | {"aud": audience}

    assert Site(stack).userinfo(ring.sign("ES256", "at+jwt", claims)).status_code == 401


def test_line_43_resource_indicators_are_not_offered_and_change_no_audience(stack: Stack, person: Browser) -> None:
    given = Site(stack).tokens(person.code(resource="https://api.example"), resource="https://api.example")
    metadata = httpx.get(f"{stack.issuer}/.well-known/openid-configuration", verify=NO_TLS).json()

    assert claims_of(given["access_token"])["aud"] == stack.issuer
    assert not any("resource" in name for name in metadata)


def test_line_44_auth_time_acr_and_amr_say_what_happened(stack: Stack) -> None:
    before = int(time.time())
    claims = claims_of(Site(stack).tokens(Browser(stack).code(acr_values="3 urn:example:gold"))["id_token"])

    assert before <= claims["auth_time"] <= time.time()
    assert (claims["acr"], claims["amr"]) == ("1", ["pwd"])


def test_line_44_a_silent_answer_keeps_the_time_of_the_sign_in(
    stack: Stack, person: Browser, tokens: dict[str, Any]
) -> None:
    silent = claims_of(Site(stack).tokens(person.code(prompt="none"))["id_token"])

    assert silent["auth_time"] == claims_of(tokens["id_token"])["auth_time"]
    assert silent["sid"] == claims_of(tokens["id_token"])["sid"]
