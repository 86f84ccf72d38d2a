"""Clients are five seconds old at most, a minute while storage is away, and unknown ones do not fill memory (data.md)."""

from dataclasses import replace

import pytest

from shared.domain.errors import AlreadyThere, Unavailable
from shared.flows.register import register_client
from shared.storage import layout
from shared.storage.clients import FRESH, REMEMBERED, STALE_AT_MOST, TableClients
from tests.flows.failing import FailingShelf
from tests.flows.worlds import a_quick_world, world_on
from tests.world import ORGANISATION, SEED, SITE, World


@pytest.fixture
async def world() -> World:
    return await a_quick_world(FailingShelf)


def _shelf(world: World) -> FailingShelf:
    assert isinstance(world.shelf, FailingShelf)
    return world.shelf


def _calls(world: World) -> int:
    return len(_shelf(world).memory.calls)


async def test_a_client_is_read_once_in_five_seconds(world: World) -> None:
    assert await world.app.clients.find("site") == SITE
    assert _calls(world) == 2

    world.clock.pass_by(int(FRESH * 1000) - 1)
    assert await world.app.clients.find("site") == SITE
    assert _calls(world) == 2
    world.clock.pass_by(1)
    assert await world.app.clients.find("site") == SITE
    assert _calls(world) == 4


async def test_invariant_15_while_storage_is_away_a_client_is_served_for_a_minute(world: World) -> None:
    await world.app.clients.find("site")
    _shelf(world).away = True

    world.clock.pass_by(int(STALE_AT_MOST * 1000) - 1)
    assert await world.app.clients.find("site") == SITE
    world.clock.pass_by(1)
    with pytest.raises(Unavailable):
        await world.app.clients.find("site")
    _shelf(world).away = False
    assert await world.app.clients.find("site") == SITE


async def test_serving_an_old_one_does_not_make_it_younger(world: World) -> None:
    await world.app.clients.find("site")
    _shelf(world).away = True
    for _ in range(5):
        world.clock.pass_by(11_000)
        assert await world.app.clients.find("site") == SITE

    world.clock.pass_by(5_000)
    with pytest.raises(Unavailable):
        await world.app.clients.find("site")


async def test_one_that_was_never_read_is_not_served_while_storage_is_away(world: World) -> None:
    _shelf(world).away = True

    with pytest.raises(Unavailable):
        await world.app.clients.find("site")


async def test_a_change_on_another_process_is_seen_after_five_seconds(world: World) -> None:
    other = world_on(world.shelf, world.clock)
    assert await other.app.clients.find("new") is None
    assert await world.app.clients.find("new") is None
    new = replace(SITE, client_id="new")
    await register_client(world.app, new, actor=SEED)

    assert await world.app.clients.find("new") == new
    assert await other.app.clients.find("new") is None
    world.clock.pass_by(int(FRESH * 1000))
    assert await other.app.clients.find("new") == new


async def test_a_client_that_was_removed_is_gone_after_five_seconds(world: World) -> None:
    await world.app.clients.find("site")
    del _shelf(world).memory._tables[layout.ORGANISATIONS][ORGANISATION][layout.client_row("site")]

    world.clock.pass_by(int(FRESH * 1000))
    assert await world.app.clients.find("site") is None


async def test_a_flood_of_made_up_ids_does_not_fill_memory(world: World) -> None:
    for number in range(REMEMBERED + 10):
        assert await world.app.clients.find(f"made up {number}") is None

    before = _calls(world)
    await world.app.clients.find(f"made up {REMEMBERED + 9}")
    assert _calls(world) == before
    await world.app.clients.find("made up 0")
    assert _calls(world) == before + 1


async def test_an_id_is_claimed_once_and_by_its_organisation_as_often_as_it_likes(world: World) -> None:
    await world.app.clients.claim("new", "org_1", write_id="wri_1")
    await world.app.clients.claim("new", "org_1", write_id="wri_2")

    with pytest.raises(AlreadyThere):
        await world.app.clients.claim("new", "org_2", write_id="wri_3")
    assert await world.app.clients.find("new") is None


@pytest.mark.parametrize("client_id", ["~", "site~x", "Site", "sité", "a b", "%", "'"])
async def test_no_spelling_finds_another_client(world: World, client_id: str) -> None:
    assert await world.app.clients.find(client_id) is None


@pytest.mark.parametrize("client_id", ["", "a" * 65, "sité", "a\nb"])
async def test_what_cannot_name_a_client_is_nobody_s_and_neither_asked_for_nor_remembered(
    world: World, client_id: str
) -> None:
    assert await world.app.clients.find(client_id) is None

    assert _calls(world) == 0
    assert isinstance(world.app.clients, TableClients)
    assert client_id not in world.app.clients._remembered
