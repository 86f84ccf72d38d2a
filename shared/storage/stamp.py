"""Storage bears its environment's name, so that another environment's app refuses to start on it (invariant 12)."""

from shared.domain.environments import Environment
from shared.domain.errors import AlreadyThere, WrongEnvironment
from shared.domain.rows import Insert
from shared.ports import Shelf
from shared.storage import layout


async def read_stamp(shelf: Shelf) -> str | None:
    """Say whose storage this is; None when it is nobody's yet."""
    row = await shelf.get(layout.STAMP, layout.STAMP_PARTITION, layout.STAMP_ROW)
    return None if row is None else str(row.fields["environment"])


async def write_stamp(shelf: Shelf, environment: Environment, write_id: str) -> None:
    """Stamp storage, once and for good. Harmless when it bears this stamp; raises WrongEnvironment when another."""
    stamp = Insert(layout.STAMP_ROW, {"v": 1, "environment": environment})
    try:
        await shelf.write(layout.STAMP, layout.STAMP_PARTITION, [stamp], write_id=write_id)
    except AlreadyThere as error:
        found = await read_stamp(shelf)
        if found != environment:
            raise WrongEnvironment(
                f"The storage belongs to '{found}', not to '{environment}': "
                "set SLUIS_STORAGE to this environment's own storage, or SLUIS_ENVIRONMENT to the storage's."
            ) from error
