"""What tokens and userinfo say (OIDC Core §2, §5.4; RFC 9068 §2.2, §4)."""

from typing import Any

import pytest

from shared.domain.claims import access_token_claims, half_hash, id_token_claims, lineage_of, userinfo_claims
from shared.domain.errors import InsufficientScope, InvalidToken
from shared.domain.lifetimes import ACCESS_TOKEN, LEEWAY
from shared.domain.times import MINUTE, SECOND
from tests.domain.made import ADA, GRANT_OF_ADA, ISSUER, NOON, SESSION_OF_ADA

ACCESS = access_token_claims(GRANT_OF_ADA, GRANT_OF_ADA.scope, issuer=ISSUER, token_id="tok_1", now=NOON)
ID = id_token_claims(GRANT_OF_ADA, issuer=ISSUER, access_token="a.b.c", nonce="a nonce", now=NOON)
PROFILE = {
    "name": "Ada Lovelace",
    "nickname": "",
    "website": None,
    "email": "ada@demo.example",
    "email_verified": False,
    "phone_number": "+32 2 555 12 12",
    "password": "no claim of any scope",
}


def judged(now: int = NOON, **changed: Any) -> object:
    return lineage_of(
        {name: value for name, value in (ACCESS | changed).items() if value is not ...}, issuer=ISSUER, now=now
    )


def test_line_42_an_access_token_says_what_rfc_9068_demands() -> None:
    assert {
        "iss": ISSUER,
        "aud": ISSUER,
        "sub": ADA,
        "client_id": "site",
        "iat": NOON // SECOND,
        "exp": (NOON + 5 * MINUTE) // SECOND,
        "jti": "tok_1",
        "scope": "openid profile",
        "auth_time": SESSION_OF_ADA.auth_time // SECOND,
        "acr": "1",
        "amr": ["pwd"],
        "sid": "ses_ada",
        "gid": "grt_1",
        "began": SESSION_OF_ADA.began,
    } == ACCESS


def test_line_37_an_id_token_says_who_for_whom_and_until_when() -> None:
    assert {
        "iss": ISSUER,
        "sub": ADA,
        "aud": "site",
        "iat": NOON // SECOND,
        "exp": (NOON + 5 * MINUTE) // SECOND,
        "auth_time": SESSION_OF_ADA.auth_time // SECOND,
        "acr": "1",
        "amr": ["pwd"],
        "sid": "ses_ada",
        "at_hash": half_hash("a.b.c"),
        "nonce": "a nonce",
    } == ID


def test_line_37_without_a_nonce_in_the_request_there_is_none_in_the_token() -> None:
    assert "nonce" not in id_token_claims(GRANT_OF_ADA, issuer=ISSUER, access_token="a", nonce=None, now=NOON)


def test_line_9_a_nonce_is_embedded_unchanged() -> None:
    odd = "\u00e9 \U0001f511+/=%00&" * 100

    said = id_token_claims(GRANT_OF_ADA, issuer=ISSUER, access_token="a", nonce=odd, now=NOON)

    assert said["nonce"] == odd


def test_line_37_at_hash_is_the_one_of_openid_connect_core_appendix_a_3() -> None:
    assert half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y") == "77QmUPtjPfzWtF2AnpK9RQ"


def test_times_of_claims_are_whole_seconds_in_the_past_never_in_the_future() -> None:
    said = id_token_claims(GRANT_OF_ADA, issuer=ISSUER, access_token="a", nonce=None, now=NOON + 999)

    assert said["iat"] == NOON // SECOND


def test_line_44_a_password_alone_is_claimed_as_nothing_more() -> None:
    assert (ID["acr"], ID["amr"]) == ("1", ["pwd"])


def test_our_own_access_token_leads_back_to_where_it_came_from() -> None:
    assert judged() == GRANT_OF_ADA.lineage


@pytest.mark.parametrize(
    "changed", [{"iss": "https://other.example"}, {"aud": "site"}, {"aud": [ISSUER]}, {"iss": ...}]
)
def test_line_43_a_token_meant_for_another_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(InvalidToken, match="meant for another"):
        judged(**changed)


def test_line_42_an_id_token_is_not_an_access_token() -> None:
    with pytest.raises(InvalidToken):
        lineage_of(ID | {"aud": ISSUER}, issuer=ISSUER, now=NOON)


@pytest.mark.parametrize("name", ["sub", "sid", "gid", "began", "exp", "iat"])
@pytest.mark.parametrize("wrong", [..., None, [], 1.5])
def test_a_token_with_a_claim_missing_or_of_another_kind_is_refused(name: str, wrong: Any) -> None:
    with pytest.raises(InvalidToken, match="incomplete"):
        judged(**{name: wrong})


def test_line_46_a_token_ends_at_its_very_second_without_leeway() -> None:
    judged(now=NOON + ACCESS_TOKEN - 1)

    with pytest.raises(InvalidToken, match="expired"):
        judged(now=NOON + ACCESS_TOKEN)


def test_line_46_a_clock_may_be_a_minute_behind_and_no_more() -> None:
    judged(now=NOON - LEEWAY)

    with pytest.raises(InvalidToken, match="future"):
        judged(now=NOON - LEEWAY - 1)


def test_line_46_not_before_is_honoured_with_the_same_leeway() -> None:
    soon = (NOON + LEEWAY) // SECOND

    assert judged(nbf=soon) == GRANT_OF_ADA.lineage
    with pytest.raises(InvalidToken, match="future"):
        judged(nbf=soon + 1)


@pytest.mark.parametrize("nbf", [None, "0", 1.5])
def test_line_46_a_not_before_that_is_no_number_is_refused(nbf: Any) -> None:
    with pytest.raises(InvalidToken, match="future"):
        judged(nbf=nbf)


def test_line_52_claims_come_only_with_their_scope() -> None:
    assert userinfo_claims(PROFILE, subject=ADA, scope="openid") == {"sub": ADA}
    assert userinfo_claims(PROFILE, subject=ADA, scope="openid profile") == {"sub": ADA, "name": "Ada Lovelace"}
    assert userinfo_claims(PROFILE, subject=ADA, scope="email openid") == {
        "sub": ADA,
        "email": "ada@demo.example",
        "email_verified": False,
    }


def test_what_is_not_known_is_left_out_and_what_is_false_is_said() -> None:
    said = userinfo_claims(PROFILE, subject=ADA, scope="openid profile email address")

    assert not {"nickname", "website", "address"} & set(said)
    assert said["email_verified"] is False


def test_a_profile_cannot_say_who_somebody_is() -> None:
    assert userinfo_claims({"sub": "acc_other", "name": "A"}, subject=ADA, scope="openid profile")["sub"] == ADA


def test_unknown_scopes_open_nothing() -> None:
    assert userinfo_claims(PROFILE, subject=ADA, scope="openid password weather") == {"sub": ADA}


@pytest.mark.parametrize("scope", ["", "profile", "openidprofile"])
def test_line_53_a_token_without_openid_does_not_reach_userinfo(scope: str) -> None:
    with pytest.raises(InsufficientScope):
        userinfo_claims(PROFILE, subject=ADA, scope=scope)
