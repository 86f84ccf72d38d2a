"""Reads everything a storage holds and finds what is half done: state without event, event without state, a gap."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping

from shared.domain import chains
from shared.domain.chains import Event
from shared.domain.decoys import DECOYS, decoy_id
from shared.domain.rows import Row
from shared.domain.times import minute
from shared.storage import layout, records
from tests.twin.shelf import MemoryShelf

_DECOYS = {decoy_id(number) for number in range(DECOYS)}


type Contents = Mapping[str, Mapping[str, Mapping[str, Row]]]
"""All that is stored: table, partition, row."""


def contents_of(shelf: MemoryShelf) -> Contents:
    """Give what a shelf in memory holds."""
    return shelf._tables


def assert_whole(shelf: MemoryShelf) -> None:
    """Hold every account and organisation against its own chain, and every event against the journal (invariant 2)."""
    assert_all_whole(contents_of(shelf))


def assert_all_whole(contents: Contents) -> None:
    """Hold the same of any storage, once it is read."""
    marked = _marked(contents)
    for partition, rows in contents[layout.ACCOUNTS].items():
        if partition not in _DECOYS:
            _check_account(rows, _chain(rows, layout.SELF), marked)
    for rows in contents[layout.ORGANISATIONS].values():
        _check_organisation(rows, _chain(rows, layout.OWN), marked)


def events_in(contents: Contents) -> Counter[str]:
    """Count the events of all chains by name."""
    accounts = (rows for partition, rows in contents[layout.ACCOUNTS].items() if partition not in _DECOYS)
    chained = [_chain(rows, layout.SELF) for rows in accounts]
    chained += [_chain(rows, layout.OWN) for rows in contents[layout.ORGANISATIONS].values()]
    return Counter(event.name for events in chained for event in events)


def _chain(rows: Mapping[str, Row], name: str) -> list[Event]:
    head = records.to_head(rows[layout.head_row(name)])
    first, last = layout.event_range(name, 1, 10**12 - 1)
    events = [records.to_link(rows[row]).event for row in sorted(rows) if first <= row <= last]
    verdict = chains.verify(head.chain, ((one.seq, one.canonical, one.hash) for one in events), head)
    assert repr(verdict) == f"Whole(count={len(events)})"
    assert len(events) == head.seq
    return events


def _check_account(rows: Mapping[str, Row], events: list[Event], marked: set[tuple[str, str]]) -> None:
    names = Counter(event.name for event in events)
    account = records.to_account(rows[layout.STATE], "")
    sessions = [row for row in rows if layout.is_session(row)]
    assert events[0].name == "account.created"
    assert names["account.created"] == 1
    assert names["session.began"] == len(sessions) + names["session.ended"]
    ended = [*_things(events, "grant.revoked"), *_things(events, "session.ended")]
    assert len(ended) == len(set(ended))
    assert set(ended) == set(account.revoked)
    assert layout.KEY in rows
    _check_marks(events, marked)


def _check_organisation(rows: Mapping[str, Row], events: list[Event], marked: set[tuple[str, str]]) -> None:
    clients = [row for row in rows if row.startswith(layout.client_row("x")[:-1])]
    assert events[0].name == "organisation.created"
    assert layout.STATE in rows
    assert len(list(_things(events, "client.registered"))) == len(clients)
    _check_marks(events, marked)


def _check_marks(events: list[Event], marked: set[tuple[str, str]]) -> None:
    """Find the mark that was written before each event: without it the sealer would not find the chain."""
    for event in events:
        assert (minute(event.at), json.loads(event.canonical)["chain"]) in marked


def _marked(contents: Contents) -> set[tuple[str, str]]:
    return {
        (layout.parts(partition)[0], str(row.fields["chain"]))
        for partition, rows in contents[layout.JOURNAL].items()
        for row in rows.values()
    }


def _things(events: list[Event], name: str) -> Iterator[str]:
    return (json.loads(event.canonical)["thing"] for event in events if event.name == name)
