"""The words of the pages in each language, and the choice of the language (RFC 5646, RFC 9110 §12.5.4).

Python passes keys; the sentences live in `locales/*.json` and nowhere else.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, cast, get_args

type Locale = Literal["en", "fr", "nl"]

LOCALES: tuple[Locale, ...] = get_args(Locale.__value__)
DEFAULT: Locale = "en"
NAMES: Mapping[Locale, str] = {"en": "English", "fr": "Français", "nl": "Nederlands"}

_FOLDER = Path(__file__).with_name("locales")
_LONGEST_LIST = 20
_QUALITY = re.compile(r"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)", re.ASCII | re.IGNORECASE)


def choose_locale(ui_locales: str, accept_language: str) -> Locale:
    """Choose what the request asks for by name, then what the browser prefers, then English. Never raises."""
    for tag in ui_locales.split(maxsplit=_LONGEST_LIST)[:_LONGEST_LIST]:
        asked = _spoken(tag)
        if asked is not None:
            return asked

    preferences = (_preference(item) for item in accept_language.split(",", _LONGEST_LIST)[:_LONGEST_LIST])
    spoken = [(quality, locale) for quality, locale in preferences if quality > 0 and locale is not None]
    # `max` keeps the first of equals, which is the order of the header.
    return max(spoken, key=lambda preference: preference[0], default=(1.0, DEFAULT))[1]


def text(locale: Locale, key: str, **values: object) -> str:
    """Say the sentence of this key in this language, with the values in their places."""
    return sentence(locale, key).format(**values)


def sentence(locale: Locale, key: str) -> str:
    """Return the sentence as it is written, its `{places}` still empty."""
    return sentences(locale)[key]


@cache
def sentences(locale: Locale) -> Mapping[str, str]:
    """Return all sentences of a language by key; read from disk at first use."""
    return cast("Mapping[str, str]", json.loads((_FOLDER / f"{locale}.json").read_text("utf-8")))


def _preference(item: str) -> tuple[float, Locale | None]:
    tag, _, weight = item.partition(";")
    if not weight.strip():
        return 1.0, _spoken(tag)
    quality = _QUALITY.fullmatch(weight.strip())
    # A weight we cannot read is no preference: `float` alone would take "nan" and "inf".
    return (float(quality[1]) if quality else 0.0), _spoken(tag)


def _spoken(tag: str) -> Locale | None:
    language = tag.strip().partition("-")[0].lower()
    return next((locale for locale in LOCALES if locale == language), None)
