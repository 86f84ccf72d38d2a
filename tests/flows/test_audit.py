"""The audit of an account names the first number at which its chain does not hold (invariant 2)."""

import pytest

from shared.domain.chains import Broken, Event, Whole, account_chain
from shared.domain.events import Draft
from shared.domain.rows import Fields, Put
from shared.flows.audit import audit_account
from shared.flows.chain import grow
from shared.storage import layout
from tests.flows.worlds import a_quick_world, signed_in
from tests.twin.shelf import MemoryShelf
from tests.world import NOON, SEED, World


async def _lived() -> World:
    """Give a world whose person has signed in a few times: events 1 to 7."""
    world = await a_quick_world()
    for _ in range(6):
        await signed_in(world)
    return world


def _rows(world: World) -> dict[str, Fields]:
    assert isinstance(world.shelf, MemoryShelf)
    return world.shelf._tables[layout.ACCOUNTS][layout.account_partition(world.account_id)]  # type: ignore[return-value]


async def _edit(world: World, row: str, **fields: str | int | bytes) -> None:
    partition = layout.account_partition(world.account_id)
    read = await world.shelf.get(layout.ACCOUNTS, partition, row)
    assert read is not None
    edited = Put(row, {**read.fields, **fields})
    await world.shelf.write(layout.ACCOUNTS, partition, [edited], write_id="wri_test")


async def _field(world: World, row: str, name: str) -> bytes:
    read = await world.shelf.get(layout.ACCOUNTS, layout.account_partition(world.account_id), row)
    assert read is not None
    value = read.fields[name]
    assert isinstance(value, bytes)
    return value


def _event(seq: int) -> str:
    return layout.event_row(layout.SELF, seq)


async def _audit(world: World) -> Whole | Broken | None:
    return await audit_account(world.app, world.account_id, show=lambda _: None)


async def test_a_chain_that_nobody_touched_is_whole() -> None:
    world = await _lived()
    told: list[Event] = []

    assert await audit_account(world.app, world.account_id, show=told.append) == Whole(7)
    assert [event.seq for event in told] == [1, 2, 3, 4, 5, 6, 7]


async def test_an_edited_event_is_named() -> None:
    world = await _lived()
    content = await _field(world, _event(4), "canonical")
    await _edit(world, _event(4), canonical=content.replace(b'"ok"', b'"OK"'))

    verdict = await _audit(world)

    assert isinstance(verdict, Broken)
    assert verdict.seq == 4


async def test_an_account_whose_row_was_taken_away_is_not_one_that_never_was() -> None:
    world = await _lived()
    del _rows(world)[layout.STATE]

    verdict = await _audit(world)

    assert isinstance(verdict, Broken)
    assert verdict.seq == 0
    assert await audit_account(world.app, "acc_00000000000000000000000000", show=lambda _: None) is None


async def test_an_event_whose_row_cannot_be_read_any_more_is_named() -> None:
    for unreadable in ({"canonical": "a text"}, {"hash": 1}, {"v": 2}, {"v": "1"}):
        world = await _lived()
        await _edit(world, _event(4), **unreadable)

        verdict = await _audit(world)

        assert isinstance(verdict, Broken)
        assert verdict.seq == 4
        assert verdict.why.startswith("cannot be read: ")


async def test_the_first_of_two_breaks_is_named_also_when_the_second_cannot_be_read() -> None:
    world = await _lived()
    await _edit(world, _event(5), canonical="a text")
    await _edit(world, _event(3), name="consent.given")

    assert await _audit(world) == Broken(3, "the columns beside the bytes say something else")


async def test_an_event_that_was_edited_together_with_its_hash_is_named() -> None:
    world = await _lived()
    await _edit(world, _event(4), hash=await _field(world, _event(3), "hash"))

    verdict = await _audit(world)

    assert isinstance(verdict, Broken)
    assert verdict.seq == 4


