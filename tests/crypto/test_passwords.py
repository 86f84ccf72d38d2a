"""Passwords: Argon2id with its final numbers, one form per text, and the same work whatever is typed."""

import asyncio
from collections.abc import Iterator

import pytest

from shared.crypto.passwords import LONGEST_LINE, MAX_PASSWORD, NEXT_TO_NONE, PasswordHasher
from shared.domain.errors import InvalidRequest, Unavailable
from tests.vectors.golden import golden


@pytest.fixture
def hasher() -> Iterator[PasswordHasher]:
    made = PasswordHasher(2)
    yield made
    made.close()


@pytest.mark.parametrize("vector", golden("passwords"))
async def test_a_password_is_hashed_as_the_golden_vectors_say(vector: dict[str, str]) -> None:
    hasher = PasswordHasher(1, random=lambda _count: bytes.fromhex(vector["salt"]))

    assert await hasher.hash(vector["password"]) == vector["argon"]
    assert await hasher.verify(vector["argon"], vector["password"])
    hasher.close()


async def test_the_right_password_is_right_and_a_wrong_one_wrong(hasher: PasswordHasher) -> None:
    argon = await hasher.hash("correct horse")

    assert argon.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await hasher.verify(argon, "correct horse")
    for wrong in ("", "correct hors", "correct horse ", "Correct horse", "correct horse\x00"):
        assert not await hasher.verify(argon, wrong)


async def test_two_hashes_of_one_password_differ(hasher: PasswordHasher) -> None:
    assert await hasher.hash("correct horse") != await hasher.hash("correct horse")


async def test_a_password_typed_on_another_keyboard_is_the_same_text(hasher: PasswordHasher) -> None:
    argon = await hasher.hash("Zo\u00eb")

    assert await hasher.verify(argon, "Zoe\u0308")
    assert not await hasher.verify(argon, "Zoe")


async def test_the_longest_password_is_taken_whole(hasher: PasswordHasher) -> None:
    longest = "e\u0308" * MAX_PASSWORD
    argon = await hasher.hash(longest)

    assert await hasher.verify(argon, longest)
    assert not await hasher.verify(argon, longest[:-2] + "x")


@pytest.mark.parametrize("password", ["x" * (MAX_PASSWORD + 1), "x" * 1_000_000, "\ud800"])
async def test_what_is_too_long_or_no_text_is_never_hashed_and_always_wrong(
    hasher: PasswordHasher, password: str
) -> None:
    with pytest.raises(InvalidRequest):
        await hasher.hash(password)
    assert not await hasher.verify(await hasher.hash(""), password)


async def test_a_hash_with_other_numbers_asks_to_be_made_anew(hasher: PasswordHasher) -> None:
    argon = await hasher.hash("x")

    assert not hasher.needs_rehash(argon)
    assert hasher.needs_rehash(argon.replace("t=2", "t=1"))
    assert hasher.needs_rehash(argon.replace("m=19456", "m=65536"))
    assert hasher.needs_rehash(argon.replace("argon2id", "argon2i"))


async def test_a_benchmark_s_hash_costs_next_to_none_and_is_known_by_it(hasher: PasswordHasher) -> None:
    cheap = PasswordHasher(1, cost=NEXT_TO_NONE)
    argon = await cheap.hash("correct horse")

    assert argon.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert not cheap.needs_rehash(argon)
    assert hasher.needs_rehash(argon)
    assert await hasher.verify(argon, "correct horse")
    cheap.close()


async def test_a_flood_is_told_so_at_once_and_the_line_goes_on() -> None:
    hasher = PasswordHasher(1)
    argon = await hasher.hash("correct horse")
    flood = [hasher.verify(argon, "wrong") for _ in range(LONGEST_LINE + 3)]

    answers = await asyncio.gather(*flood, return_exceptions=True)

    assert [isinstance(one, Unavailable) for one in answers] == [False] * LONGEST_LINE + [True] * 3
    assert await hasher.verify(argon, "correct horse")
    hasher.close()
