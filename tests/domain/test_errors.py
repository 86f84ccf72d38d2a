"""Errors: each has one calm sentence for anyone, and a detail that is not in it."""

import pytest

from shared.domain import errors
from shared.domain.errors import AlreadyThere, BadRedirectUri, IdentityError, MethodNotAllowed


def all_kinds(kind: type[IdentityError] = IdentityError) -> list[type[IdentityError]]:
    return [
        one
        for child in kind.__subclasses__()
        if child.__module__ == errors.__name__
        for one in (child, *all_kinds(child))
    ]


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.__name__)
def test_every_error_says_something_calm_in_whole_sentences(kind: type[IdentityError]) -> None:
    assert kind.public[0].isupper()
    assert kind.public.endswith(".")
    assert "!" not in kind.public
    assert kind.__doc__


def test_what_we_tell_ourselves_is_kept_apart_from_what_anyone_may_read() -> None:
    error = errors.InvalidGrant("issued to another client")

    assert error.detail == "issued to another client"
    assert "another client" not in error.public


def test_no_public_sentence_can_carry_a_value() -> None:
    assert not [kind for kind in all_kinds() if "{" in kind.public or "%" in kind.public]


def test_some_errors_carry_what_their_answer_needs() -> None:
    assert BadRedirectUri("not registered", "https://site.example/").nearest == "https://site.example/"
    assert AlreadyThere("a row", row="0-state").row == "0-state"
    assert MethodNotAllowed(("GET", "HEAD")).allowed == ("GET", "HEAD")


def test_an_oversized_body_is_a_kind_of_bad_request_and_a_missing_key_a_kind_of_tampering() -> None:
    assert issubclass(errors.RequestTooLarge, errors.InvalidRequest)
    assert issubclass(errors.UnknownKey, errors.Tampered)
    assert issubclass(errors.AlreadyThere, errors.Conflict)