async def test_what_stands_beside_the_bytes_cannot_say_something_else() -> None:
    world = await _lived()
    await _edit(world, _event(5), name="session.ended")

    verdict = await _audit(world)

    assert isinstance(verdict, Broken)
    assert verdict.seq == 5


async def test_a_personal_value_that_was_exchanged_is_named() -> None:
    world = await _lived()
    assert isinstance(world.shelf, MemoryShelf)
    other = await world.shelf.get(layout.ACCOUNTS, layout.account_partition(world.account_id), _event(2))
    assert other is not None
    await _edit(world, _event(3), sealed=str(other.fields["sealed"]))

    verdict = await _audit(world)

    assert isinstance(verdict, Broken)
    assert verdict.seq == 3


async def test_a_removed_event_is_named() -> None:
    world = await _lived()
    del _rows(world)[_event(3)]

    assert await _audit(world) == Broken(3, "missing")


async def test_removed_events_at_the_end_are_named() -> None:
    world = await _lived()
    del _rows(world)[_event(7)]
    del _rows(world)[_event(6)]

    assert await _audit(world) == Broken(6, "missing")


async def test_two_events_that_changed_places_are_named() -> None:
    world = await _lived()
    rows = _rows(world)
    rows[_event(3)], rows[_event(4)] = rows[_event(4)], rows[_event(3)]

    verdict = await _audit(world)

    assert isinstance(verdict, Broken)
    assert verdict.seq == 3


async def test_an_event_after_the_head_is_named() -> None:
    world = await _lived()
    head = layout.head_row(layout.SELF)
    await _edit(world, head, seq=6, hash=await _field(world, _event(6), "hash"))

    assert await _audit(world) == Broken(7, "stands after the head")


async def test_a_head_that_was_removed_is_told() -> None:
    world = await _lived()
    del _rows(world)[layout.head_row(layout.SELF)]

    verdict = await _audit(world)

    assert isinstance(verdict, Broken)
    assert verdict.why == "the head is missing"


async def test_a_chain_longer_than_a_page_is_read_to_its_end() -> None:
    world = await a_quick_world()
    draft = Draft(name="consent.given", actor=SEED, via="tests", thing="site")
    chain = account_chain(world.account_id)
    for _ in range(5):
        desk = await world.app.accounts.desk(world.account_id)
        assert desk is not None
        grown = grow(world.app, desk.head, [draft] * 90, chain=chain, keys={}, now=NOON)
        await world.app.accounts.change(desk, desk.account.value, grown, write_id="wri_test")
    assert await _audit(world) == Whole(451)

    del _rows(world)[_event(201)]
    assert await _audit(world) == Broken(201, "missing")


async def test_of_an_account_that_is_not_there_nothing_is_told() -> None:
    world = await a_quick_world()

    assert await audit_account(world.app, "acc_00000000000000000000000000", show=lambda _: None) is None


@pytest.mark.parametrize("field", ["profile", "password"])
async def test_a_sealed_value_of_the_account_that_was_edited_is_told_at_the_last_event(field: str) -> None:
    world = await _lived()
    other = (await a_quick_world(decoys=True)).shelf
    decoy = await other.get(layout.ACCOUNTS, layout.account_partition("decoy-000"), layout.STATE)
    assert decoy is not None
    await _edit(world, layout.STATE, **{field: str(decoy.fields[field])})

    assert await _audit(world) == Broken(7, "the account's row holds a sealed value that does not open")


@pytest.mark.parametrize("row", [layout.KEY, layout.STATE, layout.head_row(layout.SELF)])
async def test_rows_that_cannot_be_read_any_more_are_told_as_a_broken_account(row: str) -> None:
    world = await _lived()
    await _edit(world, row, v="a text")

    verdict = await _audit(world)

    assert isinstance(verdict, Broken)
    assert verdict.seq == 0
    assert verdict.why.startswith("the account's rows cannot be read: ")
