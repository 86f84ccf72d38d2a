"""Unknown, wrong, locked and disabled look the same from outside: same calls, same order, same shapes (invariant 5)."""

from dataclasses import replace

import pytest

from shared.domain.text import parse_email
from shared.domain.times import MINUTE
from shared.flows.register import NewAccount, register_account
from tests.flows.watching import Asked, WatchingShelf
from tests.flows.worlds import a_quick_world
from tests.world import EMAIL, PASSWORD, SEED, World

WRONG = (EMAIL, "wrong")
UNKNOWN = ("nobody@demo.example", PASSWORD)
DISABLED = ("disabled@demo.example", PASSWORD)
ROUNDS = 8
"""Enough to be refused for the first time, counted, locked, and turned away while locked."""


async def _watched() -> tuple[World, WatchingShelf]:
    world = await a_quick_world(WatchingShelf, decoys=True)
    shelf = world.shelf
    assert isinstance(shelf, WatchingShelf)
    world.app = replace(world.app, passwords=shelf.watch(world.app.passwords))
    disabled = NewAccount(parse_email(DISABLED[0]), PASSWORD, {"name": "Ada Lovelace"}, disabled=True)
    await register_account(world.app, disabled, actor=SEED)
    # The client is known from now on.
    await world.ask()
    return world, shelf


async def _tries(who: tuple[str, str]) -> list[list[Asked]]:
    """Let somebody try to sign in again and again, and give the calls of each try."""
    world, shelf = await _watched()
    tries = []
    for _ in range(ROUNDS):
        shelf.asked.clear()
        assert await world.sign_in(*who) is None
        tries.append([*shelf.asked])
    return tries


@pytest.mark.parametrize("who", [UNKNOWN, DISABLED], ids=["unknown", "disabled"])
async def test_invariant_5_each_refusal_makes_the_calls_of_a_wrong_password(who: tuple[str, str]) -> None:
    wrong, other = await _tries(WRONG), await _tries(who)

    assert [[asked.shape for asked in each] for each in other] == [[asked.shape for asked in each] for each in wrong]
    assert [[asked.name for asked in each] for each in wrong[:2]] == [
        [
            "span directory", "get sources", "span accounts", "write journal",
            "hash password", "write directory", "write sources", "write accounts",
        ],
        [
            "span directory", "get sources", "span accounts", "write journal",
            "hash password", "write directory", "write sources",
        ],
    ]  # fmt: skip


@pytest.mark.parametrize("who", [UNKNOWN, DISABLED], ids=["unknown", "disabled"])
async def test_invariant_5_what_is_written_differs_by_no_more_than_the_length_of_names(who: tuple[str, str]) -> None:
    wrong, other = await _tries(WRONG), await _tries(who)

    sizes = [
        (one, two)
        for try_one, try_two in zip(wrong, other, strict=True)
        for asked_one, asked_two in zip(try_one, try_two, strict=True)
        for one, two in zip(asked_one.sizes, asked_two.sizes, strict=True)
    ]
    assert len(sizes) > 3 * ROUNDS
    assert max(abs(one - two) for one, two in sizes) < 160


async def test_invariant_5_a_locked_out_person_makes_the_calls_of_a_locked_out_stranger() -> None:
    shapes = {}
    for name, email in (("person", EMAIL), ("stranger", UNKNOWN[0])):
        world, shelf = await _watched()
        for _ in range(5):
            await world.sign_in(email, "wrong")
        shelf.asked.clear()
        assert await world.sign_in(email, PASSWORD) is None
        shapes[name] = [asked.shape for asked in shelf.asked]

    assert shapes["person"] == shapes["stranger"]
    assert "hash password" in [what for what, _ in shapes["person"]]


@pytest.mark.parametrize("who", [WRONG, UNKNOWN, DISABLED], ids=["wrong", "unknown", "disabled"])
async def test_invariant_5_a_client_s_own_page_learns_nothing_that_ours_does_not(who: tuple[str, str]) -> None:
    world, shelf = await _watched()
    there = []
    for _ in range(ROUNDS):
        shelf.asked.clear()
        assert await world.sign_in_at_site(*who) is None
        there.append([asked.shape for asked in shelf.asked])

    assert there == [[asked.shape for asked in each] for each in await _tries(who)]


async def test_what_was_tried_on_a_client_s_own_page_counts_on_ours() -> None:
    world, _ = await _watched()
    for _ in range(5):
        assert await world.sign_in_at_site(*WRONG) is None

    assert await world.sign_in(EMAIL, PASSWORD) is None


async def test_a_stranger_is_locked_out_as_long_as_a_person() -> None:
    asked: dict[str, list[int]] = {}
    for email in (EMAIL, UNKNOWN[0]):
        world, shelf = await _watched()
        for _ in range(40):
            shelf.asked.clear()
            await world.sign_in(email, "wrong")
            asked.setdefault(email, []).append(len(shelf.asked))
            world.clock.pass_by(MINUTE // 2)

    assert asked[EMAIL] == asked[UNKNOWN[0]]


async def test_strangers_at_the_same_decoy_do_not_wait_for_one_another() -> None:
    world, shelf = await _watched()

    await world.sign_in("one@demo.example", "wrong")
    rehearsals = [asked for asked in shelf.asked if asked.name == "write accounts"][-1:]

    assert [type(change).__name__ for asked in rehearsals for change in asked.changes] == ["Put", "Put", "Put"]
