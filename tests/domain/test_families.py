"""Refresh tokens: one family, generations that are always the same bytes, and who may use one twice (RFC 9700 §4.14)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import families
from shared.domain.canonical import canonical, parse_json
from shared.domain.errors import InvalidGrant, Tampered
from shared.domain.families import Family, Generation, Use, present_spent
from shared.domain.lifetimes import OFFLINE, REFRESH_IDLE, RETRY
from tests.domain.made import FAMILY_OF_ADA, GRANT_OF_ADA, NOON

SEALED = "v1.kid.spice.ciphertext"
FIRST = families.first(FAMILY_OF_ADA, SEALED, now=NOON)
USE = Use(NOON, "openid")


def test_a_family_begins_at_nought_and_ends_when_nobody_uses_it() -> None:
    assert Generation(SEALED, 0, NOON + REFRESH_IDLE) == FIRST


def test_a_successor_is_the_same_whoever_makes_it_and_whenever() -> None:
    made = {families.after(FIRST, FAMILY_OF_ADA, used_at=NOON + 5) for _ in range(3)}

    assert made == {Generation(SEALED, 1, NOON + 5 + REFRESH_IDLE)}


def test_line_49_no_generation_outlives_its_family() -> None:
    late = families.after(FIRST, FAMILY_OF_ADA, used_at=NOON + OFFLINE - 1)

    assert late.idle_ends == FAMILY_OF_ADA.grant.ends
    families.check(late, FAMILY_OF_ADA, client_id="site", now=NOON + OFFLINE - 1)
    with pytest.raises(InvalidGrant, match="expired"):
        families.check(late, FAMILY_OF_ADA, client_id="site", now=NOON + OFFLINE)


def test_line_49_a_generation_works_in_its_last_idle_millisecond_and_not_at_its_end() -> None:
    families.check(FIRST, FAMILY_OF_ADA, client_id="site", now=NOON + REFRESH_IDLE - 1)

    with pytest.raises(InvalidGrant, match="expired"):
        families.check(FIRST, FAMILY_OF_ADA, client_id="site", now=NOON + REFRESH_IDLE)


def test_an_end_that_a_token_names_beyond_its_family_s_does_not_count() -> None:
    with pytest.raises(InvalidGrant, match="expired"):
        families.check(replace(FIRST, idle_ends=2**50), FAMILY_OF_ADA, client_id="site", now=NOON + OFFLINE)


def test_line_47_another_client_s_token_is_refused() -> None:
    with pytest.raises(InvalidGrant, match="another client"):
        families.check(FIRST, FAMILY_OF_ADA, client_id="other", now=NOON)


def test_a_family_without_offline_access_ends_with_its_session() -> None:
    family = Family(GRANT_OF_ADA)

    assert families.first(family, SEALED, now=NOON).idle_ends == min(NOON + REFRESH_IDLE, GRANT_OF_ADA.ends)
    assert not family.grant.lineage.offline
    assert FAMILY_OF_ADA.grant.lineage.offline


def test_a_token_comes_apart_as_it_was_put_together() -> None:
    presented = families.take_apart(FIRST.token("the-mac"))

    assert (presented.generation, presented.mac) == (FIRST, "the-mac")


@given(st.integers(0, 10**14), st.integers(0, 10**14))
def test_every_number_has_one_spelling(number: int, idle_ends: int) -> None:
    generation = Generation(SEALED, number, idle_ends)

    assert families.take_apart(generation.token("m")).generation == generation


@pytest.mark.parametrize(
    "token",
    ["", "v1", "a.b.c", f"{SEALED}.00.5.m", f"{SEALED}.0.05.m", f"{SEALED}.-1.5.m", f"{SEALED}.0.\u0661.m", f"{SEALED}.0..m",
     f"{SEALED}.{'9' * 16}.5.m", "v1." + "A" * 5000],
)  # fmt: skip
def test_what_has_another_form_is_no_refresh_token(token: str) -> None:
    with pytest.raises(InvalidGrant):
        families.take_apart(token)


@pytest.mark.parametrize(
    ("later", "scope", "successor_spent", "verdict"),
    [
        (0, "openid", False, "again"),
        (RETRY, "openid", False, "again"),
        (-2_000, "openid", False, "again"),
        (RETRY + 1, "openid", False, "reused"),
        (0, "openid profile", False, "refused"),
        (RETRY, "", False, "refused"),
        (RETRY + 1, "openid profile", False, "reused"),
        (0, "openid", True, "reused"),
        (0, "openid profile", True, "reused"),
    ],
)
def test_only_the_parent_of_an_unused_token_may_ask_again_for_thirty_seconds(
    later: int, scope: str, *, successor_spent: bool, verdict: str
) -> None:
    assert present_spent(USE, successor_spent=successor_spent, scope=scope, now=NOON + later) == verdict


def test_a_family_comes_out_of_its_seal_as_it_went_in() -> None:
    for family in (FAMILY_OF_ADA, replace(FAMILY_OF_ADA, cnf="a thumbprint"), Family(GRANT_OF_ADA, idle=5)):
        assert Family.of(parse_json(canonical(family.carried()), max_bytes=4096, max_depth=4)) == family


@pytest.mark.parametrize("shape", [None, {}, [], [2, [], 5, None], [1, [], 5, None], [1, ["too", "short"], 5, None]])
def test_a_family_of_another_shape_is_no_fault_of_ours(shape: object) -> None:
    with pytest.raises(Tampered):
        Family.of(shape)


def test_a_refresh_token_is_known_from_a_jwt_by_its_first_letters() -> None:
    assert families.has_its_form(FIRST.token("m"))
    assert not families.has_its_form("eyJhbGciOiJFUzI1NiJ9.e30.s")
