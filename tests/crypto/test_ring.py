"""The ring: each value opens for its purpose, subject and environment only, and keys turn without anyone noticing."""

from typing import Any, get_args

import pytest

from shared.crypto.making import new_key, new_keys
from shared.crypto.randomness import random_bytes
from shared.crypto.ring import KeyMaterial, Ring
from shared.crypto.sealing import to_text
from shared.domain.errors import InvalidToken, Tampered, Unavailable, UnknownKey
from shared.domain.keys import FAMILY_NAMES, FamilyName, KeyDates, Purpose
from shared.domain.times import DAY
from tests.crypto.rings import ALWAYS, NOON, RINGS_KEYS, a_ring, fixed_keys, material
from tests.vectors.golden import golden

ANNA, BERT = "acc_00041061050r3gg28a1c60t3gf", "acc_7zzzzzzzzzzzzzzzzzzzzzzzzz"
PURPOSES: tuple[Purpose, ...] = get_args(Purpose.__value__)
SYMMETRIC: tuple[FamilyName, ...] = ("sealing", "wrapping", "pepper", "directory")
GOLDEN = golden("ring")


def another(
    family: FamilyName, dates: KeyDates = ALWAYS, secret: bytes = b"another key for the same family."
) -> KeyMaterial:
    return material(family, to_text(secret), "test", dates)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_value_opens_for_its_own_purpose_only(purpose: Purpose) -> None:
    ring = a_ring()

    sealed = ring.seal(purpose, b"content")

    assert ring.open(purpose, sealed) == b"content"
    for other in PURPOSES:
        if other != purpose:
            with pytest.raises(Tampered):
                ring.open(other, sealed)


def test_a_value_of_one_environment_does_not_open_in_another_even_with_the_same_key() -> None:
    sealed = a_ring("staging").seal("code", b"content")

    with pytest.raises(Tampered):
        a_ring("production").open("code", sealed)


def test_a_key_that_is_not_in_the_ring_is_told_apart_from_a_forgery() -> None:
    sealed = a_ring(extra=[another("sealing", KeyDates(1, 1))]).seal("code", b"content")

    with pytest.raises(UnknownKey):
        a_ring().open("code", sealed)


def test_a_value_handed_out_is_no_wrapped_key_and_no_pepper() -> None:
    ring = a_ring()

    for sealed in (ring.seal("code", bytes(32)), ring.pepper("x")):
        with pytest.raises(Tampered):
            ring.unwrap(sealed, ANNA)
    with pytest.raises(Tampered):
        ring.unpepper(ring.seal("code", b"x"))


def test_a_data_key_is_wrapped_for_its_subject_and_opens_what_it_sealed() -> None:
    ring = a_ring()
    key, wrapped = ring.new_data_key(ANNA)
    sealed = key.seal(kind="account", field="profile", v=1, content=b"Anna")

    again = ring.unwrap(wrapped, ANNA)

    assert again.open(sealed, kind="account", field="profile", v=1) == b"Anna"
    with pytest.raises(Tampered):
        ring.unwrap(wrapped, BERT)
    with pytest.raises(Tampered):
        a_ring("production").unwrap(wrapped, ANNA)


@pytest.mark.parametrize(
    ("kind", "field", "v"), [("organisation", "profile", 1), ("account", "password", 1), ("account", "profile", 2)]
)
def test_a_field_does_not_open_as_another(kind: str, field: str, v: int) -> None:
    key, _ = a_ring().new_data_key(ANNA)
    sealed = key.seal(kind="account", field="profile", v=1, content=b"Anna")

    with pytest.raises(Tampered):
        key.open(sealed, kind=kind, field=field, v=v)


def test_one_subjects_key_does_not_open_anothers_field() -> None:
    ring = a_ring()
    anna, _ = ring.new_data_key(ANNA)
    bert, _ = ring.new_data_key(BERT)

    with pytest.raises(Tampered):
        bert.open(
            anna.seal(kind="account", field="profile", v=1, content=b"Anna"), kind="account", field="profile", v=1
        )


def test_the_golden_password_opens_through_both_its_seals() -> None:
    ring = a_ring()
    key = ring.unwrap(GOLDEN["wrapped_data_key"], ANNA)

    peppered = key.open(GOLDEN["password_at_rest"], kind="account", field="password", v=1).decode()

    assert peppered == GOLDEN["peppered"]
    assert ring.unpepper(peppered) == GOLDEN["argon"]


def test_a_golden_code_opens() -> None:
    assert a_ring().open("code", GOLDEN["code"]) == b'{"cod":1}'


@pytest.mark.parametrize("vector", GOLDEN["directory"])
def test_look_ups_are_hashed_as_the_golden_vectors_say(vector: dict[str, str]) -> None:
    kind = next(each for each in ("email", "client", "network") if each == vector["kind"])

    assert a_ring().directory_hash(kind, vector["value"]) == vector["hash"]


