"""Ids: one spelling for every 128 bits, and nothing else passes for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.ids import ID_KINDS, crockford, is_id, new_id
from tests.vectors.golden import golden

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
GOOD = "acc_00041061050r3gg28a1c60t3gf"


@pytest.mark.parametrize("vector", golden("ids"))
def test_ids_are_spelled_as_the_golden_vectors_say(vector: dict[str, str]) -> None:
    assert crockford(bytes.fromhex(vector["entropy"])) == vector["id"].removeprefix("acc_")


@given(st.binary(min_size=16, max_size=16))
def test_an_id_holds_all_its_bits(entropy: bytes) -> None:
    made = new_id("grt", entropy)

    number = 0
    for character in made.removeprefix("grt_"):
        number = number * 32 + CROCKFORD.index(character)

    assert number.to_bytes(16) == entropy
    assert is_id("grt", made)


@pytest.mark.parametrize("length", [0, 15, 17])
def test_an_id_is_made_of_sixteen_bytes_and_no_other_number(length: int) -> None:
    with pytest.raises(ValueError, match="16 random bytes"):
        new_id("acc", bytes(length))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "acc",
        "acc_",
        GOOD.removeprefix("acc_"),
        GOOD.upper(),
        GOOD + "0",
        GOOD[:-1],
        GOOD + "\n",
        "acc_8" + GOOD[5:],  # the first character holds three bits only
        GOOD[:-1] + "l",
        GOOD[:-1] + "u",
        GOOD[:-1] + "٣",
        "org_" + GOOD.removeprefix("acc_"),
        " " + GOOD,
    ],
)
def test_what_is_not_exactly_an_id_of_the_kind_is_none(text: str) -> None:
    assert not is_id("acc", text)


def test_every_kind_has_three_letters_and_its_ids_are_of_no_other_kind() -> None:
    assert all(len(kind) == 3 and kind.isalpha() for kind in ID_KINDS)
    assert is_id("acc", GOOD)
    assert not is_id("ses", GOOD)
