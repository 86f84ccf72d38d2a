"""Codes: bound to client, address, challenge and a minute; judged before anything is burnt (RFC 6749 §4.1.3)."""

from dataclasses import replace

import pytest

from shared.domain.canonical import canonical, parse_json
from shared.domain.errors import InvalidGrant, Tampered
from shared.domain.grants import Code, issue, redeem
from shared.domain.lifetimes import CODE
from tests.domain.made import ADA, CALLBACK, CODE_OF_ADA, NOON, SESSION_OF_ADA, VERIFIER, asked, judged


def try_it(
    *,
    code: Code = CODE_OF_ADA,
    client_id: str = "site",
    redirect_uri: str | None = CALLBACK,
    code_verifier: str | None = VERIFIER,
    now: int = NOON,
) -> None:
    redeem(code, client_id=client_id, redirect_uri=redirect_uri, code_verifier=code_verifier, now=now)


def test_line_20_a_code_binds_client_address_challenge_nonce_and_person_for_a_minute() -> None:
    code = issue(judged(asked()), SESSION_OF_ADA, code_id="cod_1", grant_id="grt_1", now=NOON)

    assert code == CODE_OF_ADA
    assert code.ends == NOON + CODE


def test_what_a_code_gives_comes_from_its_session_and_its_grant() -> None:
    lineage = CODE_OF_ADA.grant.lineage

    assert (lineage.account_id, lineage.session_id, lineage.grant_id) == (ADA, "ses_ada", "grt_1")
    assert lineage.began == SESSION_OF_ADA.began


@pytest.mark.parametrize("code", [CODE_OF_ADA, replace(CODE_OF_ADA, code_challenge=None, nonce=None)])
def test_a_code_comes_out_of_its_seal_as_it_went_in(code: Code) -> None:
    opened = parse_json(canonical(code.carried()), max_bytes=4096, max_depth=3)

    assert isinstance(opened, list)
    assert Code.of(opened) == code


def test_the_right_client_with_the_right_address_and_verifier_redeems() -> None:
    try_it()
    try_it(code=replace(CODE_OF_ADA, code_challenge=None), code_verifier=None)


def test_line_20_a_code_works_in_its_last_millisecond_and_not_at_its_end() -> None:
    try_it(now=NOON + CODE - 1)

    with pytest.raises(InvalidGrant, match="expired"):
        try_it(now=NOON + CODE)


@pytest.mark.parametrize("client_id", ["", "Site", "other"])
def test_line_27_a_code_presented_by_another_client_is_refused(client_id: str) -> None:
    with pytest.raises(InvalidGrant, match="another client"):
        try_it(client_id=client_id)


@pytest.mark.parametrize("redirect_uri", [None, "", CALLBACK + "/", CALLBACK.upper(), "https://évil.example"])
def test_line_28_the_address_must_be_the_one_sent_before(redirect_uri: str | None) -> None:
    with pytest.raises(InvalidGrant, match="redirect_uri differs"):
        try_it(redirect_uri=redirect_uri)


def test_line_25_the_verifier_is_judged() -> None:
    with pytest.raises(InvalidGrant, match="does not match"):
        try_it(code_verifier="a" * 43)


def test_line_24_a_verifier_for_a_code_without_challenge_is_refused() -> None:
    with pytest.raises(InvalidGrant, match="without challenge"):
        try_it(code=replace(CODE_OF_ADA, code_challenge=None))


@pytest.mark.parametrize("shape", [CODE_OF_ADA.carried()[:-1], [*CODE_OF_ADA.carried(), "more"], {}, None, 7])
def test_a_code_of_another_release_s_shape_is_refused_and_is_no_fault_of_ours(shape: object) -> None:
    with pytest.raises(Tampered):
        Code.of(shape)
