"""What the races share: two hosts of one issuer, and their storage as an app of the test's own reads and writes it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import uuid4

import pytest

from devhost.services.children import Children
from devhost.services.ports import choose_base
from shared.domain.times import Millis
from shared.ports import App
from shared.storage.layout import TABLES
from shared.storage.tables import Tables
from tests.flows.worlds import furnish
from tests.races.apps import a_world_of
from tests.races.crowd import Task, race
from tests.races.history import Told
from tests.races.hosts import TwoHosts
from tests.stack import Stack, start_host
from tests.world import World


@pytest.fixture(scope="session")
def hosts(children: Children, stack: Stack) -> TwoHosts:
    """Give the worker's own app, and a second process of it on another port."""
    port = choose_base().app
    return TwoHosts(stack, start_host(children, stack.environment, port, name="another app"), port)


@pytest.fixture
async def behind(stack: Stack) -> AsyncIterator[App]:
    """Give an app on the hosts' storage, to prepare and to look at what they did."""
    async with a_world_of(stack.environment) as world:
        yield world.app


@dataclass(frozen=True)
class Crowds:
    """A small world on tables of its own, and two processes that do things in it."""

    stack: Stack
    prefix: str
    world: World

    async def race(self, deed: str, given: str, *, count: int = 50, apart: Millis = 0) -> list[Told]:
        """Do a deed so many times at once, half of it in each process, whose clocks are so many milliseconds apart."""
        tasks = [
            Task(deed, given, list(range(one, count, 2)), self.prefix, ahead)
            for one, ahead in enumerate((-apart // 2, apart // 2))
        ]
        return await asyncio.to_thread(race, self.stack.environment, tasks)


@pytest.fixture
async def crowds(stack: Stack) -> AsyncIterator[Crowds]:
    prefix = f"t{uuid4().hex[:12]}"
    async with a_world_of(stack.environment, prefix=prefix) as world:
        assert isinstance(world.shelf, Tables)
        await world.shelf.create(*TABLES)
        world.account_id = await furnish(world.app)
        yield Crowds(stack, prefix, world)
