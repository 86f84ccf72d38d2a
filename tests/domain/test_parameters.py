"""Parameters as they were sent (RFC 6749 §3.1)."""

import pytest

from shared.domain.errors import InvalidRequest
from shared.domain.parameters import Parameters

SENT = Parameters((("scope", "openid"), ("state", ""), ("nonce", "one"), ("nonce", "two"), ("Scope", "other")))


def test_a_value_is_given_as_it_was_sent_and_names_are_told_apart_by_case() -> None:
    assert SENT.get("scope") == SENT.need("scope") == "openid"
    assert SENT.get("Scope") == "other"


def test_an_empty_value_counts_as_absent() -> None:
    assert SENT.get("state") is None
    with pytest.raises(InvalidRequest, match="state is missing"):
        SENT.need("state")


def test_what_was_not_sent_is_absent() -> None:
    assert SENT.get("prompt") is None
    with pytest.raises(InvalidRequest, match="prompt is missing"):
        SENT.need("prompt")


def test_line_5_a_parameter_sent_twice_is_refused_by_whoever_reads_it() -> None:
    with pytest.raises(InvalidRequest, match="nonce was sent more than once"):
        SENT.get("nonce")
    with pytest.raises(InvalidRequest, match="more than once"):
        Parameters((("state", ""), ("state", ""))).get("state")


def test_a_doubled_parameter_is_named_even_when_its_values_are_equal_or_empty() -> None:
    assert SENT.doubled() == "nonce"
    assert Parameters((("a", ""), ("b", "1"), ("a", ""))).doubled() == "a"
    assert Parameters((("a", "1"), ("b", "1"))).doubled() is None


@pytest.mark.parametrize("name", ["ada@demo.example", "Tr0ub4dor", "a\nb", "a" * 33])
def test_invariant_8_a_strangers_own_words_are_not_repeated_for_the_log(name: str) -> None:
    assert Parameters(((name, "1"), (name, "2"))).doubled() == "a parameter"


def test_the_first_value_that_says_something_goes_back_with_a_refusal() -> None:
    assert SENT.first("nonce") == "one"
    assert Parameters((("state", ""), ("state", "kept"))).first("state") == "kept"
    assert SENT.first("state") is None
