"""The check of histories finds what no order explains, and lets through what one does."""

from itertools import pairwise

import pytest

from tests.races.history import (
    UNUSED,
    Told,
    assert_answered_in_order,
    assert_two_processes_answered,
    explained,
    once,
)


def told(said: str, asked: float, came: float, request: str = "") -> Told:
    return Told(1, asked, came, said, request)


def test_one_yes_among_those_who_asked_together_is_explained() -> None:
    together = [told("no", n / 100, 10 + n) for n in range(49)]

    assert explained([*together, told("yes", 5, 60)], UNUSED, once)


def test_two_who_were_let_in_are_explained_by_no_order() -> None:
    together = [told("no", n / 100, 10 + n) for n in range(48)]

    assert not explained([*together, told("yes", 0, 20), told("yes", 0, 30)], UNUSED, once)


def test_nobody_who_was_let_in_is_explained_by_no_order() -> None:
    assert not explained([told("no", 0, 1), told("no", 0, 2)], UNUSED, once)


def test_who_was_refused_before_the_one_that_won_had_asked_is_explained_by_no_order() -> None:
    assert not explained([told("no", 0, 1), told("yes", 2, 3)], UNUSED, once)
    assert explained([told("no", 0, 2), told("yes", 2, 3)], UNUSED, once)


def test_a_read_in_between_holds_the_order_too() -> None:
    def counting(count: int, said: str) -> list[int]:
        if said == "add":
            return [count + 1]
        return [count] if said == f"read {count}" else []

    adds = [told("add", 0, 9), told("add", 0, 9)]

    assert explained([*adds, told("read 1", 1, 2), told("read 2", 3, 4)], 0, counting)
    assert not explained([*adds, told("read 2", 1, 2), told("read 1", 3, 4)], 0, counting)


def test_a_chain_in_which_a_later_question_stands_first_is_found() -> None:
    first, second = told("ok", 0, 1, "req_1"), told("ok", 2, 3, "req_2")

    assert_answered_in_order([second, first], ["req_1", "req_2"])
    with pytest.raises(AssertionError, match="stands before"):
        assert_answered_in_order([first, second], ["req_2", "req_1"])


def test_those_who_asked_together_may_stand_in_any_order() -> None:
    together = [told("ok", 0, n, f"req_{n}") for n in range(1, 5)]

    for one, another in pairwise(together):
        assert_answered_in_order([one, another], [another.request, one.request])


@pytest.mark.parametrize(("of_one", "of_another"), [(50, 0), (41, 9)])
def test_a_race_that_one_process_ran_alone_was_none(of_one: int, of_another: int) -> None:
    answers = [Told(1, 0, 1, "yes", str(n)) for n in range(of_one)]

    with pytest.raises(AssertionError):
        assert_two_processes_answered([*answers, *(Told(2, 0, 1, "yes", str(n)) for n in range(of_another))])
