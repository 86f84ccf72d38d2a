"""The stamp on storage: set once, harmless to set again, never another's."""

import pytest

from shared.domain.errors import WrongEnvironment
from shared.storage.stamp import read_stamp, write_stamp
from tests.twin.shelf import MemoryShelf


async def test_new_storage_bears_no_stamp() -> None:
    assert await read_stamp(MemoryShelf()) is None


async def test_storage_keeps_the_stamp_it_got() -> None:
    shelf = MemoryShelf()
    await write_stamp(shelf, "test", "wri_1")
    await write_stamp(shelf, "test", "wri_2")

    assert await read_stamp(shelf) == "test"


async def test_another_environment_cannot_stamp_it_over() -> None:
    shelf = MemoryShelf()
    await write_stamp(shelf, "production", "wri_1")

    with pytest.raises(WrongEnvironment, match="production"):
        await write_stamp(shelf, "development", "wri_2")

    assert await read_stamp(shelf) == "production"
