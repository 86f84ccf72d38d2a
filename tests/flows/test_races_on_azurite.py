"""The races again, on the real SDK and the emulator, by two apps as two processes would run them (invariants 2, 4, 5)."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from shared.domain.errors import InvalidGrant, InvalidToken, StaleForm
from shared.flows.make_tokens import Tokens
from shared.flows.sign_in_and_go_on import SignedIn
from shared.flows.tell_userinfo import tell_userinfo
from shared.storage.layout import TABLES
from shared.storage.tables import Tables
from tests.flows.worlds import furnish, history, signed_in, world_on
from tests.world import EMAIL, World, code_in, ring

pytestmark = pytest.mark.slow


@pytest.fixture
async def worlds(azurite: str) -> AsyncIterator[tuple[World, World]]:
    """Give two apps with connections of their own on one storage."""
    prefix = f"t{uuid4().hex[:12]}"
    ours, theirs = Tables(azurite, prefix=prefix), Tables(azurite, prefix=prefix)
    await asyncio.gather(*(ours.create(name) for name in TABLES))
    world, other = world_on(ours), world_on(theirs)
    world.account_id = await furnish(world.app)
    yield world, other
    await ours.aclose()
    await theirs.aclose()


async def test_invariant_4_of_fifty_redemptions_on_two_processes_one_succeeds(worlds: tuple[World, World]) -> None:
    code = code_in((await signed_in(worlds[0])).outcome)

    answers = await asyncio.gather(*(worlds[number % 2].redeem(code) for number in range(50)), return_exceptions=True)

    [tokens] = [answer for answer in answers if isinstance(answer, Tokens)]
    assert sum(isinstance(answer, InvalidGrant) for answer in answers) == 49
    with pytest.raises(InvalidToken, match="ended"):
        await tell_userinfo(worlds[1].app, access_token=tokens.access_token)
    assert (await history(worlds[0])).count("grant.revoked") == 1


async def test_invariant_4_of_fifty_openings_of_a_link_on_two_processes_one_succeeds(
    worlds: tuple[World, World],
) -> None:
    link = await worlds[0].link()

    answers = await asyncio.gather(*(worlds[number % 2].go_on(link) for number in range(50)), return_exceptions=True)

    [came] = [answer for answer in answers if isinstance(answer, SignedIn)]
    assert sum(isinstance(answer, StaleForm) for answer in answers) == 49
    assert await worlds[1].redeem(code_in(came.outcome))
    assert (await history(worlds[0])).count("session.began") == 1


async def test_invariant_5_of_sixty_wrong_answers_at_once_five_are_looked_at(worlds: tuple[World, World]) -> None:
    # Wrong ones, because a right one that is through takes its count back and so lets another in.
    guesses = (worlds[number % 2].sign_in(password=f"guess {number}") for number in range(60))
    answers = await asyncio.gather(*guesses)

    address = ring().directory_hash("email", EMAIL)
    (attempts,) = (await worlds[0].app.directory.entry(address)).attempts.values()
    assert (set(answers), attempts.value.count) == ({None}, 5)
    # The first and the fifth asked together: either may be told first.
    assert sorted(await history(worlds[0])) == ["account.created", "sign_in.locked", "sign_in.refused"]
    assert await worlds[1].sign_in() is None


async def test_invariant_2_twenty_sign_ins_at_once_leave_one_chain_without_a_gap(worlds: tuple[World, World]) -> None:
    came = await asyncio.gather(*(worlds[number % 2].sign_in(network=f"10.0.{number}.0/24") for number in range(20)))

    assert all(came)
    assert (await history(worlds[0])).count("session.began") == 20
