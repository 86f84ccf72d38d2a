"""Chains: an edit, a gap, a swap, a cut or an addition anywhere is found, and at its first number (invariant 2)."""

import json
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.canonical import canonical
from shared.domain.chains import (
    Appended,
    Broken,
    Head,
    Whole,
    account_chain,
    agrees,
    append,
    check_commitment,
    commitment,
    follow,
    genesis,
    link,
    organisation_chain,
    verify,
)
from shared.domain.errors import Conflict
from shared.domain.events import Actor, Detail, Draft, EventName, Personal
from shared.domain.ids import new_id
from tests.vectors.golden import golden

ANNA = "acc_00041061050r3gg28a1c60t3gf"
CHAIN = account_chain(ANNA)
GOLDEN = golden("chains")

type Links = list[tuple[int, bytes, bytes]]


def salts() -> Iterator[bytes]:
    return (number.to_bytes(32) for number in count())


def a_draft(*, name: EventName = "session.began", after: Detail = None) -> Draft:
    return Draft(name=name, actor=Actor("person", ANNA), via="sign_in", thing=ANNA, after=after)


def grown(length: int, *, closed: bool = False) -> tuple[Links, Head]:
    head, links = genesis(CHAIN), []
    for number in range(length):
        name: EventName = "chain.closed" if closed and number == length - 1 else "session.began"
        appended = added(head, a_draft(name=name, after={"email": Personal("anna@example.test", ANNA)}))
        head = appended.head
        links.append((appended.event.seq, appended.event.canonical, appended.event.hash))
    return links, head


def added(head: Head, draft: Draft) -> Appended:
    return append(head, draft, event_id=new_id("evt", head.seq.to_bytes(16)), at=1_900_000_000_000, salts=salts())


def test_the_golden_chain_follows_from_the_written_rule_alone() -> None:
    previous = sha256(GOLDEN["chain"].encode()).digest()

    assert previous.hex() == GOLDEN["genesis"]
    for event in GOLDEN["events"]:
        previous = sha256(previous + sha256(event["canonical"].encode()).digest()).digest()
        assert previous.hex() == event["hash"]


def test_the_golden_commitments_follow_from_the_written_rule_alone() -> None:
    for event in GOLDEN["events"]:
        for secret in event["secrets"]:
            committed = json.loads(event["canonical"])
            for step in secret["path"].split("/")[1:]:
                name = step.replace("~1", "/").replace("~0", "~")
                committed = committed[int(name) if isinstance(committed, list) else name]
            salt = bytes.fromhex(secret["salt"])

            assert committed["subject"] == secret["subject"]
            assert check_commitment(committed["commitment"], salt=salt, path=secret["path"], value=secret["value"])
            assert not check_commitment(committed["commitment"], salt=salt, path="/before/x", value=secret["value"])
            assert not check_commitment(committed["commitment"], salt=salt, path=secret["path"], value="another")
            assert not check_commitment(committed["commitment"], salt=bytes(32), path=secret["path"], value="another")


def test_what_is_sealed_of_a_secret_is_its_salt_and_value_in_canonical_bytes() -> None:
    secret = added(genesis(CHAIN), a_draft(after=Personal("ø", ANNA))).secrets[0]

    assert secret.content().decode() == '{"salt":"' + "A" * 43 + '","value":"ø"}'


@pytest.mark.parametrize("edit", [{"id": "evt_x"}, {"name": "session.ended"}, {"at": 1}])
def test_an_edit_of_what_stands_beside_the_bytes_is_found(edit: dict[str, Any]) -> None:
    event = added(genesis(CHAIN), a_draft()).event

    assert agrees(event)
    assert not agrees(replace(event, **edit))


def test_the_golden_chain_verifies() -> None:
    events = GOLDEN["events"]
    links = [(each["seq"], each["canonical"].encode(), bytes.fromhex(each["hash"])) for each in events]
    head = Head(GOLDEN["chain"], 3, links[-1][2], closed=True)

    assert verify(GOLDEN["chain"], links, head) == Whole(3)


def test_an_event_has_every_member_of_the_envelope_and_no_other() -> None:
    envelope = json.loads(added(genesis(CHAIN), a_draft()).event.canonical)

    assert sorted(envelope) == sorted(
        [
            "v",
            "id",
            "chain",
            "seq",
            "at",
            "name",
            "actor",
            "via",
            "from",
            "organisation",
            "thing",
            "before",
            "after",
            "outcome",
            "reason",
            "request",
            "policy",
        ]
    )


def test_a_personal_value_is_nowhere_in_the_bytes() -> None:
    draft = a_draft(after={"list": [{"email": Personal("anna@example.test", ANNA)}], "count": 2})

    appended = added(genesis(CHAIN), draft)

    assert b"example" not in appended.event.canonical
    assert [(each.path, each.subject, each.value) for each in appended.secrets] == [
        ("/after/list/0/email", ANNA, "anna@example.test")
    ]
    assert "example" not in repr(appended)


def test_two_personal_values_never_share_a_salt() -> None:
    appended = added(genesis(CHAIN), a_draft(after=[Personal("one", ANNA), Personal("one", ANNA)]))

    first, second = appended.secrets
    after = json.loads(appended.event.canonical)["after"]
    assert first.salt != second.salt
    assert after[0]["commitment"] != after[1]["commitment"]


