"""Sealing: the written format, made again with the primitives alone, and a seal that opens in one place only."""

from base64 import urlsafe_b64decode
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from shared.crypto.randomness import random_bytes
from shared.crypto.sealing import Binding, SealingKey, derive, fingerprint, from_text, kid_of, to_text
from shared.domain.canonical import canonical
from shared.domain.errors import Tampered
from tests.vectors.golden import golden

BINDING = Binding("test", "personal", "acc_1", "account", "profile", 1)
KEY = SealingKey(bytes(range(32)))
SPICE = bytes(range(28))
SEALED = KEY.seal(BINDING, b"Anna", spice=SPICE)


@pytest.mark.parametrize("vector", golden("sealing"))
def test_a_golden_value_opens_by_the_written_rule_alone(vector: dict[str, Any]) -> None:
    version, kid, spice, ciphertext = vector["sealed"].split(".")
    salt_and_nonce = urlsafe_b64decode(spice + "==")

    opened = AESGCM(bytes.fromhex(vector["value_key"])).decrypt(
        salt_and_nonce[16:], urlsafe_b64decode(ciphertext + "=="), canonical(vector["binding"])
    )

    assert (version, kid, salt_and_nonce.hex()) == ("v1", vector["kid"], vector["salt_and_nonce"])
    assert opened.hex() == vector["content"]


@pytest.mark.parametrize("vector", golden("sealing"))
def test_a_golden_value_opens_and_is_sealed_the_same_again(vector: dict[str, Any]) -> None:
    key, binding = SealingKey(bytes.fromhex(vector["key"])), Binding(*vector["binding"])

    content = key.open(binding, vector["sealed"])

    assert content.hex() == vector["content"]
    assert key.seal(binding, content, spice=bytes.fromhex(vector["salt_and_nonce"])) == vector["sealed"]


def test_a_key_for_one_value_is_derived_as_rfc_5869_says() -> None:
    # Test case 1 of appendix A.1; its output is longer than a key, and begins with ours.
    info, salt = bytes.fromhex("f0f1f2f3f4f5f6f7f8f9"), bytes.fromhex("000102030405060708090a0b0c")

    made = derive(b"\x0b" * 22, salt=salt, info=info)

    assert made.hex() == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"


@given(st.tuples(*[st.text(max_size=20)] * 5), st.integers(1, 10**6), st.binary(max_size=300))
def test_whatever_is_sealed_opens_again(texts: tuple[str, ...], v: int, content: bytes) -> None:
    environment, purpose, subject, kind, field = texts
    binding = Binding(environment, purpose, subject, kind, field, v)

    sealed = KEY.seal(binding, content, spice=random_bytes(28))

    assert KEY.open(binding, sealed) == content


@pytest.mark.parametrize(
    "elsewhere",
    [
        BINDING._replace(environment="production"),
        BINDING._replace(purpose="code"),
        BINDING._replace(subject="acc_2"),
        BINDING._replace(kind="organisation"),
        BINDING._replace(field="password"),
        BINDING._replace(v=2),
        BINDING._replace(kind="", field="accountprofile"),
        BINDING._replace(subject='acc_1","account', kind="profile"),
    ],
)
def test_a_sealed_value_opens_nowhere_else(elsewhere: Binding) -> None:
    with pytest.raises(Tampered):
        KEY.open(elsewhere, SEALED)


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(Tampered, match="another key"):
        SealingKey(bytes(32)).open(BINDING, SEALED)


@pytest.mark.parametrize("place", range(len("v1.") + 26 + 1, len(SEALED)))
def test_no_character_of_a_sealed_value_can_be_changed(place: int) -> None:
    if SEALED[place] == ".":
        return
    changed = SEALED[:place] + ("A" if SEALED[place] != "A" else "B") + SEALED[place + 1 :]

    with pytest.raises(Tampered):
        KEY.open(BINDING, changed)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "v1",
        "v1...",
        SEALED + "\n",
        SEALED + "=",
        SEALED + ".",
        " " + SEALED,
        SEALED.replace("v1", "v2"),
        SEALED.upper(),
        SEALED[:-8],
        SEALED.replace(".", "..", 1),
        "v1." + "0" * 26 + "." + "A" * 38 + "." + "é" * 30,
        "v1." + "0" * 26 + "." + "A" * 38 + "." + "A" * 200_000,
        "x" * 1_000_000,
    ],
)
def test_what_is_no_sealed_value_is_refused(text: str) -> None:
    with pytest.raises(Tampered):
        kid_of(text)


def test_the_same_content_sealed_twice_shares_nothing_but_the_key_name() -> None:
    one, other = (KEY.seal(BINDING, b"Anna", spice=random_bytes(28)) for _ in range(2))

    assert one.split(".")[1] == other.split(".")[1] == KEY.kid
    assert one.split(".")[2:] != other.split(".")[2:]


@pytest.mark.parametrize("spice", [b"", bytes(27), bytes(29)])
def test_a_value_is_not_sealed_with_less_than_its_salt_and_nonce(spice: bytes) -> None:
    with pytest.raises(ValueError, match="salt"):
        KEY.seal(BINDING, b"", spice=spice)


def test_a_key_has_32_bytes_and_is_not_shown() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        SealingKey(bytes(31))
    assert repr(KEY) == f"SealingKey(kid='{KEY.kid}')"


def test_a_fingerprint_names_a_key_and_no_other() -> None:
    assert fingerprint(bytes(32)) != fingerprint(bytes(31) + b"\x01")
    assert len(fingerprint(bytes(32))) == 26


@given(st.binary(max_size=100))
def test_bytes_have_one_text_and_the_text_gives_them_back(content: bytes) -> None:
    assert from_text(to_text(content)) == content


@pytest.mark.parametrize("text", ["A", "AB", "AA==", "A+==", "AA A", "ÿÿ", "AAA\n", "AAAAA"])
def test_a_second_spelling_of_bytes_is_refused(text: str) -> None:
    with pytest.raises(Tampered):
        from_text(text)
