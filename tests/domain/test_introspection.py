"""What is said of a token: to its client what it may know, to anybody else nothing (RFC 7662 §2.2)."""

from shared.domain.claims import access_token_claims
from shared.domain.families import first
from shared.domain.introspection import INACTIVE, active_access_token, active_refresh_token
from shared.domain.times import SECOND
from tests.domain.made import ADA, FAMILY_OF_ADA, GRANT_OF_ADA, ISSUER, NOON


def test_line_72_whatever_is_not_active_is_said_without_a_reason() -> None:
    assert dict(INACTIVE) == {"active": False}


def test_line_71_an_active_access_token_is_described_without_what_is_ours_alone() -> None:
    claims = access_token_claims(GRANT_OF_ADA, GRANT_OF_ADA.scope, issuer=ISSUER, token_id="tok_1", now=NOON)
    said = active_access_token(claims)

    assert said["active"] is True
    assert (said["sub"], said["client_id"], said["token_type"]) == (ADA, "site", "Bearer")
    assert (said["scope"], said["exp"]) == ("openid profile", NOON // SECOND + 300)
    assert {"sid", "gid", "began", "offline"} & set(said) == set()


def test_line_71_an_active_refresh_token_says_until_when_it_can_be_used() -> None:
    said = active_refresh_token(first(FAMILY_OF_ADA, "v1.sealed", now=NOON), FAMILY_OF_ADA, issuer=ISSUER)

    assert (said["active"], said["sub"], said["scope"]) == (True, ADA, "openid offline_access")
    assert said["exp"] == (NOON + FAMILY_OF_ADA.idle) // SECOND
    assert "token_type" not in said
