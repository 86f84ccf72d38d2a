"""Events: a catalogue that others build on, and drafts that hold no free text."""

import pytest

from shared.domain.events import CLOSING, EVENT_NAMES, Actor, Draft, Personal

ANNA = "acc_00041061050r3gg28a1c60t3gf"


def a_draft(*, via: str = "sign_in", reason: str | None = None) -> Draft:
    return Draft(name="sign_in.refused", actor=Actor("person", ANNA), via=via, thing=ANNA, reason=reason)


def test_the_catalogue_is_sorted_without_doubles_and_each_name_says_thing_and_deed() -> None:
    assert list(EVENT_NAMES) == sorted(set(EVENT_NAMES))
    assert all(len(name.split(".")) == 2 and name.replace("_", "").replace(".", "").isalpha() for name in EVENT_NAMES)
    assert CLOSING in EVENT_NAMES


@pytest.mark.parametrize("word", ["sign_in", "password.wrong", "seed", "v2-import"])
def test_via_and_reason_are_words(word: str) -> None:
    assert a_draft(via=word, reason=word).reason == word


@pytest.mark.parametrize("text", ["", "Anna said no", "anna@example.test", "x" * 65, "Word", "a\n"])
def test_free_text_is_no_reason_and_no_way(text: str) -> None:
    with pytest.raises(ValueError, match="not free text"):
        a_draft(reason=text)
    with pytest.raises(ValueError, match="not free text"):
        a_draft(via=text)


def test_a_personal_value_is_not_shown_when_it_is_printed() -> None:
    personal = Personal("anna@example.test", ANNA)

    assert "example" not in repr(personal)
    assert ANNA in repr(personal)
