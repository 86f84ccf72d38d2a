"""Where everything lies: every name of a table, container and queue, and every key of a row, is born here.

A UTF-8 byte outside `[a-z0-9._-]` is written `=` and two hex digits, parts are joined by `~`, counters have 12 digits:
so two inputs never meet in one key. A row's first part is its rank and noun (`0-state`), so that what a request needs
stands together and is read in one short range (docs/storage.md).
"""

import re
from typing import Final

from shared.domain.lockout import COUNTERS

DIRECTORY: Final = "directory"
ACCOUNTS: Final = "accounts"
ORGANISATIONS: Final = "organisations"
SOURCES: Final = "sources"
SPENT: Final = "spent"
DUE: Final = "due"
JOURNAL: Final = "journal"
LOG: Final = "log"
STAMP: Final = "stamp"
TABLES: Final = (DIRECTORY, ACCOUNTS, ORGANISATIONS, SOURCES, SPENT, DUE, JOURNAL, LOG, STAMP)

FILES: Final = "files"
ESCROW: Final = "escrow"
CONTAINERS: Final = (FILES, ESCROW)

MAIL: Final = "mail"
TODO: Final = "todo"
QUEUES: Final = (MAIL, TODO)

type Range = tuple[str, str]
"""The first and the last row key of a range, both included."""

COUNTER_DIGITS: Final = 12
_LARGEST_COUNTER = 10**COUNTER_DIGITS - 1
_PLAIN: Final = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789._-")
_ALL_PLAIN: Final = re.compile(r"[a-z0-9._-]+")
_PART: Final = re.compile(r"(?:[a-z0-9._-]|=[0-9a-f]{2})+")
_JOIN = "~"
_AFTER_ALL_PARTS = "~"  # no part begins with it, and every character of a part sorts before it


def key(*parts: str | int) -> str:
    """Join parts to a key: text escaped, a number as a counter. Two lists of texts never give the same key."""
    if not parts:
        raise ValueError("a key has at least one part")
    return _JOIN.join(_counter(part) if isinstance(part, int) else _escape(part) for part in parts)


def parts(text: str) -> tuple[str, ...]:
    """Take a key apart again; counters come back as their digits. ValueError when `key` could not have made it."""
    return tuple(_unescape(part) for part in text.split(_JOIN))


def _escape(part: str) -> str:
    if not part:
        raise ValueError("a part of a key is empty")
    if _ALL_PLAIN.fullmatch(part):
        return part
    return "".join(chr(byte) if byte in _PLAIN else f"={byte:02x}" for byte in part.encode())


def _unescape(part: str) -> str:
    if _PART.fullmatch(part) is None:
        raise ValueError("not a part of a key")
    plain = re.sub(r"=(..)", lambda found: chr(int(found[1], 16)), part).encode("latin-1").decode()
    if _escape(plain) != part:
        raise ValueError("not a part of a key")
    return plain


def _counter(number: int) -> str:
    if not 0 <= number <= _LARGEST_COUNTER:
        raise ValueError(f"a counter has {COUNTER_DIGITS} digits")
    return f"{number:0{COUNTER_DIGITS}}"


def _all_of(noun: str) -> Range:
    return noun + _JOIN, noun + _JOIN + _AFTER_ALL_PARTS


# Accounts and organisations: rank and noun first

STATE: Final = "0-state"
KEY: Final = "0-key"
_SESSION = "2-session"
_CLIENT = "5-client"
_TODO = "7-todo"
_HEAD = "8-head"
_EVENT = "9-event"
SELF: Final = "self"
"""The chain of what is the person's alone."""
OWN: Final = "own"
"""The chain of an organisation."""


def account_partition(account_id: str) -> str:
    """Hold all that is one person's."""
    return key(account_id)


def organisation_partition(organisation_id: str) -> str:
    """Hold all that is one organisation's."""
    return key(organisation_id)


def session_row(session_id: str) -> str:
    """Name a live session."""
    return key(_SESSION, session_id)


def client_row(client_id: str) -> str:
    """Name a client of an organisation."""
    return key(_CLIENT, client_id)


def todo_row(todo_id: str) -> str:
    """Name something that is still to be done for an account, as a letter that is to be sent."""
    return key(_TODO, todo_id)


def head_row(chain_name: str) -> str:
    """Name the head of a chain: `self`, an organisation's `own`, or a membership's id."""
    return key(_HEAD, chain_name)


def event_row(chain_name: str, seq: int) -> str:
    """Name one event of a chain."""
    return key(_EVENT, chain_name, seq)


def event_range(chain_name: str, from_seq: int, to_seq: int) -> Range:
    """Hold the events of a chain from one number to another."""
    return event_row(chain_name, from_seq), event_row(chain_name, to_seq)


def account_range() -> Range:
    """Hold what a sign-in needs: state, key, factors, the live sessions, the heads up to `self`; never an event."""
    return KEY, head_row(SELF)


def person_range() -> Range:
    """Hold state and key, and nothing else: what opens a personal field."""
    return KEY, STATE


def is_session(row: str) -> bool:
    """Say whether a row of an account is a session."""
    return row.startswith(_SESSION + _JOIN)


def session_range() -> Range:
    """Hold the live sessions."""
    return _all_of(_SESSION)


# The directory

ACCOUNT: Final = "account"
CLIENT: Final = "client"
_TRY = "try"


def directory_partition(hashed: str) -> str:
    """Hold what is known of one address or one client id, by its keyed hash."""
    return key(hashed)


def try_row(source_hash: str) -> str:
    """Name the attempts from one source."""
    return key(_TRY, source_hash)


def is_try(row: str) -> bool:
    """Say whether a row of the directory counts attempts."""
    return row.startswith(_TRY + _JOIN)


def source_of_try(row: str) -> str:
    """Give the source that a row of attempts is about."""
    return parts(row)[1]


def try_range() -> Range:
    """Hold the attempts from all sources."""
    return _all_of(_TRY)


def directory_range() -> Range:
    """Hold whose the address is, and the attempts on it from all sources."""
    return ACCOUNT, try_range()[1]


# What is counted, used up, or marked


def sources_partition(hour: str, network_hash: str) -> str:
    """Hold what one network tried in one hour (`YYYYMMDDHH`)."""
    return key(hour, network_hash)


def source_counter_row(number: int) -> str:
    """Name one of a network's counters."""
    if not 0 <= number < COUNTERS:
        raise ValueError(f"there are {COUNTERS} counters")
    return key("counter", number)


def spent_partition(hour: str, shard: str) -> str:
    """Hold what was used up and would have ended in this hour (`YYYYMMDDHH`); dropped whole when that is past."""
    return key(hour, shard)


def spent_before(hour: str) -> str:
    """Sort after every partition of what would have ended in an earlier hour, and before those of this one."""
    return key(hour)


def spent_row(kind: str, one_time_id: str) -> str:
    """Name a one-time thing that was used."""
    return key(kind, one_time_id)


def generation_row(family_id: str, number: int) -> str:
    """Name a refresh token that was used: its family, and which one of it."""
    return key("refresh", family_id, number)


def journal_partition(minute: str, shard: str) -> str:
    """Hold the marks of one minute (`YYYYMMDDHHMM`)."""
    return key(minute, shard)


def journal_row(chain_id: str) -> str:
    """Name the mark of a chain that is about to grow."""
    return key(chain_id)


STAMP_PARTITION: Final = "stamp"
STAMP_ROW: Final = "environment"
