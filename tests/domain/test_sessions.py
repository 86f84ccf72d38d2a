"""Sessions: what the cookie carries and which of them are listed."""

from typing import Any

import pytest

from shared.domain.errors import Tampered
from shared.domain.sessions import LISTED_LIMIT, Listed, Session, to_drop
from tests.domain.made import ADA, NOON, SESSION_OF_ADA


def listed(number: int, *, ends: int = NOON + 1000) -> Listed:
    return Listed(f"ses_{number:03d}", began=NOON + number, ends=ends)


def test_a_session_comes_out_of_its_cookie_as_it_went_in() -> None:
    assert Session.of(SESSION_OF_ADA.carried()) == SESSION_OF_ADA


def test_a_cookie_carries_ids_and_times_and_nothing_about_the_person() -> None:
    assert set(SESSION_OF_ADA.carried()) == {"acc", "sid", "began", "auth", "ends", "amr"}


@pytest.mark.parametrize("missing", ["acc", "sid", "began", "auth", "ends", "amr"])
def test_a_cookie_without_one_of_its_parts_is_not_ours(missing: str) -> None:
    carried = SESSION_OF_ADA.carried()
    del carried[missing]

    with pytest.raises(Tampered, match="not a session"):
        Session.of(carried)


@pytest.mark.parametrize(
    ("part", "wrong"), [("acc", 1), ("sid", None), ("began", "1"), ("auth", 1.5), ("ends", None), ("amr", "pwd")]
)
def test_a_cookie_with_a_part_of_another_kind_is_not_ours(part: str, wrong: object) -> None:
    with pytest.raises(Tampered, match="not a session"):
        Session.of(SESSION_OF_ADA.carried() | {part: wrong})


@pytest.mark.parametrize("other", [None, [], "ses_1", 7, {}])
def test_what_is_no_object_is_not_a_session(other: Any) -> None:
    with pytest.raises(Tampered, match="not a session"):
        Session.of(other)


def test_everything_under_a_session_comes_from_its_account_and_its_beginning() -> None:
    lineage = SESSION_OF_ADA.lineage

    assert (lineage.account_id, lineage.session_id, lineage.grant_id) == (ADA, "ses_ada", None)
    assert lineage.began == SESSION_OF_ADA.began


def test_room_is_made_for_the_fiftieth_and_none_is_needed_for_those_before() -> None:
    assert to_drop([listed(number) for number in range(LISTED_LIMIT - 1)], NOON) == ()
    assert to_drop([listed(number) for number in range(LISTED_LIMIT)], NOON) == ("ses_000",)


def test_the_oldest_go_first_whatever_their_order() -> None:
    rows = [listed(number) for number in reversed(range(LISTED_LIMIT + 2))]

    assert to_drop(rows, NOON) == ("ses_000", "ses_001", "ses_002")


def test_a_session_that_is_over_goes_at_the_very_millisecond_and_spares_a_running_one() -> None:
    rows = [listed(0, ends=NOON), listed(1, ends=NOON + 1), *(listed(number) for number in range(2, LISTED_LIMIT))]

    assert to_drop(rows, NOON) == ("ses_000",)
    assert to_drop(rows[:2], NOON - 1) == ()
    assert to_drop(rows[:2], NOON + 1) == ("ses_000", "ses_001")
