"""What an authorization request leads to: three outcomes and no fourth, and steps a page and a script both know."""

from typing import get_args

from shared.domain.answers import Ask, ErrorToClient, Outcome, Step, ToClient
from shared.domain.errors import AccessDenied


def test_an_outcome_is_an_answer_a_refusal_or_a_question() -> None:
    assert set(get_args(Outcome.__value__)) == {ToClient, ErrorToClient, Ask}


def test_a_person_is_asked_to_sign_in_or_to_confirm() -> None:
    assert get_args(Step.__value__) == ("sign_in", "confirm")


def test_parameters_keep_their_order_on_the_way_to_the_client() -> None:
    answer = ToClient("https://site.example/", "query", (("code", "c"), ("state", "s"), ("iss", "i")))

    assert [name for name, _ in answer.parameters] == ["code", "state", "iss"]


def test_a_refusal_without_state_is_told_apart_from_an_empty_one() -> None:
    assert ErrorToClient("https://site.example/", "query", None, AccessDenied()).state is None
