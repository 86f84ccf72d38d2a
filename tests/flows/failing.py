"""A shelf, a queue and a mail server that fail one call, before or after it took effect, as a network does."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager

from shared.domain.errors import Conflict, Unavailable
from shared.domain.letters import Mail
from shared.domain.rows import Change, Place, Row
from shared.domain.times import Millis
from tests.twin.post import MemoryMailer, MemoryPost
from tests.twin.shelf import MemoryShelf


class FailingPost(MemoryPost):
    """The queue in memory, failing the n-th message from 1 on."""

    def __init__(self, nth: int, *, after: bool) -> None:
        super().__init__()
        self._left, self._after = nth, after

    async def put(self, message: str, *, delay: Millis) -> None:
        self._left -= 1
        if self._left or self._after:
            await super().put(message, delay=delay)
        if not self._left:
            raise Unavailable("no answer from the queue")


class FailingMailer(MemoryMailer):
    """The way out for mail in memory, failing its first mail."""

    def __init__(self, *, after: bool) -> None:
        super().__init__()
        self._fails, self._after = True, after

    async def send(self, mail: Mail) -> None:
        fails, self._fails = self._fails, False
        if not fails or self._after:
            await super().send(mail)
        if fails:
            raise Unavailable("no answer from the mail server")


class FailingShelf:
    """A shelf around the one in memory."""

    def __init__(self, memory: MemoryShelf) -> None:
        self.memory = memory
        self.away = False
        """Whether storage does not answer at all."""
        self._left = 0
        self._after = False

    def fail(self, nth: int, *, after: bool) -> None:
        """Fail the n-th call from now on, counted from 1; `after` says that it took effect all the same."""
        self._left, self._after = nth, after

    def heal(self) -> bool:
        """Let everything through again, and say whether a failure was met."""
        met, self._left, self.away = self._left <= 0, 0, False
        return met

    async def get(self, table: str, partition: str, row: str) -> Row | None:
        return await self._through(lambda: self.memory.get(table, partition, row))

    async def span(self, table: str, partition: str, first: str, last: str) -> tuple[Row, ...]:
        return await self._through(lambda: self.memory.span(table, partition, first, last))

    async def write(self, table: str, partition: str, changes: Sequence[Change], *, write_id: str) -> None:
        await self._through(lambda: self.memory.write(table, partition, changes, write_id=write_id))

    async def before(self, table: str, partition: str) -> tuple[Place, ...]:
        return await self._through(lambda: self.memory.before(table, partition))

    async def drop(self, table: str, partition: str, rows: Sequence[str]) -> bool:
        return await self._through(lambda: self.memory.drop(table, partition, rows))

    def turn(self, table: str, partition: str) -> AbstractAsyncContextManager[None]:
        return self.memory.turn(table, partition)

    async def aclose(self) -> None:
        await self.memory.aclose()

    async def _through[T](self, call: Callable[[], Awaitable[T]]) -> T:
        self._left -= 1
        fails = self._left == 0
        if self.away or (fails and not self._after):
            raise Unavailable("no connection")
        try:
            answer = await call()
        except Conflict:
            if fails:
                raise Unavailable("the answer, a refusal, was lost") from None
            raise
        if fails:
            raise Unavailable("the answer was lost")
        return answer
