"""Rows as the shelves keep them: what may stand in one, and which changes may go together in one all-or-nothing write.

The limits are those of Azure Tables, checked here so that the real shelf and the one in memory refuse the same things.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

type Value = str | int | bool | bytes
type Fields = Mapping[str, Value]

WRITE_ID: Final = "write_id"
"""The field that every inserted row and every reservation bears: by it a write whose answer was lost is known again."""

MOST_CHANGES: Final = 100
_MOST_FIELDS = 252
_LONGEST_KEY = 512
_LONGEST_VALUE = 64 * 1024
_LARGEST_ROW = 1024 * 1024
_LARGEST_BATCH = 4 * 1024 * 1024
_PART_OVERHEAD = 1024  # the headers and keys of one change inside a batch
_INT64 = range(-(2**63), 2**63)
_KEY: Final = re.compile(r"[!-~]+")
_FORBIDDEN_IN_KEY: Final = frozenset("/\\#?%'\"")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,254}")
_RESERVED: Final = frozenset({"partitionkey", "rowkey", "timestamp", "etag"})


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it was read; the ETag is what a conditional change of it needs."""

    partition: str
    row: str
    fields: Fields
    etag: str


@dataclass(frozen=True, slots=True)
class Insert:
    """A new row: it must not exist."""

    row: str
    fields: Fields


@dataclass(frozen=True, slots=True)
class Replace:
    """The whole row anew, only if nobody changed it since it was read.

    A `reservation` (an attempt counted, say) needs no inserted row beside it: it bears the `write_id` itself. When its
    answer is lost and somebody reserves after it, it looks like a lost race and is made twice, which does no harm.
    """

    row: str
    fields: Fields
    etag: str
    reservation: bool = False


@dataclass(frozen=True, slots=True)
class Put:
    """The whole row anew, whatever stood there."""

    row: str
    fields: Fields


@dataclass(frozen=True, slots=True)
class Remove:
    """Away with it, only if nobody changed it since it was read; `*` where a row of its kind never changes.

    What is not there cannot be removed: a Conflict. So a lone one needs no inserted row beside it: when its answer is lost
    and it is tried again, the Conflict says that it is gone.
    """

    row: str
    etag: str


type Change = Insert | Replace | Put | Remove


def check_changes(partition: str, changes: Sequence[Change], *, write_id: str) -> None:
    """Refuse, with ValueError, what no shelf could write whole or know again after a lost answer."""
    if not 1 <= len(changes) <= MOST_CHANGES:
        raise ValueError(f"a write makes 1 to {MOST_CHANGES} changes, not {len(changes)}")
    if not write_id:
        raise ValueError("a write needs a write_id")
    check_keys(partition, *(change.row for change in changes))
    if len({change.row for change in changes}) < len(changes):
        raise ValueError("a row stands twice in one write")
    if not any(isinstance(change, Insert) for change in changes) and not all(map(_may_stand_alone, changes)):
        raise ValueError("a conditional write needs an inserted row, by which it is known again, or is a reservation")
    if sum(_PART_OVERHEAD + _check_row(change) for change in changes) > _LARGEST_BATCH:
        raise ValueError("the changes are too large for one write")


def check_keys(*keys: str) -> None:
    """Refuse, with ValueError, what cannot be a key. `layout.py` makes only such keys as can."""
    for key in keys:
        if _KEY.fullmatch(key) is None or len(key) > _LONGEST_KEY or not _FORBIDDEN_IN_KEY.isdisjoint(key):
            raise ValueError(f"not a key: {len(key)} characters")


def bears_write_id(change: Change) -> bool:
    """Say whether the row of a change tells whose write it was."""
    return isinstance(change, Insert) or (isinstance(change, Replace) and change.reservation)


def written(change: Insert | Replace | Put, *, write_id: str) -> Fields:
    """Give what a row holds after a change: its fields and, where it tells, whose write it was."""
    return {**change.fields, WRITE_ID: write_id} if bears_write_id(change) else change.fields


def _may_stand_alone(change: Change) -> bool:
    return isinstance(change, Put | Remove) or (isinstance(change, Replace) and change.reservation)


def _check_row(change: Change) -> int:
    match change:
        case Remove():
            _check_etag(change.etag)
            return 0
        case Replace():
            if change.etag == "*":
                raise ValueError("to replace whatever is there, put it")
            _check_etag(change.etag)
        case Insert() | Put():
            pass
    if bears_write_id(change) and WRITE_ID in change.fields:
        raise ValueError(f"{WRITE_ID} is set by the shelf")
    if len(change.fields) > _MOST_FIELDS:
        raise ValueError(f"a row has at most {_MOST_FIELDS} fields")
    weight = sum(_check_field(name, value) for name, value in change.fields.items())
    if weight > _LARGEST_ROW:
        raise ValueError("the row is too large")
    return weight


def _check_etag(etag: str) -> None:
    if not etag:
        raise ValueError("a conditional change needs the ETag that was read")


def _check_field(name: str, value: object) -> int:
    if _NAME.fullmatch(name) is None or name.lower() in _RESERVED or name.lower().startswith("odata"):
        raise ValueError(f"not a field's name: {name!r}")
    weight = 2 * len(name) + _weight(name, value)
    if weight > _LONGEST_VALUE + 2 * len(name):
        raise ValueError(f"{name} is too long")
    return weight


def _weight(name: str, value: object) -> int:
    match value:
        case bool():
            return 1
        case int():
            if value not in _INT64:
                raise ValueError(f"{name} is beyond 64 bits")
            return 8
        case str():
            return len(value.encode("utf-16-le"))  # a lone surrogate is a ValueError here
        case bytes():
            return len(value)
        case _:
            raise ValueError(f"{name} is a {type(value).__name__}, which no row holds")
