"""The lock-out rule: five wrong answers in a row, then a minute, doubling to a quarter of an hour; and networks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.lockout import (
    CLEARED_LIMIT,
    COUNTERS,
    DEFAULT,
    SHARED_ROWS,
    SOURCES_LIMIT,
    TOUCHED_LIMIT,
    Attempts,
    Locked,
    LockoutPolicy,
    Open,
    Touched,
    counter_of,
    forgive,
    gate,
    is_closed,
    is_told,
    locks,
    place_of,
    reserve,
    touch,
)
from shared.domain.times import DAY, HOUR, MINUTE, Millis
from tests.domain.made import NOON


def after(wrong: int, *, at: Millis = NOON) -> Attempts:
    return Attempts(count=wrong, last_at=at)


def test_the_rule_is_five_wrong_then_a_minute_doubling_to_fifteen() -> None:
    assert LockoutPolicy(threshold=5, first_lock=MINUTE, longest_lock=15 * MINUTE, window=DAY) == DEFAULT


def test_nothing_tried_is_open() -> None:
    assert gate(Attempts(), cleared=0, now=NOON) == Open(0)


def test_the_fifth_answer_is_looked_at_and_the_sixth_is_not() -> None:
    assert gate(after(4), cleared=0, now=NOON) == Open(4)
    assert gate(after(5), cleared=0, now=NOON) == Locked(until=NOON + MINUTE, failures=5)


def test_the_gate_opens_at_the_very_millisecond_the_lock_ends() -> None:
    assert gate(after(5), cleared=0, now=NOON + MINUTE - 1) == Locked(until=NOON + MINUTE, failures=5)
    assert gate(after(5), cleared=0, now=NOON + MINUTE) == Open(5)


@pytest.mark.parametrize(
    ("wrong", "minutes"), [(5, 1), (6, 2), (7, 4), (8, 8), (9, 15), (10, 15), (21, 15), (22, 15), (10_000_000, 15)]
)
def test_each_further_wrong_answer_doubles_the_lock_up_to_a_quarter_of_an_hour(wrong: int, minutes: int) -> None:
    assert gate(after(wrong), cleared=0, now=NOON) == Locked(until=NOON + minutes * MINUTE, failures=wrong)


def test_after_a_lock_one_answer_is_looked_at_and_then_it_is_locked_for_longer() -> None:
    opened = NOON + MINUTE

    tried = reserve(after(5), cleared=0, now=opened)

    assert gate(tried, cleared=0, now=opened) == Locked(until=opened + 2 * MINUTE, failures=6)


def test_waiting_people_do_not_prolong_their_own_lock() -> None:
    locked = after(5)

    assert reserve(locked, cleared=0, now=NOON + MINUTE - 1) is locked


def test_a_right_answer_forgives_all_that_was_counted() -> None:
    assert gate(after(7), cleared=7, now=NOON) == Open(0)
    assert gate(after(9), cleared=7, now=NOON) == Open(2)
    assert gate(after(12), cleared=7, now=NOON) == Locked(until=NOON + MINUTE, failures=5)


def test_what_was_forgiven_later_than_we_read_does_not_count_below_zero() -> None:
    assert gate(after(3), cleared=7, now=NOON) == Open(0)


def test_after_a_day_without_an_attempt_all_is_forgotten_and_not_a_millisecond_before() -> None:
    assert gate(after(4), cleared=0, now=NOON + DAY) == Open(4)
    assert gate(after(4), cleared=0, now=NOON + DAY + 1) == Open(0)


def test_what_was_forgotten_stays_forgotten_when_counting_begins_anew() -> None:
    tried = reserve(after(4), cleared=0, now=NOON + DAY + 1)

    assert tried == Attempts(count=5, base=4, last_at=NOON + DAY + 1)
    assert gate(tried, cleared=0, now=NOON + DAY + 1) == Open(1)


def test_what_was_forgiven_stays_forgiven_when_the_account_no_longer_remembers_the_source() -> None:
    tried = reserve(after(40), cleared=40, now=NOON)

    assert tried == Attempts(count=41, base=40, last_at=NOON)
    assert gate(tried, cleared=0, now=NOON) == Open(1)


def test_sources_are_counted_each_for_itself_until_there_are_too_many() -> None:
    known = {f"source{number}" for number in range(SOURCES_LIMIT)}
    places = {place_of(f"late{number}", known) for number in range(1000)}

    assert place_of("new", known - {"source0"}) == "new"
    assert place_of("source0", known) == "source0"
    assert len(places) <= SHARED_ROWS
    assert places.isdisjoint(known)


def test_a_day_is_counted_from_the_last_attempt_and_not_from_the_first() -> None:
    tried = reserve(after(3), cleared=0, now=NOON + DAY)

    assert gate(tried, cleared=0, now=NOON + 2 * DAY) == Open(4)


def test_a_clock_that_goes_back_neither_opens_a_lock_nor_moves_the_last_attempt_back() -> None:
    assert gate(after(5), cleared=0, now=NOON - HOUR) == Locked(until=NOON + MINUTE, failures=5)
    assert reserve(after(1), cleared=0, now=NOON - HOUR).last_at == NOON


def test_the_answer_that_makes_five_is_the_one_that_locks() -> None:
    assert [locks(failures) for failures in (0, 4, 5, 6)] == [False, False, True, True]


def test_failures_without_end_lock_for_the_longest_time_and_cost_nothing_to_judge() -> None:
    assert gate(after(10**15), cleared=0, now=NOON) == Locked(until=NOON + 15 * MINUTE, failures=10**15)


def test_the_first_refusal_and_each_that_locks_have_an_event_and_the_others_are_only_counted() -> None:
    assert [is_told(failures) for failures in (1, 2, 3, 4, 5, 6)] == [True, False, False, False, True, True]


def test_a_right_answer_forgives_its_own_source_and_the_fifteen_newest_others() -> None:
    attempts = {f"source-{number:02d}": Attempts(count=number, last_at=NOON + number) for number in range(20)}

    forgiven = forgive(attempts, source="source-03", count=7, cleared={})

    assert len(forgiven) == CLEARED_LIMIT
    assert forgiven.pop("source-03") == 7
    assert forgiven == {f"source-{number:02d}": number for number in range(5, 20)}


def test_what_a_rival_forgave_meanwhile_stays_forgiven() -> None:
    attempts = {"home": Attempts(count=2), "work": Attempts(count=2)}

    assert forgive(attempts, source="home", count=3, cleared={"home": 4, "work": 1}) == {"home": 4, "work": 2}


def test_an_address_always_falls_into_the_same_one_of_eight_counters() -> None:
    chosen = [counter_of(f"address-{number}") for number in range(100)]

    assert set(chosen) == set(range(COUNTERS))
    assert chosen == [counter_of(f"address-{number}") for number in range(100)]


@given(st.lists(st.integers(0, 20 * MINUTE), max_size=60))
def test_however_a_stranger_spaces_the_guesses_no_more_than_five_answers_come_before_a_lock(
    pauses: list[Millis],
) -> None:
    attempts, now, in_a_row = Attempts(), NOON, 0
    for pause in pauses:
        now += pause
        verdict = gate(attempts, cleared=0, now=now)
        if isinstance(verdict, Open):
            in_a_row += 1
            # Five at first; after each lock one.
            assert verdict.failures == in_a_row - 1
            if in_a_row >= DEFAULT.threshold:
                assert isinstance(gate(reserve(attempts, cleared=0, now=now), cleared=0, now=now), Locked)
        attempts = reserve(attempts, cleared=0, now=now)
        assert attempts.count == in_a_row


@given(st.integers(1, 200))
def test_a_crowd_at_the_same_moment_gets_five_answers_together(crowd: int) -> None:
    attempts, looked_at = Attempts(), 0
    for _ in range(crowd):
        looked_at += isinstance(gate(attempts, cleared=0, now=NOON), Open)
        attempts = reserve(attempts, cleared=0, now=NOON)

    assert looked_at == min(crowd, DEFAULT.threshold)


@given(st.lists(st.tuples(st.integers(0, 2 * DAY), st.booleans()), max_size=60))
def test_the_count_only_ever_grows_and_a_person_who_answers_right_starts_from_zero(
    steps: list[tuple[Millis, bool]],
) -> None:
    attempts, cleared, now = Attempts(), 0, NOON
    for pause, right in steps:
        now += pause
        looked_at = isinstance(gate(attempts, cleared=cleared, now=now), Open)
        counted = reserve(attempts, cleared=cleared, now=now)
        assert counted.count == attempts.count + looked_at
        attempts = counted
        if looked_at and right:
            cleared = attempts.count
            assert gate(attempts, cleared=cleared, now=now) == Open(0)


def touched(addresses: int) -> Touched:
    return Touched(addresses, tuple(f"address-{number}" for number in range(addresses)))


def test_a_network_may_try_64_addresses_and_then_only_those() -> None:
    assert not is_closed(touched(TOUCHED_LIMIT - 1), "another")
    assert is_closed(touched(TOUCHED_LIMIT), "another")
    assert not is_closed(touched(TOUCHED_LIMIT), "address-63")


def test_every_try_is_counted_and_every_address_named_once() -> None:
    once = touch(Touched(), "a")
    twice = touch(touch(once, "a"), "b")

    assert once == Touched(1, ("a",))
    assert twice == Touched(3, ("a", "b"))


def test_a_full_counter_counts_on_and_names_no_more() -> None:
    full = touched(TOUCHED_LIMIT)

    assert touch(full, "another") == Touched(TOUCHED_LIMIT + 1, full.addresses)
