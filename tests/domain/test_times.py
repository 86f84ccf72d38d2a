"""Times: exact milliseconds, one way to write them, months that end where they end."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import times
from shared.domain.errors import InvalidRequest
from tests.vectors.golden import golden

LAST = 253_402_300_799_999
GOLDEN = golden("times")


@pytest.mark.parametrize("vector", GOLDEN["instants"])
def test_moments_are_written_as_the_golden_vectors_say(vector: dict[str, Any]) -> None:
    moment = vector["millis"]

    assert times.rfc3339(moment) == vector["rfc3339"]
    assert times.calendar_date(moment) == vector["date"]
    assert times.hour(moment) == vector["hour"]
    assert times.minute(moment) == vector["minute"]


@pytest.mark.parametrize("vector", GOLDEN["months"])
def test_a_month_later_is_the_same_day_or_the_months_end(vector: dict[str, str]) -> None:
    assert times.one_month_later(vector["day"]) == vector["month_later"]


@given(st.integers(min_value=0, max_value=LAST))
def test_what_is_written_is_read_back_to_the_millisecond(moment: int) -> None:
    assert times.parse_rfc3339(times.rfc3339(moment)) == moment


@given(st.integers(min_value=0, max_value=LAST), st.integers(min_value=0, max_value=LAST))
def test_names_of_hours_and_minutes_sort_as_time_does(one: int, other: int) -> None:
    earlier, later = sorted((one, other))

    assert times.hour(earlier) <= times.hour(later)
    assert times.minute(earlier) <= times.minute(later)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2030-03-17T17:46:40Z", 1_900_000_000_000),
        ("2030-03-17T19:46:40+02:00", 1_900_000_000_000),
        ("2030-03-17T12:16:40.5-05:30", 1_900_000_000_500),
        ("2030-03-17T17:46:40.0019999Z", 1_900_000_000_001),
        ("1969-12-31T23:59:59.999Z", -1),
    ],
)
def test_other_peoples_way_of_writing_a_moment_is_understood(text: str, moment: int) -> None:
    assert times.parse_rfc3339(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2030-03-17",
        "2030-03-17T17:46:40",
        "2030-03-17 17:46:40Z",
        "2030-02-30T00:00:00Z",
        "2030-03-17T24:00:01Z",
        "2030-03-17T23:59:60Z",
        "2030-03-17T17:46:40.Z",
        "2030-03-17T17:46:40+24:00",
        "\u0662\u066030-03-17T17:46:40Z",
        "0000-01-01T00:00:00Z",
        "2030-03-17T17:46:40Z\n",
    ],
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest):
        times.parse_rfc3339(text)
