"""Chains that grow by an event, for tests of the shelves that keep them."""

from itertools import repeat

from shared.domain import chains
from shared.domain.chains import Head
from shared.domain.events import Actor, Draft, EventName
from shared.domain.stored import Chained, Grown, Stored


def grown(chain: str, read: Stored[Head] | None = None, name: EventName = "consent.given", count: int = 1) -> Grown:
    """Append events that say nothing of anybody."""
    head = read.value if read else chains.genesis(chain)
    links = []
    for _ in range(count):
        draft = Draft(name=name, actor=Actor("system", "tests"), via="tests", thing="thing")
        appended = chains.append(head, draft, event_id=f"evt_{head.seq + 1}", at=1_800_000_000_000, salts=repeat(b""))
        head = appended.head
        links.append(Chained(appended.event, "[]"))
    return Grown(read, head, tuple(links))
