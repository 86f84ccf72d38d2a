"""Keys: each date opens a state at its very millisecond, and only what was written as a key is read as one."""

from dataclasses import replace

import pytest

from shared.domain.keys import (
    FAMILIES,
    FAMILY_NAMES,
    Key,
    KeyDates,
    KeyState,
    active,
    from_tags,
    state,
    to_tags,
)

KID = "00041061050r3gg28a1c60t3gf"
DATES = KeyDates(created_at=0, active_at=1_000, retires_at=2_000, unusable_at=3_000)
KEY = Key(family="sealing", kid=KID, environment="test", dates=DATES)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (0, "announced"),
        (999, "announced"),
        (1_000, "active"),
        (1_999, "active"),
        (2_000, "retired"),
        (2_999, "retired"),
        (3_000, "unusable"),
        (10**15, "unusable"),
    ],
)
def test_a_key_changes_its_state_at_the_very_millisecond(now: int, expected: KeyState) -> None:
    assert state(DATES, now) == expected


def test_a_key_without_later_dates_stays_active() -> None:
    assert state(KeyDates(created_at=0, active_at=0), 10**15) == "active"


def test_the_newest_of_the_active_keys_makes_new_things() -> None:
    old = replace(KEY, kid="a" * 26, dates=KeyDates(0, 1_000))
    new = replace(KEY, kid="b" * 26, dates=KeyDates(500, 1_500))

    assert active([new, old], 1_499) == old
    assert active([new, old], 1_500) == new
    assert active([old, new], 1_500) == new
    assert active([new, old], 999) is None
    assert active([], 0) is None


def test_two_keys_of_one_moment_are_chosen_between_in_the_same_way_everywhere() -> None:
    one, other = replace(KEY, kid="a" * 26), replace(KEY, kid="b" * 26)

    assert active([one, other], 1_000) == active([other, one], 1_000)


@pytest.mark.parametrize("family", FAMILY_NAMES)
@pytest.mark.parametrize("dates", [DATES, KeyDates(0, 1_000), replace(DATES, unusable_at=None)])
def test_a_key_is_read_back_from_its_tags(family: str, dates: KeyDates) -> None:
    key = Key(family=next(each for each in FAMILY_NAMES if each == family), kid=KID, environment="test", dates=dates)

    tags = to_tags(key)

    assert from_tags(key.secret_name, tags) == key
    assert len(tags) <= 15
    assert all(len(name) <= 256 and len(value) <= 256 for name, value in tags.items())


@pytest.mark.parametrize(
    "change",
    [
        {"family": "signing-none"},
        {"kid": "0" * 26},
        {"kid": "../../x"},
        {"alg": "RS256"},
        {"environment": "prod"},
        {"active_at": "yesterday"},
        {"retires_at": ""},
        {"unusable_at": "2030-13-01T00:00:00Z"},
    ],
)
def test_a_secret_whose_tags_do_not_add_up_is_no_key(change: dict[str, str]) -> None:
    assert from_tags(KEY.secret_name, to_tags(KEY) | change) is None


@pytest.mark.parametrize("missing", ["family", "kid", "alg", "environment", "created_at", "active_at"])
def test_a_secret_without_one_of_the_tags_is_no_key(missing: str) -> None:
    tags = to_tags(KEY)
    del tags[missing]

    assert from_tags(KEY.secret_name, tags) is None


def test_tags_under_another_secrets_name_are_no_key() -> None:
    assert from_tags("wrapping-" + KID, to_tags(KEY)) is None
    assert from_tags("stamp", {}) is None


def test_every_family_is_listed_once_and_its_secrets_names_fit_a_vault() -> None:
    names = [replace(KEY, family=family).secret_name for family in FAMILY_NAMES]

    assert list(FAMILIES) == list(FAMILY_NAMES)
    assert all(len(name) <= 127 and name.replace("-", "").isalnum() and name.isascii() for name in names)
