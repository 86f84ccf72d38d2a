"""Texts: one person's address has one form, however it was typed, and look-alikes of the at sign are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.errors import InvalidRequest
from shared.domain.text import MAX_EMAIL, is_client_id, nfc, parse_email
from tests.vectors.golden import golden


@pytest.mark.parametrize("vector", golden("text"))
def test_addresses_are_read_as_the_golden_vectors_say(vector: dict[str, str]) -> None:
    email = parse_email(vector["given"])

    assert (email.canonical, email.typed) == (vector["canonical"], vector["typed"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "anna",
        "@example.test",
        "anna@",
        "anna@localhost",
        "anna@example..test",
        "anna@.example.test",
        "anna@-example.test",
        "anna@exa_mple.test",
        "anna@[192.0.2.1]",
        "anna@exam ple.test",
        "an na@example.test",
        '"an na"@example.test',
        "anna@b@example.test",
        ".anna@example.test",
        "an..na@example.test",
        "anna(x)@example.test",
        "anna\x00@example.test",
        "anna\u202e@example.test",
        "anna\u200b@example.test",
        "anna\r\nbcc@example.test",
        "anna\uff20example.test",
        "anna@x\uff20example.test",
        "anna\ufe6bexample.test",
        "anna\uff20victim.test@example.test",
        "anna\ufe6bvictim.test@example.test",
        "anna@example.test\u2028",
        "\ud800@example.test",
        "a" * 65 + "@example.test",
        "é" * 33 + "@example.test",
        "anna@" + "a" * 64 + ".test",
        "a@" + "b" * 250 + ".c",
        "a@" + ".".join(["b" * 60] * 5),
        "anna@xn--\u00fc.test",
        "a" * 1_000_000,
    ],
)
def test_what_is_no_address_as_we_accept_it_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        parse_email(text)

    assert "anna" not in refused.value.detail


def test_an_address_may_be_254_characters_long() -> None:
    domain = ".".join(["b" * 60] * 3)
    longest = "a" * 64 + "@" + domain + ".c" + "d" * (MAX_EMAIL - 64 - 1 - len(domain) - 2)

    assert len(longest) == MAX_EMAIL
    assert parse_email(longest).canonical == longest
    with pytest.raises(InvalidRequest):
        parse_email(longest + "d")


@given(st.text(min_size=1, max_size=20))
def test_reading_a_canonical_address_again_changes_nothing(local: str) -> None:
    try:
        once = parse_email(f"{local}@example.test").canonical
    except InvalidRequest:
        return

    assert parse_email(once).canonical == once
    assert nfc(once) == once


def test_an_address_is_not_shown_when_the_object_is_printed() -> None:
    assert "anna" not in repr(parse_email("anna@example.test"))


@pytest.mark.parametrize("text", ["shop", "a", "~!@#$ %^", "x" * 64])
def test_printable_ascii_up_to_64_characters_may_name_a_client(text: str) -> None:
    assert is_client_id(text)


@pytest.mark.parametrize("text", ["", "x" * 65, "a\n", "a\tb", "caf\u00e9", "\x7f", "a\x00"])
def test_anything_else_may_not_name_a_client(text: str) -> None:
    assert not is_client_id(text)


def test_line_35_no_client_is_called_like_an_account() -> None:
    account_id = "acc_00041061050r3gg28a1c60t3gf"

    assert not is_client_id(account_id)
    assert is_client_id(account_id[:-1])
    assert is_client_id("acc_site")
