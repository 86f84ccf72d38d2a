"""How long things live, held to what the standards allow."""

from shared.domain import lifetimes
from shared.domain.times import DAY, HOUR, MINUTE, SECOND


def test_line_20_a_code_lives_sixty_seconds() -> None:
    assert lifetimes.CODE == 60 * SECOND


def test_a_link_to_go_on_with_lives_sixty_seconds() -> None:
    assert lifetimes.CONTINUE == 60 * SECOND


def test_tokens_live_five_minutes() -> None:
    assert lifetimes.ACCESS_TOKEN == 5 * MINUTE
    assert lifetimes.ID_TOKEN == 5 * MINUTE


def test_line_46_clocks_may_differ_by_a_minute_and_no_more() -> None:
    assert lifetimes.LEEWAY == 60 * SECOND


def test_a_page_waits_for_an_hour_and_a_session_ends_after_a_day() -> None:
    assert lifetimes.FLOW == HOUR
    assert lifetimes.SESSION == DAY
