"""The claims parameter: only whom it demands matters, and everything else in it is ignored (OIDC Core §5.5)."""

import json

import pytest

from shared.domain.errors import InvalidRequest
from tests.domain.made import ADA, BOB, asked, judged


def demanding(**subjects: str) -> str:
    return json.dumps({place: {"sub": {"value": subject}} for place, subject in subjects.items()})


@pytest.mark.parametrize("places", [{"id_token": ADA}, {"userinfo": ADA}, {"id_token": ADA, "userinfo": ADA}])
def test_line_54_a_demanded_subject_must_be_the_one_who_signs_in(places: dict[str, str]) -> None:
    assert judged(asked(claims=demanding(**places))).required_subject == ADA
    assert judged(asked(claims=demanding(**places)), hinted_subject=ADA).required_subject == ADA


def test_line_54_a_demanded_subject_that_nobody_can_be_is_still_demanded() -> None:
    assert judged(asked(claims=demanding(id_token=""))).required_subject == ""


def test_line_54_two_people_cannot_be_demanded_at_once() -> None:
    with pytest.raises(InvalidRequest, match="two people"):
        judged(asked(claims=demanding(id_token=ADA, userinfo=BOB)))
    with pytest.raises(InvalidRequest, match="two people"):
        judged(asked(claims=demanding(id_token=ADA)), hinted_subject=BOB)


@pytest.mark.parametrize(
    "claims",
    [
        "{}",
        '{"userinfo":null,"id_token":null}',
        '{"userinfo":{"given_name":{"essential":true},"nickname":null}}',
        '{"id_token":{"acr":{"values":["urn:mace:incommon:iap:silver"]},"sub":null}}',
        '{"id_token":{"sub":{"essential":true}}}',
        '{"id_token":[],"userinfo":"x"}',
        '{"id_token":{"sub":{"value":7}}}',
    ],
)
def test_line_54_other_claims_are_ignored_without_error(claims: str) -> None:
    assert judged(asked(claims=claims)).required_subject is None


@pytest.mark.parametrize("claims", ["[]", "null", "7", "{", "{}}", "[" * 500])
def test_claims_that_are_no_json_object_are_refused(claims: str) -> None:
    with pytest.raises(InvalidRequest):
        judged(asked(claims=claims))
