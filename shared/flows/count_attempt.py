"""Count a sign-in attempt before its answer is looked at, beside the address and beside the network (invariant 5)."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field

from shared.domain import lockout
from shared.domain.errors import Conflict
from shared.domain.ids import new_id
from shared.domain.lockout import Attempts, Locked, Open, Touched
from shared.domain.stored import Entry, Stored
from shared.domain.times import Millis
from shared.flows.again import again
from shared.ports import App


@dataclass(frozen=True, slots=True)
class Knock:
    """One attempt: on which address, from which network (both hashed), and what was read of them."""

    address: str
    source: str
    entry: Entry
    touched: Stored[Touched] | None

    @property
    def counter(self) -> int:
        """The one of the network's counter rows that this address falls into."""
        return sum(self.address.encode()) % lockout.COUNTERS


@dataclass(frozen=True, slots=True)
class Counted:
    """The gate's word on this attempt, and what now stands at its source."""

    verdict: Open | Locked
    count: int


@dataclass(slots=True)
class _Latest[T]:
    """What was read first, and after a lost race what is there now."""

    value: T
    fresh: bool = field(default=True)


async def read_knock(app: App, *, address: str, source: str, now: Millis) -> Knock:
    """Read the address beside the network: two calls side by side, the same for an address nobody has."""
    counter = Knock(address, source, Entry(None, {}), None).counter
    entry, touched = await asyncio.gather(app.directory.entry(address), app.sources.read(source, counter, now))
    return Knock(address, source, entry, touched)


async def count_attempt(app: App, knock: Knock, *, cleared: int, now: Millis) -> Counted:
    """Reserve one answer: two calls side by side. The gate's word is final; what follows is only looked at when Open."""
    closed = Counted(Locked(until=now + lockout.PERIOD, failures=0), count=0)
    if lockout.is_closed(knock.touched.value if knock.touched else Touched(), knock.address):
        # A network that tried hundreds of addresses gets no more answers this hour, and leaves no more rows.
        return closed
    counted, named = await asyncio.gather(
        _beside_the_address(app, knock, cleared=cleared, now=now), _beside_the_network(app, knock, now=now)
    )
    return counted if named else closed


async def _beside_the_address(app: App, knock: Knock, *, cleared: int, now: Millis) -> Counted:
    seen = _Latest(knock.entry)

    async def reserve() -> Counted:
        if not seen.fresh:
            seen.value = await app.directory.entry(knock.address)
        seen.fresh = False
        read = seen.value.attempts.get(knock.source)
        attempts = read.value if read else Attempts()
        verdict = lockout.gate(attempts, cleared=cleared, now=now)
        counted = lockout.reserve(attempts, cleared=cleared, now=now)
        write = app.directory.reserve(
            knock.address, knock.source, read, counted, write_id=new_id("wri", app.random(16))
        )
        if isinstance(verdict, Open):
            await write
        else:
            await _whether_or_not(write)
        return Counted(verdict, counted.count)

    return await again(app, reserve, turn=lambda: app.directory.turn(knock.address))


async def _beside_the_network(app: App, knock: Knock, *, now: Millis) -> bool:
    """Count the try; False when rivals filled the counter meanwhile: a thousand addresses at once are no way around it."""
    seen = _Latest(knock.touched)

    async def reserve() -> bool:
        if not seen.fresh:
            seen.value = await app.sources.read(knock.source, knock.counter, now)
        seen.fresh = False
        before = seen.value.value if seen.value else Touched()
        if lockout.is_closed(before, knock.address):
            return False
        touched = lockout.touch(before, knock.address)
        await app.sources.reserve(
            knock.source, knock.counter, seen.value, touched, now=now, write_id=new_id("wri", app.random(16))
        )
        return True

    return await again(app, reserve, turn=lambda: app.directory.turn(f"{knock.source}~{knock.counter}"))


async def _whether_or_not(write: Awaitable[None]) -> None:
    """Make the call a locked attempt makes for sameness only: it changes nothing, so a lost race is no loss."""
    try:
        await write
    except Conflict:
        return
