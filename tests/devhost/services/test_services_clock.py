"""Moving the clock of a checkout: which moves there are, that they add up, and that a wrong one changes nothing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from devhost.services import clock
from devhost.services.state import State, make_fresh


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path / "state")


@pytest.mark.parametrize(
    ("by", "moved"),
    [
        ("+31d", timedelta(days=31)),
        ("-1h", timedelta(hours=-1)),
        ("+90m", timedelta(minutes=90)),
        ("+45s", timedelta(seconds=45)),
        ("-2w", timedelta(days=-14)),
        ("+0d", timedelta(0)),
    ],
)
def test_a_move_has_a_sign_a_number_and_a_unit(state: State, by: str, moved: timedelta) -> None:
    clock.move(state, by)

    assert clock.moved(state) == moved
    assert abs(clock.now(state) - datetime.now(UTC) - moved) < timedelta(seconds=5)


def test_moves_add_up_and_reset_ends_them(state: State) -> None:
    for _ in range(2):
        clock.move(state, "+3d")
    assert clock.moved(state) == timedelta(days=6)
    clock.move(state, "-6d")
    assert clock.moved(state) == timedelta(0)

    clock.move(state, "+1h")
    clock.reset(state)
    clock.reset(state)

    assert clock.moved(state) == timedelta(0)
    assert not state.clock.exists()


@pytest.mark.parametrize(
    ("moment", "count", "later"),
    [
        ("2026-01-31T09:00:00", 1, "2026-02-28T09:00:00"),
        ("2028-01-31T09:00:00", 1, "2028-02-29T09:00:00"),
        ("2026-12-15T09:00:00", 1, "2027-01-15T09:00:00"),
        ("2026-01-15T09:00:00", -1, "2025-12-15T09:00:00"),
        ("2026-03-31T09:00:00", 11, "2027-02-28T09:00:00"),
        ("2026-03-31T09:00:00", -25, "2024-02-29T09:00:00"),
    ],
)
def test_a_month_is_a_calendars(moment: str, count: int, later: str) -> None:
    assert clock._months_later(datetime.fromisoformat(moment), count) == datetime.fromisoformat(later)


def test_a_month_is_counted_from_where_the_clock_stands(state: State) -> None:
    before = clock.now(state)
    clock.move(state, "+1mo")

    assert abs(clock.now(state) - clock._months_later(before, 1)) < timedelta(seconds=5)


@pytest.mark.parametrize(
    "by", ["31d", "+d", "+1y", "+1.5h", "tomorrow", "", "+ 1d", "+9999999999d", "+900000w", "+99999mo"]
)
def test_what_is_no_move_is_refused_and_changes_nothing(state: State, by: str) -> None:
    clock.move(state, "+1d")

    with pytest.raises(clock.MoveError):
        clock.move(state, by)
    assert clock.moved(state) == timedelta(days=1)


def test_fresh_forgets_it(state: State) -> None:
    clock.move(state, "+1d")
    make_fresh(state)

    assert clock.moved(state) == timedelta(0)


def test_a_file_that_holds_no_number_is_named(state: State) -> None:
    state.folder.mkdir()
    state.clock.write_text("x")

    with pytest.raises(clock.MoveError, match="holds no number"):
        clock.moved(state)
