"""Loading a seed: it creates what is missing, leaves what is there, and refuses before the first write."""

import pytest

from devhost.seeds.load import load
from devhost.seeds.model import Seed, SeedAccount, SeedClient, SeedError, SeedOrganisation
from shared.domain.text import parse_email
from tests.flows.worlds import a_quick_world
from tests.world import EMAIL, PASSWORD

HERE = "org_00000000000000000000000001"
NOWHERE = "org_00000000000000000000000009"


def client(organisation: str, name: str = "One") -> SeedClient:
    return SeedClient(
        client_id="one",
        client_secret="a-secret-of-16-or-more",
        client_name=name,
        organisation=organisation,
        redirect_uris=("https://one.example/back",),
    )


async def test_a_client_of_no_organisation_is_refused_by_its_field_before_anything_is_made() -> None:
    app = (await a_quick_world()).app
    told: list[str] = []
    seed = Seed(organisations=(SeedOrganisation(id=HERE, name="Here"),), clients=(client(NOWHERE),))

    with pytest.raises(SeedError) as refused:
        await load(app, seed, told.append)

    assert str(refused.value) == f"clients.0.organisation: there is no organisation {NOWHERE}."
    assert told == []
    assert await app.organisations.head(HERE) is None


async def test_a_second_seed_changes_nothing_and_says_what_it_left() -> None:
    world = await a_quick_world()
    told: list[str] = []
    first = Seed(
        organisations=(SeedOrganisation(id=HERE, name="Here"),),
        clients=(client(HERE),),
        accounts=(SeedAccount(email=EMAIL, password="another password"),),
    )
    await load(world.app, first, told.append)
    made = list(told)

    await load(world.app, first.model_copy(update={"clients": (client(HERE, name="Other"),)}), told.append)

    assert made == [f"organisation {HERE}", "client       one"]
    (left,) = told[len(made) :]
    assert left.startswith("client one is there already with other metadata")
    kept = await world.app.clients.find("one")
    assert kept is not None
    assert kept.client_name == "One"
    assert await load(world.app, first, told.append) == 0
    assert await world.sign_in(parse_email(EMAIL).typed, PASSWORD) is not None
