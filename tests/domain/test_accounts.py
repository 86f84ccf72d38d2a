"""An account's one deciding row: what is alive, when a session begins, and what a revocation ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.accounts import REVOKED_LIMIT, Account, Lineage, Revocation, Revoked, is_alive, next_began, revoke
from shared.domain.lifetimes import ACCESS_TOKEN, CODE, LEEWAY, REVOCATION_KEPT
from shared.domain.times import HOUR, Millis
from tests.domain.made import ADA, NOON, an_account


def lineage(session_id: str = "ses_1", grant_id: str | None = "grt_1", began: Millis = NOON) -> Lineage:
    return Lineage(ADA, session_id, grant_id, began)


def revoked_times(account: Account, ids: range, now: Millis) -> Revocation:
    result = Revocation(account, folded=False)
    for number in ids:
        result = revoke(result.account, f"grt_{number}", Revoked(NOON + number, NOON + HOUR), now)
    return result


def test_what_comes_from_an_active_account_is_alive() -> None:
    assert is_alive(an_account(), lineage())
    assert is_alive(an_account(), lineage(grant_id=None))


def test_what_comes_from_nobody_is_dead() -> None:
    assert not is_alive(None, lineage())


def test_a_disabled_account_ends_everything() -> None:
    assert not is_alive(an_account(status="disabled"), lineage())


def test_what_began_at_the_very_moment_of_the_great_revocation_is_dead_and_a_millisecond_later_alive() -> None:
    account = an_account(revoked_before=NOON)

    assert not is_alive(account, lineage(began=NOON - 1))
    assert not is_alive(account, lineage(began=NOON))
    assert is_alive(account, lineage(began=NOON + 1))


def test_a_revoked_session_ends_its_grants_and_a_revoked_grant_leaves_the_session() -> None:
    entry = Revoked(NOON, NOON + HOUR)

    assert not is_alive(an_account(revoked={"ses_1": entry}), lineage())
    assert not is_alive(an_account(revoked={"grt_1": entry}), lineage())
    assert is_alive(an_account(revoked={"grt_1": entry}), lineage(grant_id=None))
    assert is_alive(an_account(revoked={"grt_1": entry}), lineage(grant_id="grt_2"))


def test_a_session_begins_later_than_any_before_it_whatever_the_clock_says() -> None:
    assert next_began(an_account(), NOON) == NOON
    assert next_began(an_account(last_began=NOON), NOON) == NOON + 1
    assert next_began(an_account(last_began=NOON + 5000), NOON) == NOON + 5001


def test_a_session_begins_later_than_anything_revoked() -> None:
    assert next_began(an_account(revoked_before=NOON + 5000), NOON) == NOON + 5001


def test_revoking_ends_one_thing_and_nothing_else() -> None:
    revocation = revoke(an_account(), "grt_1", Revoked(NOON, NOON + HOUR), NOON)

    assert not revocation.folded
    assert not is_alive(revocation.account, lineage())
    assert is_alive(revocation.account, lineage(grant_id="grt_2"))


def test_an_entry_leaves_at_the_very_moment_its_keeping_ends() -> None:
    account = an_account(revoked={"grt_old": Revoked(NOON - HOUR, NOON)})
    other = Revoked(NOON, NOON + HOUR)

    assert "grt_old" in revoke(account, "grt_2", other, NOON + REVOCATION_KEPT - 1).account.revoked
    assert "grt_old" not in revoke(account, "grt_2", other, NOON + REVOCATION_KEPT).account.revoked


def test_an_entry_outlives_any_token_made_in_the_last_moment_of_what_it_revokes() -> None:
    assert REVOCATION_KEPT > CODE + ACCESS_TOKEN + LEEWAY


def test_ending_a_thing_again_with_an_earlier_end_does_not_shorten_the_memory() -> None:
    longer = Revoked(NOON, NOON + 9 * HOUR)
    account = revoke(an_account(), "grt_1", longer, NOON).account

    again = revoke(account, "grt_1", Revoked(NOON, NOON + HOUR), NOON).account

    assert again.revoked == {"grt_1": longer}


def test_two_hundred_revocations_fit_and_the_next_one_folds_the_oldest() -> None:
    full = revoked_times(an_account(), range(REVOKED_LIMIT), NOON)
    folded = revoked_times(an_account(), range(REVOKED_LIMIT + 1), NOON)

    assert not full.folded
    assert full.account.revoked_before == 0
    assert len(full.account.revoked) == REVOKED_LIMIT
    assert folded.folded
    assert folded.account.revoked_before == NOON
    assert "grt_0" not in folded.account.revoked
    assert len(folded.account.revoked) == REVOKED_LIMIT


def test_folding_never_moves_the_great_revocation_back() -> None:
    late = NOON + 10 * HOUR
    account = revoked_times(an_account(revoked_before=late), range(REVOKED_LIMIT + 1), NOON).account

    assert account.revoked_before == late


@pytest.mark.parametrize("count", [1, REVOKED_LIMIT, REVOKED_LIMIT + 1, 2 * REVOKED_LIMIT])
def test_however_many_are_revoked_none_is_forgotten_before_its_end(count: int) -> None:
    account = revoked_times(an_account(), range(count), NOON).account

    assert not any(is_alive(account, lineage(grant_id=f"grt_{one}", began=NOON + one)) for one in range(count))
    assert len(account.revoked) <= REVOKED_LIMIT


@given(
    steps=st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 30 * HOUR), st.integers(0, 24 * HOUR), st.integers(0, 3 * HOUR)),
        max_size=40,
    )
)
def test_a_revocation_is_remembered_for_as_long_as_what_it_ends_could_live(
    steps: list[tuple[int, Millis, Millis, Millis]],
) -> None:
    account, now = an_account(), NOON
    ends: dict[tuple[str, Millis], Millis] = {}
    for number, age, lives, passing in steps:
        now += passing
        name, began = f"ses_{number}", NOON - age
        account = revoke(account, name, Revoked(began, began + lives), now).account
        ends[name, began] = max(began + lives, ends.get((name, began), 0))

        living = [key for key, end in ends.items() if now < end]
        assert not any(is_alive(account, lineage(session_id=one, began=start)) for one, start in living)
