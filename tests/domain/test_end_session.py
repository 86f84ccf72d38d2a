"""Signing out: who is asked, who is not, and where one may go on to (RP-Initiated Logout 1.0)."""

from dataclasses import replace

import pytest

from shared.domain.canonical import canonical, parse_json
from shared.domain.end_session import Farewell, Hint, Leaving, hint_of, judge, may_end_unasked, named_client
from shared.domain.errors import BadRedirectUri, InvalidRequest, Tampered
from shared.domain.parameters import Parameters
from tests.domain.made import ADA, BOB, ISSUER, NOON, SESSION_OF_ADA, SITE

GOODBYE = "https://site.example/goodbye"
CLIENT = replace(SITE, post_logout_redirect_uris=(GOODBYE,))
HINT = Hint(ADA, "ses_ada", "site")
CLAIMS = {"iss": ISSUER, "sub": ADA, "sid": "ses_ada", "aud": "site"}


def sent(*pairs: tuple[str, str]) -> Parameters:
    return Parameters(pairs)


def test_line_76_a_registered_address_of_the_named_client_is_gone_to_with_state() -> None:
    asked = sent(("post_logout_redirect_uri", GOODBYE), ("state", "a state"), ("client_id", "site"))

    assert judge(asked, CLIENT) == Farewell("Site", GOODBYE, "a state")


@pytest.mark.parametrize(
    "uri", [GOODBYE + "/", GOODBYE + "?a=b", GOODBYE.upper(), "https://evil.example", SITE.redirect_uris[0], "/goodbye"]
)
def test_line_76_an_address_that_is_not_registered_byte_for_byte_is_never_gone_to(uri: str) -> None:
    with pytest.raises(BadRedirectUri):
        judge(sent(("post_logout_redirect_uri", uri)), CLIENT)


def test_line_76_an_address_that_nobody_is_named_for_is_never_gone_to() -> None:
    with pytest.raises(BadRedirectUri):
        judge(sent(("post_logout_redirect_uri", GOODBYE)), None)


def test_line_76_hint_and_client_id_must_agree() -> None:
    assert named_client(sent(("client_id", "site")), HINT) == "site"
    assert named_client(sent(("client_id", "site")), None) == "site"
    assert named_client(sent(), HINT) == "site"
    assert named_client(sent(), None) is None
    with pytest.raises(InvalidRequest, match="two clients"):
        named_client(sent(("client_id", "other")), HINT)


@pytest.mark.parametrize("changed", [{"iss": "https://other.example"}, {"sid": None}, {"aud": ["site"]}, {"sub": 7}])
def test_line_77_what_is_no_id_token_of_ours_is_no_hint(changed: dict[str, object]) -> None:
    assert hint_of(CLAIMS, issuer=ISSUER) == HINT
    with pytest.raises(InvalidRequest):
        hint_of(CLAIMS | changed, issuer=ISSUER)


def test_line_77_only_a_hint_that_names_the_person_spares_the_question() -> None:
    assert may_end_unasked(HINT, SESSION_OF_ADA)
    assert may_end_unasked(replace(HINT, session_id="ses_earlier"), SESSION_OF_ADA)
    assert not may_end_unasked(replace(HINT, subject=BOB), SESSION_OF_ADA)
    assert not may_end_unasked(None, SESSION_OF_ADA)


def test_what_is_sent_twice_or_too_long_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="more than once"):
        judge(sent(("state", "a"), ("state", "b")), CLIENT)
    assert judge(sent(("state", "s" * 4096)), CLIENT).state == "s" * 4096
    with pytest.raises(InvalidRequest, match="4096"):
        judge(sent(("state", "s" * 4097)), CLIENT)


@pytest.mark.parametrize("farewell", [Farewell(), Farewell("Site", GOODBYE, "a state", "nl")])
def test_a_question_comes_out_of_its_seal_as_it_went_in(farewell: Farewell) -> None:
    leaving = Leaving(farewell, "ses_ada", "binding", NOON)

    assert Leaving.of(parse_json(canonical(leaving.carried()), max_bytes=4096, max_depth=2)) == leaving


@pytest.mark.parametrize("shape", [None, {}, [], ["a"] * 7])
def test_a_question_of_another_shape_is_no_fault_of_ours(shape: object) -> None:
    with pytest.raises(Tampered):
        Leaving.of(shape)