def test_a_plain_value_cannot_pass_for_a_commitment() -> None:
    with pytest.raises(ValueError, match="commitment"):
        added(genesis(CHAIN), a_draft(after={"commitment": "x"}))


def test_a_salt_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        commitment(bytes(31), "/after/x", 1)


def test_an_event_over_64_kib_is_refused() -> None:
    with pytest.raises(ValueError, match="64 KiB"):
        added(genesis(CHAIN), a_draft(after="x" * 65_536))


def test_a_closed_chain_takes_no_further_event() -> None:
    _, head = grown(3, closed=True)

    assert head.closed
    with pytest.raises(Conflict):
        added(head, a_draft())


def test_chains_are_named_after_whom_they_are_for() -> None:
    assert account_chain("acc_x") == "acc_x~self"
    assert organisation_chain("org_x") == "org_x~own"


@pytest.mark.parametrize("length", [0, 1, 5])
def test_an_untouched_chain_is_whole(length: int) -> None:
    links, head = grown(length)

    assert verify(CHAIN, links, head) == Whole(length)


@given(st.integers(0, 4), st.integers(min_value=0), st.integers(0, 7))
def test_a_flipped_bit_of_an_event_is_found_at_its_number(place: int, where: int, bit: int) -> None:
    links, head = grown(5)
    seq, content, stored = links[place]
    edited = bytearray(content)
    edited[where % len(content)] ^= 1 << bit
    links[place] = (seq, bytes(edited), stored)

    assert verify(CHAIN, links, head) == Broken(seq, "the hash does not follow from the bytes and the event before")


@pytest.mark.parametrize("place", range(5))
def test_an_edit_with_its_own_hash_made_anew_is_found_at_the_next(place: int) -> None:
    links, head = grown(5)
    seq, content, _ = links[place]
    edited = content.replace(b"sign_in", b"another")
    before = links[place - 1][2] if place else genesis(CHAIN).hash
    links[place] = (seq, edited, link(before, edited))

    verdict = verify(CHAIN, links, head)

    assert isinstance(verdict, Broken)
    assert verdict.seq == min(seq + 1, 5)


def _without(links: Links, place: int) -> Links:
    return links[:place] + links[place + 1 :]


def _swapped(links: Links, place: int) -> Links:
    return [*links[:place], links[place + 1], links[place], *links[place + 2 :]]


@pytest.mark.parametrize(
    ("change", "first_bad"),
    [
        (lambda links: _without(links, 0), 1),
        (lambda links: _without(links, 2), 3),
        (lambda links: _without(links, 4), 5),
        (lambda links: links[:2], 3),
        (lambda _links: [], 1),
        (lambda links: _swapped(links, 1), 2),
        (lambda links: [*links[:2], links[1], *links[2:]], 3),
        (lambda links: [*links, (6, links[4][1], link(links[4][2], links[4][1]))], 6),
    ],
)
def test_a_gap_a_cut_a_swap_a_double_or_an_addition_is_found_at_its_number(change: Any, first_bad: int) -> None:
    links, head = grown(5)

    verdict = verify(CHAIN, change(links), head)

    assert isinstance(verdict, Broken)
    assert verdict.seq == first_bad


def test_a_true_event_after_the_head_is_found() -> None:
    links, head = grown(5)

    assert verify(CHAIN, links, replace(head, seq=4, hash=links[3][2])) == Broken(5, "stands after the head")


@pytest.mark.parametrize("forged", [{"hash": bytes(32)}, {"closed": True}, {"chain": "acc_other~self"}])
def test_a_head_that_does_not_agree_is_found(forged: dict[str, Any]) -> None:
    links, head = grown(2)

    assert isinstance(verify(CHAIN, links, replace(head, **forged)), Broken)


def test_a_whole_chain_put_under_another_name_is_found_at_its_first_event() -> None:
    links, head = grown(2)

    assert verify("acc_other~self", links, replace(head, chain="acc_other~self")) == Broken(
        1, "the hash does not follow from the bytes and the event before"
    )


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"not json", "the bytes are not a canonical event"),
        (b'{"seq": 1}', "the bytes are not a canonical event"),
        (b"[]", "the bytes are not a canonical event"),
        (canonical({"chain": CHAIN, "seq": 2}), "the bytes name another place"),
        (canonical({"chain": "another", "seq": 1}), "the bytes name another place"),
    ],
)
def test_bytes_that_are_no_event_of_this_place_are_found_even_under_a_true_hash(content: bytes, why: str) -> None:
    assert follow(genesis(CHAIN), 1, content, link(genesis(CHAIN).hash, content)) == Broken(1, why)


def test_an_event_after_the_last_of_a_closed_chain_is_found() -> None:
    links, head = grown(2, closed=True)
    after = added(replace(head, closed=False), a_draft())
    links.append((3, after.event.canonical, after.event.hash))

    assert verify(CHAIN, links, after.head) == Broken(3, "stands after the end of a closed chain")


def test_a_pruned_chain_holds_from_the_hash_that_was_kept() -> None:
    links, head = grown(5)
    pruned = replace(head, pruned_to=2)

    assert verify(CHAIN, links[2:], pruned, pruned_hash=links[1][2]) == Whole(3)
    assert verify(CHAIN, links[3:], pruned, pruned_hash=links[1][2]) == Broken(3, "missing")
    assert isinstance(verify(CHAIN, links[2:], pruned, pruned_hash=bytes(32)), Broken)
    assert isinstance(verify(CHAIN, links[2:], pruned), Broken)
