"""Registering: one person, one account; one client id, one organisation; nothing is overwritten (invariant 1)."""

import asyncio
import json
from dataclasses import replace

import pytest

from shared.domain.errors import Unavailable
from shared.domain.text import parse_email
from shared.flows.register import NewAccount, register_account, register_client, register_organisation
from shared.flows.tell_userinfo import tell_userinfo
from tests.flows.consistency import assert_whole
from tests.flows.failing import FailingShelf
from tests.flows.worlds import ADA, a_quick_world, history, world_on
from tests.twin.shelf import MemoryShelf
from tests.world import EMAIL, ORGANISATION, PASSWORD, SEED, SITE, World

OTHER = "org_22222222222222222222222222"


def _grace(password: str = PASSWORD, email: str = "grace@demo.example") -> NewAccount:
    return NewAccount(parse_email(email), password, {"name": "Grace Hopper"})


def _memory(world: World) -> MemoryShelf:
    assert isinstance(world.shelf, MemoryShelf)
    return world.shelf


async def test_invariant_1_of_fifty_registrations_of_one_address_one_makes_an_account() -> None:
    world = await a_quick_world()
    other = world_on(world.shelf, world.clock)
    spellings = ["grace@demo.example", "Grace@DEMO.example", "GRACE@demo.example."]

    made = await asyncio.gather(
        *(
            register_account((world, other)[number % 2].app, _grace(str(number), spellings[number % 3]), actor=SEED)
            for number in range(50)
        )
    )

    [(number, account_id)] = [(number, one) for number, one in enumerate(made) if one is not None]
    assert_whole(_memory(world))
    assert await history(world, account_id) == ["account.created"]
    assert await world.sign_in("grace@demo.example", str(number)) is not None
    accounts = [one for one in _memory(world)._tables["accounts"] if one.startswith("acc_")]
    assert sorted(accounts) == sorted([world.account_id, account_id])


async def test_invariant_1_a_taken_address_stays_with_its_owner() -> None:
    world = await a_quick_world()
    before = await world.app.accounts.desk(world.account_id)

    assert await register_account(world.app, replace(ADA, password="another"), actor=SEED) is None
    assert await world.app.accounts.desk(world.account_id) == before
    assert await world.sign_in(EMAIL, "another") is None
    assert await world.sign_in() is not None


async def test_an_unfinished_claim_is_finished_by_registering_again() -> None:
    world = await a_quick_world(FailingShelf, decoys=True)
    shelf = world.shelf
    assert isinstance(shelf, FailingShelf)
    shelf.fail(2, after=False)
    with pytest.raises(Unavailable):
        await register_account(world.app, _grace(), actor=SEED)
    shelf.heal()

    # Meanwhile it is an address as nobody has it.
    assert await world.sign_in("grace@demo.example", PASSWORD) is None
    account_id = await register_account(world.app, _grace(), actor=SEED)
    assert account_id is not None
    assert await world.sign_in("grace@demo.example", PASSWORD) is not None
    assert_whole(shelf.memory)


async def test_what_is_registered_again_is_left_as_it_is() -> None:
    world = await a_quick_world()
    rows = {table: dict(partitions) for table, partitions in _memory(world)._tables.items() if table != "journal"}

    assert not await register_organisation(world.app, organisation_id=ORGANISATION, name="Other", actor=SEED)
    assert not await register_client(world.app, replace(SITE, client_name="Other"), actor=SEED)
    assert await register_account(world.app, replace(ADA, password="other"), actor=SEED) is None

    assert {name: one for name, one in _memory(world)._tables.items() if name != "journal"} == rows


async def test_a_client_id_belongs_to_the_organisation_that_claimed_it_first() -> None:
    world = await a_quick_world()
    await register_organisation(world.app, organisation_id=OTHER, name="Other", actor=SEED)

    assert not await register_client(world.app, replace(SITE, organisation=OTHER, client_name="Theirs"), actor=SEED)

    found = await world.app.clients.find("site")
    assert found is not None
    assert found.client_name == "Site"
    assert_whole(_memory(world))


async def test_a_claim_that_was_not_finished_stays_with_its_organisation() -> None:
    world = await a_quick_world(FailingShelf)
    shelf = world.shelf
    assert isinstance(shelf, FailingShelf)
    await register_organisation(world.app, organisation_id=OTHER, name="Other", actor=SEED)
    ours = replace(SITE, client_id="new")
    shelf.fail(2, after=False)
    with pytest.raises(Unavailable):
        await register_client(world.app, ours, actor=SEED)
    shelf.heal()

    assert not await register_client(world.app, replace(ours, organisation=OTHER), actor=SEED)
    assert await world.app.clients.find("new") is None
    assert await register_client(world.app, ours, actor=SEED)
    world.clock.pass_by(5_000)
    assert await world.app.clients.find("new") == ours
    assert_whole(shelf.memory)


async def test_of_twenty_organisations_at_once_one_gets_the_client_id() -> None:
    world = await a_quick_world()
    ids = [f"org_{number:026d}" for number in range(30, 50)]
    for one in ids:
        await register_organisation(world.app, organisation_id=one, name="Other", actor=SEED)

    made = await asyncio.gather(
        *(register_client(world.app, replace(SITE, client_id="new", organisation=one), actor=SEED) for one in ids)
    )

    assert made.count(True) == 1
    found = await world.app.clients.find("new")
    assert found is not None
    assert found.organisation == ids[made.index(True)]
    assert_whole(_memory(world))


async def test_invariant_2_thirty_clients_at_once_leave_one_chain_without_a_gap() -> None:
    world = await a_quick_world()
    ids = [f"client {number}" for number in range(30)]

    made = await asyncio.gather(*(register_client(world.app, replace(SITE, client_id=one), actor=SEED) for one in ids))

    assert all(made)
    assert_whole(_memory(world))
    events = await world.app.organisations.events(ORGANISATION, 1, 100)
    assert len(events) == 1 + 2 + 30


async def test_a_profile_is_stored_in_one_unicode_form() -> None:
    world = await a_quick_world()
    decomposed = NewAccount(parse_email("zoe@demo.example"), "pass\u0065\u0301", {"name": "Zoe\u0308"})
    await register_account(world.app, decomposed, actor=SEED)

    came = await world.sign_in("zoe@demo.example", "pass\u0065\u0301")
    assert came is not None
    code = dict(came.outcome.parameters)["code"]  # type: ignore[union-attr]  # the site asks nothing
    tokens = await world.redeem(code)
    claims = await tell_userinfo(world.app, access_token=tokens.access_token)
    assert claims["name"] == "Zo\u00eb"


async def test_a_client_s_own_sign_in_page_is_told_in_the_event_for_it_sees_passwords() -> None:
    world = await a_quick_world()
    place = "https://site.example/sign-in"
    await register_client(world.app, replace(SITE, client_id="new", sign_in_uri=place), actor=SEED)

    told = [
        json.loads(one.event.canonical)["after"] for one in await world.app.organisations.events(ORGANISATION, 2, 9)
    ]
    assert [after.get("sign_in_uri") for after in told] == [None, None, place]
