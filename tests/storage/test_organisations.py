"""An organisation's partition: it owns its clients, and says each with an event in the same batch (invariant 2)."""

import pytest

from shared.domain.chains import organisation_chain
from shared.domain.clients import Client
from shared.domain.errors import AlreadyThere, Conflict
from shared.domain.rows import Put
from shared.domain.stored import Grown
from shared.storage import layout
from shared.storage.organisations import TableOrganisations
from tests.storage.grown import grown
from tests.twin.shelf import MemoryShelf

ORGANISATION = "org_1"


@pytest.fixture
def shelf() -> MemoryShelf:
    return MemoryShelf()


@pytest.fixture
async def organisations(shelf: MemoryShelf) -> TableOrganisations:
    organisations = TableOrganisations(shelf)
    born = grown(organisation_chain(ORGANISATION), name="organisation.created")
    await organisations.create(ORGANISATION, "a profile, sealed", "a key, wrapped", born, write_id="wri_1")
    return organisations


def _client(client_id: str = "site") -> Client:
    return Client(client_id, ORGANISATION, "Site", ("https://site.example/callback",), ("openid",))


async def _longer(organisations: TableOrganisations) -> Grown:
    return grown(organisation_chain(ORGANISATION), await organisations.head(ORGANISATION), "client.registered")


async def test_an_organisation_is_created_once(organisations: TableOrganisations) -> None:
    with pytest.raises(AlreadyThere):
        await organisations.create(
            ORGANISATION, "another", "another key", await _longer(organisations), write_id="wri_2"
        )


async def test_a_client_is_read_as_it_was_written(organisations: TableOrganisations) -> None:
    await organisations.add_client(_client(), await _longer(organisations), write_id="wri_2")

    assert await organisations.client("site", ORGANISATION) == _client()
    assert await organisations.client("SITE", ORGANISATION) is None
    assert await organisations.client("site", "org_2") is None
    links = await organisations.events(ORGANISATION, 1, 9)
    assert [link.event.name for link in links] == ["organisation.created", "client.registered"]


async def test_a_client_that_is_there_is_left_alone(organisations: TableOrganisations) -> None:
    await organisations.add_client(_client(), await _longer(organisations), write_id="wri_2")

    with pytest.raises(AlreadyThere):
        await organisations.add_client(_client(), await _longer(organisations), write_id="wri_3")
    assert len(await organisations.events(ORGANISATION, 1, 9)) == 2


async def test_two_that_read_the_same_head_cannot_both_append(organisations: TableOrganisations) -> None:
    first, second = await _longer(organisations), await _longer(organisations)
    await organisations.add_client(_client("one"), first, write_id="wri_2")

    with pytest.raises(Conflict) as refused:
        await organisations.add_client(_client("two"), second, write_id="wri_3")
    # Not "this client exists": it must be tried again.
    assert not isinstance(refused.value, AlreadyThere)
    assert await organisations.client("two", ORGANISATION) is None


async def test_an_event_in_the_way_is_a_conflict_and_not_a_client(
    organisations: TableOrganisations, shelf: MemoryShelf
) -> None:
    in_the_way = [Put(layout.event_row(layout.OWN, 2), {"v": 1})]
    partition = layout.organisation_partition(ORGANISATION)
    await shelf.write(layout.ORGANISATIONS, partition, in_the_way, write_id="wri_2")

    with pytest.raises(Conflict) as refused:
        await organisations.add_client(_client(), await _longer(organisations), write_id="wri_3")
    assert not isinstance(refused.value, AlreadyThere)


async def test_there_is_no_head_of_an_organisation_nobody_made(organisations: TableOrganisations) -> None:
    assert await organisations.head("org_2") is None
