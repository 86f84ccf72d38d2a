"""Scopes: what was asked, narrowed to what the client may have (RFC 6749 §3.3, OIDC Core §5.4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.errors import InvalidScope
from shared.domain.scopes import CLAIMS_BY_SCOPE, SCOPES, grantable

REGISTERED = ("openid", "profile", "email")


def test_what_was_asked_is_given_in_the_order_of_asking() -> None:
    assert grantable("email openid", registered=REGISTERED) == ("email", "openid")


def test_line_8_without_openid_it_is_plain_oauth() -> None:
    assert grantable("profile", registered=REGISTERED) == ("profile",)


def test_line_36_what_is_unknown_or_not_registered_is_left_out() -> None:
    assert grantable("openid phone weather", registered=REGISTERED) == ("openid",)
    assert grantable("openid weather", registered=("openid", "weather")) == ("openid",)


def test_doubled_words_and_spaces_count_once() -> None:
    assert grantable(" openid  openid profile ", registered=REGISTERED) == ("openid", "profile")


@pytest.mark.parametrize("nothing", [None, ""])
def test_saying_nothing_asks_for_all_that_is_registered(nothing: str | None) -> None:
    assert grantable(nothing, registered=REGISTERED) == REGISTERED


@pytest.mark.parametrize("asked", [" ", "phone", "OpenID", "openid,profile", "openid\tprofile"])
def test_when_nothing_is_left_the_scope_is_invalid(asked: str) -> None:
    with pytest.raises(InvalidScope):
        grantable(asked, registered=REGISTERED)


@given(
    st.lists(st.sampled_from([*SCOPES, "weather", ""])).map(" ".join), st.lists(st.sampled_from(SCOPES), unique=True)
)
def test_line_36_never_wider_than_registered(asked: str, registered: list[str]) -> None:
    try:
        granted = grantable(asked, registered=tuple(registered))
    except InvalidScope:
        return
    assert granted
    assert set(granted) <= set(registered)
    assert len(set(granted)) == len(granted)


def test_the_scopes_open_the_standard_claims_and_each_claim_belongs_to_one_scope() -> None:
    claims = [claim for opened in CLAIMS_BY_SCOPE.values() for claim in opened]

    assert SCOPES == ("openid", "profile", "email", "address", "phone", "offline_access")
    assert len(claims) == len(set(claims)) == 19
    assert CLAIMS_BY_SCOPE["email"] == ("email", "email_verified")
