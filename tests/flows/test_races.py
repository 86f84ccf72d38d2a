"""Sign-ins that meet one another, or a change of the account, half way (invariants 2 and 5)."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from shared.domain.errors import Conflict
from shared.domain.rows import Change
from shared.domain.sessions import LISTED_LIMIT
from shared.domain.times import DAY
from shared.flows import again as patience
from shared.storage import layout
from tests.flows.consistency import assert_whole
from tests.flows.watching import WatchingShelf
from tests.flows.worlds import a_quick_world, alter, history, signed_in, world_on
from tests.twin.shelf import MemoryShelf
from tests.world import World, ring


class RivalShelf(WatchingShelf):
    """A shelf on which somebody else comes first: `rival` runs just before the next write to an account."""

    def __init__(self, memory: MemoryShelf) -> None:
        super().__init__(memory)
        self.memory = memory
        self.rival: Callable[[], Awaitable[None]] | None = None

    async def write(self, table: str, partition: str, changes: Sequence[Change], *, write_id: str) -> None:
        if table == layout.ACCOUNTS and self.rival is not None:
            rival, self.rival = self.rival, None
            await rival()
        await super().write(table, partition, changes, write_id=write_id)


async def _raced() -> tuple[World, RivalShelf]:
    world = await a_quick_world(RivalShelf)
    assert isinstance(world.shelf, RivalShelf)
    return world, world.shelf


@pytest.mark.parametrize("processes", [1, 2])
async def test_invariant_2_fifty_sign_ins_at_once_leave_one_chain_without_a_gap(processes: int) -> None:
    world = await a_quick_world()
    worlds = [world, world_on(world.shelf, world.clock)][:processes]

    came = await asyncio.gather(
        *(worlds[number % processes].sign_in(network=f"10.0.{number}.0/24") for number in range(50))
    )

    assert all(came)
    assert (await history(world)).count("session.began") == 50
    assert isinstance(world.shelf, MemoryShelf)
    assert_whole(world.shelf)


async def test_invariant_2_right_and_wrong_answers_at_once_leave_a_whole_chain() -> None:
    world = await a_quick_world()

    await asyncio.gather(
        *(
            world.sign_in(
                password="wrong" if number % 2 else "correct horse battery staple", network=f"10.0.{number}/24"
            )
            for number in range(40)
        )
    )

    told = await history(world)
    assert (told.count("session.began"), told.count("sign_in.refused")) == (20, 20)
    assert isinstance(world.shelf, MemoryShelf)
    assert_whole(world.shelf)


async def test_invariant_5_an_account_that_was_disabled_meanwhile_begins_no_session() -> None:
    world, shelf = await _raced()
    shelf.rival = lambda: alter(world, status="disabled")

    assert await world.sign_in() is None
    assert await history(world) == ["account.created", "sign_in.refused"]
    assert_whole(shelf.memory)


async def test_invariant_5_a_password_that_was_changed_meanwhile_begins_no_session() -> None:
    world, shelf = await _raced()
    person = await world.app.accounts.person(world.account_id)
    assert person is not None
    another = (
        ring()
        .unwrap(person.wrapped_key, world.account_id)
        .seal(kind="account", field="password", v=1, content=ring().pepper("another").encode())
    )
    shelf.rival = lambda: alter(world, password=another)

    assert await world.sign_in() is None
    assert await history(world) == ["account.created", "sign_in.refused"]
    assert_whole(shelf.memory)


async def test_a_revocation_that_came_first_ends_no_session_that_began_after_it() -> None:
    world, shelf = await _raced()
    revoked_before = world.clock.at + DAY
    shelf.rival = lambda: alter(world, revoked_before=revoked_before)

    tokens = await world.redeem(await world.code())

    assert tokens.access_token
    state = await world.app.accounts.state(world.account_id)
    assert state is not None
    assert state.last_began == revoked_before + 1


async def test_an_account_that_vanished_meanwhile_is_as_unknown_as_any() -> None:
    world, shelf = await _raced()
    partition = layout.account_partition(world.account_id)

    async def purge() -> None:
        del shelf.memory._tables[layout.ACCOUNTS][partition]

    shelf.rival = purge

    assert await world.sign_in() is None


async def test_a_race_that_is_never_won_ends_after_ten_seconds() -> None:
    world = await a_quick_world()
    passed = 0.0
    tries = 0

    async def lose() -> None:
        nonlocal passed, tries
        passed += 1.0
        tries += 1
        raise Conflict("always")

    class Ticking:
        """An app whose clock goes on a second with each try."""

        monotonic = staticmethod(lambda: passed)
        random = staticmethod(bytes)

    with pytest.raises(Conflict, match="always"):
        await patience.again(Ticking(), lose, turn=lambda: world.app.accounts.turn("x"))  # type: ignore[arg-type]
    assert tries == patience.PATIENCE


async def test_at_most_fifty_sessions_are_listed_and_the_oldest_makes_room() -> None:
    world = await a_quick_world()
    for number in range(LISTED_LIMIT + 5):
        await signed_in(world, network=f"10.{number}.0.0/24")
        world.clock.pass_by(1)

    desk = await world.app.accounts.desk(world.account_id)
    assert desk is not None
    assert len(desk.listed) == LISTED_LIMIT
    began = [stored.value.began for stored in desk.listed]
    assert min(began) == min(sorted(began)[-LISTED_LIMIT:])
    assert max(began) == desk.account.value.last_began

    world.clock.pass_by(DAY)
    await signed_in(world)
    desk = await world.app.accounts.desk(world.account_id)
    assert desk is not None
    assert len(desk.listed) == 1