def test_one_value_has_another_hash_as_another_kind_and_in_another_environment_and_under_another_key() -> None:
    ring = a_ring()
    hashes = [
        ring.directory_hash("email", "x"),
        ring.directory_hash("client", "x"),
        ring.directory_hash("network", "x"),
        a_ring("production").directory_hash("email", "x"),
        a_ring(extra=[another("directory", KeyDates(1, 1))]).directory_hash("email", "x"),
    ]

    assert len(set(hashes)) == len(hashes)
    assert all(len(each) == 52 for each in hashes)


def test_a_key_is_announced_then_seals_then_only_opens_then_is_gone() -> None:
    old = KeyDates(created_at=0, active_at=0, retires_at=2 * DAY, unusable_at=3 * DAY)
    keys = [*fixed_keys(), another("sealing", old, b"the old key, soon to be retired.")]
    keys = [each for each in keys if each.key.family != "sealing" or each.key.dates == old]
    keys.append(another("sealing", KeyDates(created_at=0, active_at=DAY)))
    old_kid, new_kid = (each.key.kid for each in keys if each.key.family == "sealing")

    def ring(now: int) -> Ring:
        return Ring("test", keys, now=now, random=random_bytes)

    before, after = ring(DAY - 1).seal("code", b"1"), ring(DAY).seal("code", b"2")
    assert (before.split(".")[1], after.split(".")[1]) == (old_kid, new_kid)
    assert ring(DAY - 1).open("code", after) == b"2"
    assert ring(3 * DAY - 1).open("code", before) == b"1"
    with pytest.raises(UnknownKey):
        ring(3 * DAY).open("code", before)


def test_a_signing_key_is_published_before_it_signs_and_while_retired_and_not_after() -> None:
    dates = KeyDates(created_at=0, active_at=DAY, retires_at=2 * DAY, unusable_at=3 * DAY)
    turned = new_key("signing-es256", "test", dates, random=random_bytes)

    def kids(now: int) -> set[str]:
        return {key["kid"] for key in a_ring(now=now, extra=[turned]).jwks()["keys"]}

    assert all(turned.key.kid in kids(now) for now in (0, DAY, 2 * DAY, 3 * DAY - 1))
    assert turned.key.kid not in kids(3 * DAY)

    token = a_ring(now=DAY, extra=[turned]).sign("ES256", "JWT", {"sub": "x"})
    assert a_ring(now=3 * DAY - 1, extra=[turned]).verify(token, typ="JWT", algs=("ES256",)) == {"sub": "x"}
    with pytest.raises(InvalidToken):
        a_ring(now=3 * DAY, extra=[turned]).verify(token, typ="JWT", algs=("ES256",))


def test_invariant_12_a_key_of_another_environment_is_left_out() -> None:
    foreign = material("sealing", to_text(b"another key for the same family."), "production", KeyDates(5, 5))

    ring = a_ring("test", extra=[foreign])

    assert foreign.key.kid not in ring.kids
    assert ring.seal("code", b"").split(".")[1] != foreign.key.kid


@pytest.mark.parametrize("family", FAMILY_NAMES)
def test_a_ring_without_an_active_key_of_some_family_is_not_made(family: FamilyName) -> None:
    keys = [each for each in fixed_keys() if each.key.family != family]

    with pytest.raises(Unavailable, match=family):
        Ring("test", keys, now=NOON, random=random_bytes)


@pytest.mark.parametrize("family", FAMILY_NAMES)
@pytest.mark.parametrize("secret", ["", "not a key", "another family's"])
def test_a_secret_that_is_not_the_key_its_name_says_is_found(family: FamilyName, secret: str) -> None:
    other = RINGS_KEYS["pepper" if family != "pepper" else "sealing"]
    keys = [
        KeyMaterial(each.key, other if secret == "another family's" else secret) if each.key.family == family else each
        for each in fixed_keys()
    ]

    with pytest.raises(Tampered) as found:
        Ring("test", keys, now=NOON, random=random_bytes)

    assert family in found.value.detail
    assert not secret or other not in found.value.detail


def test_new_keys_are_one_of_each_family_and_make_a_ring() -> None:
    keys = new_keys("test", ALWAYS, random=random_bytes)

    assert [each.key.family for each in keys] == list(FAMILY_NAMES)
    assert len({each.key.kid for each in keys}) == len(keys)
    assert Ring("test", keys, now=NOON, random=random_bytes).kids


def test_no_key_is_shown_when_its_holder_is_printed() -> None:
    ring = a_ring()
    key, _ = ring.new_data_key(ANNA)
    shown = f"{ring!r} {key!r} {fixed_keys()!r}"

    assert "PRIVATE" not in shown
    assert not any(RINGS_KEYS[family] in shown for family in SYMMETRIC)


@pytest.mark.parametrize("vector", golden("refresh")["tokens"])
def test_a_golden_refresh_token_is_authenticated_by_the_key_of_its_family(vector: dict[str, Any]) -> None:
    sealed = golden("refresh")["sealed"]

    assert a_ring().mac(sealed, f"{vector['generation']}.{vector['idle_ends']}") == vector["mac"]
    assert a_ring().open("refresh", sealed).decode() == golden("refresh")["family"]
    assert a_ring().mac(sealed, f"{vector['generation'] + 1}.{vector['idle_ends']}") != vector["mac"]
