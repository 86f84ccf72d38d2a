"""Keys: two inputs never meet in one, order is what ranges need, and the spelling is frozen."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions import letters
from shared.domain.rows import check_keys
from shared.storage import layout

TEXT = st.text(min_size=1, max_size=40)
PARTS = st.lists(TEXT, min_size=1, max_size=4)
unhurried = settings(deadline=None)


@unhurried
@given(PARTS)
def test_a_key_can_be_taken_apart_again(parts: list[str]) -> None:
    assert layout.parts(layout.key(*parts)) == tuple(parts)


@unhurried
@given(PARTS, PARTS)
def test_two_inputs_never_meet_in_one_key(one: list[str], other: list[str]) -> None:
    assert (layout.key(*one) == layout.key(*other)) == (one == other)


@unhurried
@given(PARTS)
def test_a_key_has_only_characters_that_storage_takes(parts: list[str]) -> None:
    key = layout.key(*parts)

    assert re.fullmatch(r"[a-z0-9._=~-]+", key)
    check_keys(key[:512])


@unhurried
@given(st.text(alphabet="abz09._-=~AZ é", max_size=12))
def test_what_no_key_could_be_is_not_taken_apart(text: str) -> None:
    try:
        parts = layout.parts(text)
    except ValueError:
        return

    assert layout.key(*parts) == text


@unhurried
@given(st.integers(0, 10**12 - 1), st.integers(0, 10**12 - 1))
def test_counters_sort_as_numbers_do(one: int, other: int) -> None:
    keys = layout.event_row(layout.SELF, one), layout.event_row(layout.SELF, other)

    assert (keys[0] < keys[1]) == (one < other)


@unhurried
@given(TEXT, TEXT)
def test_a_range_of_one_kind_holds_all_of_it_and_nothing_else(name: str, other: str) -> None:
    first, last = layout.session_range()

    assert first <= layout.session_row(name) <= last
    assert not first <= layout.head_row(other) <= last
    assert not first <= layout.client_row(other) <= last


@unhurried
@given(TEXT, TEXT, st.integers(0, 10**12 - 1))
def test_the_account_range_holds_state_key_sessions_and_self_but_never_an_event(
    session: str, chain: str, seq: int
) -> None:
    first, last = layout.account_range()

    needed = (layout.STATE, layout.KEY, layout.session_row(session), layout.head_row(layout.SELF))
    assert all(first <= row <= last for row in needed)
    assert not first <= layout.event_row(chain, seq) <= last


@unhurried
@given(TEXT, TEXT, st.integers(0, 10**12 - 1))
def test_the_events_of_one_chain_are_not_anothers(chain: str, other: str, seq: int) -> None:
    first, last = layout.event_range(chain, 0, 10**12 - 1)

    assert first <= layout.event_row(chain, seq) <= last
    assert (first <= layout.event_row(other, seq) <= last) == (chain == other)


@unhurried
@given(TEXT)
def test_the_directory_range_holds_the_owner_and_every_try(source: str) -> None:
    first, last = layout.directory_range()

    assert all(first <= row <= last for row in (layout.ACCOUNT, layout.try_row(source)))
    assert layout.source_of_try(layout.try_row(source)) == source
    assert layout.is_try(layout.try_row(source))
    assert not layout.is_try(layout.ACCOUNT)


def test_the_person_range_holds_state_and_key_and_nothing_between() -> None:
    assert layout.person_range() == ("0-key", "0-state")


@pytest.mark.parametrize(
    ("made", "spelt"),
    [
        (layout.account_partition("acc_00000000000000000000000001"), "acc_00000000000000000000000001"),
        (layout.session_row("ses_1"), "2-session~ses_1"),
        (layout.client_row("Demo Shop/1"), "5-client~=44emo=20=53hop=2f1"),
        (layout.head_row("self"), "8-head~self"),
        (layout.event_row("self", 42), "9-event~self~000000000042"),
        (layout.try_row("0af3"), "try~0af3"),
        (layout.directory_partition("b=c~d"), "b=3dc=7ed"),
        (layout.sources_partition("2026013109", "ab12"), "2026013109~ab12"),
        (layout.source_counter_row(7), "counter~000000000007"),
        (layout.spent_partition("2026013109", "f"), "2026013109~f"),
        (layout.spent_row("code", "cod_1"), "code~cod_1"),
        (layout.journal_partition("202601310900", "0"), "202601310900~0"),
        (layout.journal_row("acc_1~self"), "acc_1=7eself"),
        (layout.key("é☕"), "=c3=a9=e2=98=95"),
    ],
)
def test_keys_are_spelt_as_they_were_frozen(made: str, spelt: str) -> None:
    assert made == spelt


@pytest.mark.parametrize("parts", [(), ("",), ("a", ""), (-1,), (10**12,)])
def test_what_would_not_be_one_key_is_refused(parts: tuple[str | int, ...]) -> None:
    with pytest.raises(ValueError, match=r"key|counter"):
        layout.key(*parts)


def test_there_are_only_so_many_counters() -> None:
    with pytest.raises(ValueError, match="8"):
        layout.source_counter_row(8)


@pytest.mark.parametrize("name", [*layout.TABLES])
def test_azure_takes_the_names_of_the_tables(name: str) -> None:
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9]{2,62}", name)


@pytest.mark.parametrize("name", [*layout.CONTAINERS, *layout.QUEUES])
def test_azure_takes_the_names_of_containers_and_queues(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9](?:-?[a-z0-9]){2,62}", name)


def test_no_name_stands_for_two_things() -> None:
    for names in (layout.TABLES, layout.CONTAINERS, layout.QUEUES):
        assert len(set(names)) == len(names)


def test_the_queue_of_letters_is_emptied_under_the_name_it_is_filled_under() -> None:
    assert letters.MAIL == layout.MAIL
