"""Canonical bytes: RFC 8785's own examples, one spelling per value, and a reader that strangers cannot hurt."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.canonical import INTEGER_LIMIT, Json, canonical, parse_json
from shared.domain.errors import InvalidRequest, RequestTooLarge
from tests.vectors.golden import golden

WHOLE = st.integers(min_value=1 - INTEGER_LIMIT, max_value=INTEGER_LIMIT - 1)
JSON = st.recursive(
    st.none() | st.booleans() | WHOLE | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("vector", golden("canonical"))
def test_bytes_are_as_the_golden_vectors_say(vector: dict[str, str]) -> None:
    assert canonical(json.loads(vector["json"])).hex() == vector["bytes"]


def test_the_example_of_rfc_8785_section_3_2_3_is_in_its_order() -> None:
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]

    ordered = json.loads(canonical(dict.fromkeys(names, 0)))

    assert list(ordered) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_the_example_of_rfc_8785_section_3_2_2_is_spelled_byte_for_byte() -> None:
    spelled = canonical({"string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/", "literals": [None, True, False]})

    assert spelled.decode() == r"""{"literals":[null,true,false],"string":"€$\u000f\nA'B\"\\\\\"/"}"""


@given(JSON)
def test_a_value_is_read_back_from_its_bytes_and_spelled_the_same_again(value: Json) -> None:
    spelled = canonical(value)

    again = parse_json(spelled, 1_000_000, 100)

    assert again == value
    assert canonical(again) == spelled


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), INTEGER_LIMIT, -INTEGER_LIMIT, "\ud800", {"\ud800": 1}, {1: 1}, b"bytes", {1, 2}, object()],
)
def test_what_has_no_canonical_form_is_a_value_error(value: Any) -> None:
    with pytest.raises(ValueError, match=r"canonical|surrogates"):
        canonical([value])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[1,]",
        "{'a':1}",
        '{"a":1,"a":1}',
        '{"b":{"a":1,"\\u0061":2}}',
        "NaN",
        "[Infinity]",
        "-Infinity",
        "1.5",
        "1e3",
        "9007199254740992",
        "-9007199254740992",
        "1" * 5000,
        '"\\ud800"',
        '{"\\udfff":1}',
        '"\ud800"',
        '"a\nb"',
        b"\xff",
        b'"\xc0\xaf"',
        b"\xef\xbb\xbf{}",
        "[[[[[1]]]]]",
        "[" * 50_000,
        '{"a":' * 50_000,
        "[1] [2]",
    ],
)
def test_a_strangers_bad_json_is_refused(text: bytes | str) -> None:
    with pytest.raises(InvalidRequest):
        parse_json(text, 1_000_000, 4)


def test_brackets_inside_strings_are_not_depth() -> None:
    text = '["[[[[[\\"[[[[", {"a": "]]]]"}]'

    assert parse_json(text, 100, 2) == ['[[[[["[[[[', {"a": "]]]]"}]


def test_a_text_may_be_as_deep_and_as_long_as_allowed_and_no_more() -> None:
    assert parse_json("[[1]]", 5, 2) == [[1]]
    with pytest.raises(InvalidRequest, match="deep"):
        parse_json("[[1]]", 5, 1)
    with pytest.raises(RequestTooLarge):
        parse_json("[[1]]", 4, 2)
    with pytest.raises(RequestTooLarge):
        parse_json('"é"', 3, 1)


def test_a_refusal_never_quotes_what_was_sent() -> None:
    with pytest.raises(InvalidRequest) as refused:
        parse_json('{"password":"hunter2","password":"hunter2"}', 100, 2)

    assert "hunter2" not in refused.value.detail
