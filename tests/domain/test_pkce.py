"""PKCE: only S256, and only the one who asked may redeem (RFC 7636)."""

import pytest

from shared.domain.errors import InvalidGrant, InvalidRequest
from shared.domain.pkce import challenge_of, check_challenge, check_verifier
from tests.domain.made import CHALLENGE, VERIFIER


def test_the_vector_of_rfc_7636_appendix_b() -> None:
    assert challenge_of(VERIFIER) == CHALLENGE

    check_verifier(VERIFIER, code_challenge=CHALLENGE)


def test_line_23_s256_is_taken_whether_or_not_it_is_required() -> None:
    check_challenge(CHALLENGE, "S256", required=True)
    check_challenge(CHALLENGE, "S256", required=False)


def test_line_23_a_challenge_is_required_of_all_but_those_registered_otherwise() -> None:
    check_challenge(None, None, required=False)

    with pytest.raises(InvalidRequest, match="missing"):
        check_challenge(None, None, required=True)


def test_a_method_without_a_challenge_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="missing"):
        check_challenge(None, "S256", required=False)


@pytest.mark.parametrize("method", [None, "plain", "s256", "S512", ""])
@pytest.mark.parametrize("required", [True, False])
def test_line_23_plain_is_refused_also_when_it_is_meant_by_saying_nothing(
    method: str | None, *, required: bool
) -> None:
    with pytest.raises(InvalidRequest, match="must be S256"):
        check_challenge(CHALLENGE, method, required=required)


@pytest.mark.parametrize(
    "challenge", ["", "a" * 42, "a" * 44, "a" * 42 + "=", "a" * 42 + "+", "a" * 42 + "\n", "é" * 43]
)
def test_a_challenge_that_is_no_sha_256_is_refused(challenge: str) -> None:
    with pytest.raises(InvalidRequest, match="base64url"):
        check_challenge(challenge, "S256", required=True)


def test_line_24_a_verifier_for_a_code_without_challenge_is_a_downgrade() -> None:
    check_verifier(None, code_challenge=None)

    with pytest.raises(InvalidGrant, match="without challenge"):
        check_verifier(VERIFIER, code_challenge=None)


def test_line_25_a_missing_verifier_is_refused() -> None:
    with pytest.raises(InvalidGrant, match="missing"):
        check_verifier(None, code_challenge=CHALLENGE)


def test_line_25_a_wrong_verifier_is_refused() -> None:
    with pytest.raises(InvalidGrant, match="does not match"):
        check_verifier("a" * 43, code_challenge=CHALLENGE)


@pytest.mark.parametrize("length", [43, 128])
def test_line_25_a_verifier_may_have_43_to_128_characters(length: int) -> None:
    check_verifier("~" * length, code_challenge=challenge_of("~" * length))


@pytest.mark.parametrize(
    "verifier", ["", "~" * 42, "~" * 129, "~" * 42 + " ", "~" * 43 + "\n", "é" * 43, "~" * 42 + "/"]
)
def test_line_25_a_short_long_or_strange_verifier_is_refused_even_with_its_own_challenge(verifier: str) -> None:
    challenge = challenge_of(verifier) if verifier.isascii() else CHALLENGE

    with pytest.raises(InvalidGrant, match="malformed"):
        check_verifier(verifier, code_challenge=challenge)


def test_the_challenge_itself_is_not_a_verifier() -> None:
    with pytest.raises(InvalidGrant, match="does not match"):
        check_verifier(CHALLENGE, code_challenge=CHALLENGE)
