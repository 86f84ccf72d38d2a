"""Count a sign-in attempt before its answer is looked at, beside the address and beside the network (invariant 5)."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass

from shared.domain import lockout
from shared.domain.errors import Conflict
from shared.domain.ids import new_id
from shared.domain.lockout import Attempts, Locked, Open, Touched
from shared.domain.stored import Entry, Stored
from shared.domain.times import Millis
from shared.flows.again import Latest, again
from shared.ports import App


@dataclass(frozen=True, slots=True)
class Knock:
    """One attempt: on which address, from which network (both hashed), and what was read of them."""

    address: str
    source: str
    entry: Entry
    touched: Stored[Touched] | None

    @property
    def place(self) -> str:
        """The row beside the address in which this attempt is counted: the source's own, until there are too many."""
        return lockout.place_of(self.source, self.entry.attempts)

    @property
    def counter(self) -> int:
        """The one of the network's counter rows that this address falls into."""
        return lockout.counter_of(self.address)


@dataclass(frozen=True, slots=True)
class Counted:
    """The gate's word on this attempt, and what now stands at its source."""

    verdict: Open | Locked
    count: int


async def read_knock(app: App, *, address: str, source: str, now: Millis) -> Knock:
    """Read the address beside the network: two calls side by side, the same for an address nobody has."""
    entry, touched = await asyncio.gather(
        app.directory.entry(address), app.sources.read(source, lockout.counter_of(address), now)
    )
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
    latest = Latest(knock.entry, lambda: app.directory.entry(knock.address))

    async def reserve() -> Counted:
        read = (await latest.read()).attempts.get(knock.place)
        attempts = read.value if read else Attempts()
        verdict = lockout.gate(attempts, cleared=cleared, now=now)
        counted = lockout.reserve(attempts, cleared=cleared, now=now)
        write = app.directory.reserve(knock.address, knock.place, read, counted, write_id=new_id("wri", app.random(16)))
        if isinstance(verdict, Open):
            await write
        else:
            await _whether_or_not(write)
        return Counted(verdict, counted.count)

    return await again(app, reserve, turn=lambda: app.directory.turn(knock.address))


async def _beside_the_network(app: App, knock: Knock, *, now: Millis) -> bool:
    """Count the try; False when rivals filled the counter meanwhile: a thousand addresses at once are no way around it."""
    latest = Latest(knock.touched, lambda: app.sources.read(knock.source, knock.counter, now))

    async def reserve() -> bool:
        read = await latest.read()
        before = read.value if read else Touched()
        if lockout.is_closed(before, knock.address):
            return False
        touched = lockout.touch(before, knock.address)
        await app.sources.reserve(
            knock.source, knock.counter, read, touched, now=now, write_id=new_id("wri", app.random(16))
        )
        return True

    return await again(app, reserve, turn=lambda: app.directory.turn(f"{knock.source}~{knock.counter}"))


async def _whether_or_not(write: Awaitable[None]) -> None:
    """Make the call a locked attempt makes for sameness only: it changes nothing, so a lost race is no loss."""
    try:
        await write
    except Conflict:
        return
