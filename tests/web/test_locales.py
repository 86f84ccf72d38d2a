"""The locales: every language says everything, and the right one is chosen whatever the request holds."""

import re
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.letters import LETTER_NAMES
from shared.web.locales import LOCALES, NAMES, Locale, choose_locale, sentences, text

TEMPLATES = Path(__file__).parents[2] / "shared/web/templates"

# Keys that Python passes to a template by name.
ERRORS = (
    "unknown_client",
    "bad_redirect_uri",
    "stale_form",
    "unavailable",
    "request_too_large",
    "invalid_request",
    "not_found",
    "method",
    "unexpected",
    "access_denied",
)
SCOPES = ("openid", "profile", "email", "address", "phone", "offline_access")
PASSED_BY_PYTHON = {
    "sign_in.refused",
    *(f"error.{error}.{part}" for error in ERRORS for part in ("title", "message")),
    *(f"scope.{scope}" for scope in SCOPES),
    *(f"{page}.{part}" for page in ("signed_out", "stayed") for part in ("title", "message")),
    *(f"mail.{letter}.{part}" for letter in LETTER_NAMES for part in ("subject", "text")),
}


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def keys_in_templates() -> set[str]:
    written = "".join(path.read_text("utf-8") for path in TEMPLATES.glob("*.html"))
    return set(re.findall(r"""(?:text|say)\(["']([a-z_.]+)["'](?! ~)""", written))


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_has_exactly_the_keys_the_pages_use(locale: Locale) -> None:
    assert set(sentences(locale)) == keys_in_templates() | PASSED_BY_PYTHON


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_has_the_same_places_in_each_sentence_and_they_are_plain_names(locale: Locale) -> None:
    for key, sentence in sentences(locale).items():
        assert places(sentence) == places(text_of("en", key)), key
        assert all(name.isidentifier() for name in places(sentence)), key


def text_of(locale: Locale, key: str) -> str:
    return sentences(locale)[key]


@pytest.mark.parametrize("locale", LOCALES)
def test_no_sentence_is_empty_or_carries_loose_space(locale: Locale) -> None:
    for key, sentence in sentences(locale).items():
        assert sentence, key
        assert sentence == sentence.strip(), key
        assert "  " not in sentence, key


@pytest.mark.parametrize("locale", ["fr", "nl"])
def test_a_translation_is_not_the_english_left_behind(locale: Locale) -> None:
    same = {key for key, sentence in sentences(locale).items() if sentence == text_of("en", key)}

    assert same == set()


def test_french_punctuation_cannot_fall_to_the_next_line() -> None:
    broken = [key for key, sentence in sentences("fr").items() if re.search(r" [:;!?»]|« ", sentence)]

    assert broken == []


@pytest.mark.parametrize("locale", LOCALES)
def test_typed_apostrophes_are_printed_ones(locale: Locale) -> None:
    assert [key for key, sentence in sentences(locale).items() if re.search("['\"]", sentence)] == []


def test_every_language_has_a_name_in_its_own_words() -> None:
    assert tuple(NAMES) == LOCALES


def test_a_sentence_is_said_with_its_values() -> None:
    assert text("nl", "sign_in.client", client_name="Winkel") == "U logt in bij Winkel."


def test_a_value_with_braces_stays_as_it_is() -> None:
    assert text("en", "page.reference", request_id="{0.__class__}") == "Reference {0.__class__}"


def test_a_sentence_without_its_value_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(KeyError, match="client_name"):
        text("en", "sign_in.client")


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError, match=r"sign_in\.nothing"):
        text("en", "sign_in.nothing")


@pytest.mark.parametrize(
    ("ui_locales", "accept_language", "chosen"),
    [
        ("", "", "en"),
        ("nl", "fr", "nl"),  # what the client asks for wins
        ("fr-CA nl", "", "fr"),  # in its order, regions aside
        ("de fr en", "", "fr"),  # the first we speak
        ("de ja", "nl", "nl"),  # none we speak: the browser's
        ("NL-be", "", "nl"),  # case does not matter
        ("", "nl-BE,nl;q=0.9,fr;q=0.8", "nl"),
        ("", "en;q=0.2, fr;q=0.9, nl;q=0.5", "fr"),
        ("", "fr;q=0.5,nl;q=0.5", "fr"),  # equals: the order of the header
        ("", "de, nl;q=0.1", "nl"),
        ("", "fr;q=0, nl;q=0.001", "nl"),  # q=0 means: not this one
        ("", "fr;q=0", "en"),
        ("", "fr ; q=0.4 , nl; Q=0.6", "nl"),
        ("", "*", "en"),
        ("", "de,*;q=0.5", "en"),
        ("", "fr;q=nan,nl;q=0.1", "nl"),
        ("", "fr;q=1e9,nl;q=0.1", "nl"),
        ("", "fr;q=-1,nl;q=0.1", "nl"),
        ("", "fr;q=2,nl;q=0.1", "nl"),
        ("", "frisian,nlx", "en"),  # a tag that only begins like ours
        ("", ";;;,,,q=1,=", "en"),
        ("", "\N{KELVIN SIGN}r, nl", "nl"),
    ],
)
def test_the_language_is_chosen_by_request_then_browser(ui_locales: str, accept_language: str, chosen: Locale) -> None:
    assert choose_locale(ui_locales, accept_language) == chosen


def test_the_twentieth_tag_is_looked_at_and_the_next_one_is_not() -> None:
    assert choose_locale(" ".join(["de"] * 19 + ["nl"]), "") == "nl"
    assert choose_locale(" ".join(["de"] * 20 + ["nl"]), "") == "en"
    assert choose_locale("", ",".join(["de"] * 19 + ["nl"])) == "nl"
    assert choose_locale("", ",".join(["de"] * 20 + ["nl"])) == "en"


@given(ui_locales=st.text(), accept_language=st.text(alphabet=st.sampled_from("enflr-,;q=01.9* \t\0é٣")) | st.text())
def test_whatever_is_sent_one_of_our_languages_comes_out(ui_locales: str, accept_language: str) -> None:
    assert choose_locale(ui_locales, accept_language) in LOCALES
