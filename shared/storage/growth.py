"""How a chain grows on a shelf: head under its ETag, events insert-only, in the batch of the change they tell of."""

from shared.domain.rows import Change, Insert, Replace
from shared.domain.stored import Chained, Grown
from shared.ports import Shelf
from shared.storage import layout, records


def grow_chain(grown: Grown, name: str) -> list[Change]:
    """Give the changes that append to a chain. Insert-only events carry the `write_id` that knows our own write again."""
    head = records.from_head(grown.head)
    row = layout.head_row(name)
    return [
        Insert(row, head) if grown.read is None else Replace(row, head, grown.read.etag),
        *(Insert(layout.event_row(name, link.event.seq), records.from_event(link)) for link in grown.links),
    ]


async def read_events(
    shelf: Shelf, table: str, partition: str, name: str, first: int, last: int
) -> tuple[Chained, ...]:
    """Read a chain's events from `first` to `last`, in order."""
    begins, ends = layout.event_range(name, first, last)
    return tuple(records.to_link(row) for row in await shelf.span(table, partition, begins, ends))
