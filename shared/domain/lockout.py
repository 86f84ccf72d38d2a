"""The lock-out rule: how many wrong answers close an account to one source, and for how long.

We lock for a growing time instead of for ever, so that nobody can shut a colleague out. An attempt is counted before its
answer is looked at, so that a thousand guesses at the same moment still get no more answers than the limit; a right answer
takes all counted ones back (`cleared`), so that it costs no further write.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final

from shared.domain.times import DAY, HOUR, MINUTE, Millis


@dataclass(frozen=True, slots=True)
class LockoutPolicy:
    """How patient we are. Durations in milliseconds."""

    threshold: int = 5
    first_lock: Millis = 1 * MINUTE
    longest_lock: Millis = 15 * MINUTE
    window: Millis = 1 * DAY


DEFAULT: Final = LockoutPolicy()


@dataclass(frozen=True, slots=True)
class Attempts:
    """The attempts on one address from one source. `count` only ever grows; what was forgiven is `base`."""

    count: int = 0
    base: int = 0
    last_at: Millis = 0


@dataclass(frozen=True, slots=True)
class Open:
    """The answer may be looked at; `failures` wrong ones stand before it."""

    failures: int


@dataclass(frozen=True, slots=True)
class Locked:
    """The answer may not be looked at until then."""

    until: Millis
    failures: int


def gate(attempts: Attempts, *, cleared: int, now: Millis, policy: LockoutPolicy = DEFAULT) -> Open | Locked:
    """Say whether one more answer may be looked at."""
    failures = _failures(attempts, cleared=cleared, now=now, policy=policy)
    if failures < policy.threshold:
        return Open(failures)
    # The exponent is capped first: a bot must not make us compute 2**5000.
    doublings = min(failures - policy.threshold, 16)
    until = attempts.last_at + min(policy.first_lock * 2**doublings, policy.longest_lock)
    return Locked(until, failures) if now < until else Open(failures)


def reserve(attempts: Attempts, *, cleared: int, now: Millis, policy: LockoutPolicy = DEFAULT) -> Attempts:
    """Count one attempt. While locked nothing is counted: waiting people must not prolong their own lock."""
    if isinstance(gate(attempts, cleared=cleared, now=now, policy=policy), Locked):
        return attempts
    # What was forgiven is kept here too: the account forgets a source when enough others come after it.
    base = attempts.count if now - attempts.last_at > policy.window else max(attempts.base, cleared)
    attempts = replace(attempts, base=base)
    return replace(attempts, count=attempts.count + 1, last_at=max(now, attempts.last_at))


def locks(failures: int, policy: LockoutPolicy = DEFAULT) -> bool:
    """Say whether so many failures, the present one included, have just closed the gate."""
    return failures >= policy.threshold


def is_told(failures: int, policy: LockoutPolicy = DEFAULT) -> bool:
    """Say whether a refusal has an event of its own: the first has, and each that locks; others are only counted."""
    return failures == 1 or locks(failures, policy)


CLEARED_LIMIT: Final = 16
"""Sources whose counts a right answer remembers as forgiven: its own, and the newest."""


def forgive(attempts: Mapping[str, Attempts], *, source: str, count: int, cleared: Mapping[str, int]) -> dict[str, int]:
    """Take back what is counted by source, at the right answer's own up to its `count`; never less than `cleared`."""
    others = [(one, tried) for one, tried in attempts.items() if one != source]
    newest = sorted(others, key=lambda one: one[1].last_at)[-(CLEARED_LIMIT - 1) :]
    counts = {one: tried.count for one, tried in newest} | {source: count}
    return {one: max(number, cleared.get(one, 0)) for one, number in counts.items()}


def _failures(attempts: Attempts, *, cleared: int, now: Millis, policy: LockoutPolicy) -> int:
    if now - attempts.last_at > policy.window:
        return 0
    return max(0, attempts.count - max(cleared, attempts.base))


COUNTERS: Final = 8
"""Counter rows per network and hour: more than one, so that a crowd behind one address does not queue."""

TOUCHED_LIMIT: Final = 64
"""Addresses one counter row names before it is closed for the hour."""

PERIOD: Final[Millis] = 1 * HOUR


SOURCES_LIMIT: Final = 256
"""Sources that are counted each for itself beside one address; whoever comes later shares a few rows with others."""

SHARED_ROWS: Final = 16


def place_of(source: str, known: Collection[str]) -> str:
    """Say in which row beside an address an attempt from a source is counted.

    Whoever commands a million networks must neither get a million budgets for one address nor fill its partition until it
    can no longer be read. A source that is known keeps its own row, so its owner is not locked out by the crowd.
    """
    if source in known or len(known) < SOURCES_LIMIT:
        return source
    return f"shared{sum(source.encode()) % SHARED_ROWS:02}"


def counter_of(address: str) -> int:
    """Choose the one of a network's counter rows that an address (hashed) falls into."""
    return sum(address.encode()) % COUNTERS


@dataclass(frozen=True, slots=True)
class Touched:
    """What one network tried in one hour, in one of its counter rows: how often, and which addresses (hashed)."""

    count: int = 0
    addresses: tuple[str, ...] = ()


def is_closed(touched: Touched, address: str) -> bool:
    """Say whether this network has tried too many different addresses to be shown another answer this hour."""
    return address not in touched.addresses and len(touched.addresses) >= TOUCHED_LIMIT


def touch(touched: Touched, address: str) -> Touched:
    """Count one try. The addresses are named so that a sweep finds the attempts on addresses nobody has."""
    if address in touched.addresses or is_closed(touched, address):
        return replace(touched, count=touched.count + 1)
    return Touched(touched.count + 1, (*touched.addresses, address))
