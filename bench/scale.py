"""What is too big for the suite: `scale calls` walks every flow among 10³ to 10⁶ accounts, on the shelf in memory.

In memory, because Azurite reads a whole table for a range. One contract suite and one budget hold the two alike.
"""

import asyncio
import sys
from collections.abc import Sequence
from typing import Final

from devhost.command.terminal import bar, say
from tests.flows.worlds import a_quick_world
from tests.test_budget import BUDGET, measure
from tests.twin.shelf import MemoryShelf

SIZES: Final = (1_000, 10_000, 100_000, 1_000_000)
USAGE: Final = 2


def main(arguments: Sequence[str]) -> int:
    """Run the one that is named. 0: within its limit, 1: not, 2: called wrongly."""
    if list(arguments) != ["calls"]:
        print("./dev bench scale NAME, where NAME is: calls", file=sys.stderr)
        return USAGE
    return asyncio.run(_calls())


async def _calls() -> int:
    columns: list[dict[str, int]] = []
    with bar("Sizes") as progress:
        for at, size in enumerate(SIZES):
            columns.append(await calls_among(size))
            progress(at + 1, len(SIZES))
    say(f"{'calls to storage among so many accounts':<40}" + "".join(f"{size:>12,}" for size in SIZES))
    for step in BUDGET:
        say(f"  {step:<38}" + "".join(f"{column[step]:>12}" for column in columns))
    constant = all(column == BUDGET for column in columns)
    say(f"\n{'The same at every size, and what the budget says.' if constant else 'NOT what the budget says.'}")
    return 0 if constant else 1


async def calls_among(size: int) -> dict[str, int]:
    """Give the calls of each step in a world of so many accounts."""
    world = await a_quick_world(lambda memory: crowded(memory, world_size=size), decoys=True)
    shelf = world.shelf
    assert isinstance(shelf, MemoryShelf)
    return await measure(world, lambda: len(shelf.calls))


def crowded(memory: MemoryShelf, *, world_size: int) -> MemoryShelf:
    """Fill up with people. They share the rows of those there are, or a million would need gigabytes."""
    for table, name in (("accounts", "acc_{:026d}"), ("directory", "{:052d}")):
        partitions = memory._tables[table]  # noqa: SLF001 - filling it through the flows would take an hour
        there = list(partitions.values())
        for number in range(world_size - len(there)):
            partitions[name.format(number)] = there[number % len(there)]
    return memory
