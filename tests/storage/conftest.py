"""Both shelves for every contract: the one on Azure Tables, as Azurite plays it, and the one in memory."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from shared.ports import Shelf
from shared.storage import layout
from shared.storage.tables import Tables
from tests.twin.shelf import MemoryShelf


@pytest.fixture(params=["memory", pytest.param("azurite", marks=pytest.mark.slow)])
async def shelf(request: pytest.FixtureRequest) -> AsyncIterator[Shelf]:
    if request.param == "memory":
        yield MemoryShelf()
        return
    tables = Tables(request.getfixturevalue("azurite"))
    await tables.create(layout.ACCOUNTS)
    yield tables
    await tables.aclose()


@pytest.fixture
def partition() -> str:
    return layout.account_partition(f"acc_{uuid4().hex}")
