"""Give events their place in a chain, and seal what they say of people, ready for the batch they are written in."""

from collections.abc import Iterator, Mapping, Sequence

from shared.domain import chains
from shared.domain.canonical import canonical
from shared.domain.chains import Appended, Head
from shared.domain.events import Draft
from shared.domain.ids import new_id
from shared.domain.stored import Chained, Grown, Stored
from shared.domain.times import Millis
from shared.ports import App, DataKey

SECRET_VERSION = 1


def grow(
    app: App,
    read: Stored[Head] | None,
    drafts: Sequence[Draft],
    *,
    chain: str,
    keys: Mapping[str, DataKey],
    now: Millis,
) -> Grown:
    """Append drafts to a chain as it was read. `keys` has the data key of every subject the drafts speak of."""
    head = read.value if read else chains.genesis(chain)
    links = []
    for draft in drafts:
        appended = chains.append(head, draft, event_id=new_id("evt", app.random(16)), at=now, salts=_salts(app))
        head = appended.head
        links.append(Chained(appended.event, _seal(appended, keys)))
    return Grown(read, head, tuple(links))


def _salts(app: App) -> Iterator[bytes]:
    while True:
        yield app.random(chains.SALT_BYTES)


def _seal(appended: Appended, keys: Mapping[str, DataKey]) -> str:
    sealed = [
        {
            "path": secret.path,
            "subject": secret.subject,
            "sealed": keys[secret.subject].seal(
                kind="event",
                # The event's id is in the associated data: a secret moved to another event does not open.
                field=f"{appended.event.id}{secret.path}",
                v=SECRET_VERSION,
                content=secret.content(),
            ),
        }
        for secret in appended.secrets
    ]
    return canonical(sealed).decode()
