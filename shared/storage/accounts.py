"""The shelf of accounts: one partition each, so that state, session, chain and event change together or not at all."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, suppress

from shared.domain.accounts import Account
from shared.domain.errors import Conflict
from shared.domain.letters import Letter
from shared.domain.rows import Change, Insert, Put, Remove, Replace
from shared.domain.sessions import Session
from shared.domain.stored import Chained, Desk, Grown, Person, Stored
from shared.ports import Shelf
from shared.storage import layout, records
from shared.storage.growth import grow_chain, read_events


class TableAccounts:
    """Accounts on a shelf of rows."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def state(self, account_id: str) -> Account | None:
        """Read the deciding row: one call."""
        row = await self._shelf.get(layout.ACCOUNTS, layout.account_partition(account_id), layout.STATE)
        return records.to_account(row, account_id) if row else None

    async def person(self, account_id: str) -> Person | None:
        """Read the deciding row and the wrapped key: one call."""
        first, last = layout.person_range()
        rows = await self._shelf.span(layout.ACCOUNTS, layout.account_partition(account_id), first, last)
        by_name = {row.row: row for row in rows}
        if layout.STATE not in by_name or layout.KEY not in by_name:
            return None
        account = records.to_account(by_name[layout.STATE], account_id)
        return Person(account, records.to_key(by_name[layout.KEY]))

    async def desk(self, account_id: str) -> Desk | None:
        """Read what a change needs: one call."""
        first, last = layout.account_range()
        rows = await self._shelf.span(layout.ACCOUNTS, layout.account_partition(account_id), first, last)
        by_name = {row.row: row for row in rows}
        state, key = by_name.get(layout.STATE), by_name.get(layout.KEY)
        if state is None or key is None:
            return None
        head = by_name.get(layout.head_row(layout.SELF))
        listed = [Stored(records.to_listed(row), row.etag) for row in rows if layout.is_session(row.row)]
        return Desk(
            account=Stored(records.to_account(state, account_id), state.etag),
            wrapped_key=records.to_key(key),
            head=Stored(records.to_head(head), head.etag) if head else None,
            listed=tuple(listed),
        )

    async def change(
        self,
        desk: Desk,
        account: Account,
        grown: Grown,
        *,
        began: Session | None = None,
        dropped: Sequence[str] = (),
        letter: Letter | None = None,
        write_id: str,
    ) -> None:
        """Write state, chain, at most one new session and one letter in one batch. Raises Conflict when the account moved."""
        changes: list[Change] = [
            Replace(layout.STATE, records.from_account(account), desk.account.etag),
            *grow_chain(grown, layout.SELF),
        ]
        if began is not None:
            changes.append(Insert(layout.session_row(began.session_id), records.from_session(began)))
        if letter is not None:
            changes.append(Insert(layout.todo_row(letter.letter_id), records.from_letter(letter)))
        going = [one for one in desk.listed if one.value.session_id in dropped]
        changes.extend(Remove(layout.session_row(one.value.session_id), one.etag) for one in going)
        await self._write(account.account_id, changes, write_id)

    async def rehearse(self, desk: Desk, account: Account, grown: Grown, *, write_id: str) -> None:
        """Write a decoy's batch: the same calls, shape and size, but nobody can be kept waiting by it.

        Its chain stays where it is: the batch only says again, unconditionally, what a real one would have added.
        """
        assert desk.head is not None
        link = grown.links[-1]
        changes: list[Change] = [
            Put(layout.STATE, records.from_account(account)),
            Put(layout.head_row(layout.SELF), records.from_head(desk.head.value)),
            Put(layout.event_row("rehearsed", 1), records.from_event(link)),
        ]
        await self._write(account.account_id, changes, write_id)

    async def create(self, account: Account, wrapped_key: str, grown: Grown, *, write_id: str) -> None:
        """Write a new account. Raises AlreadyThere."""
        changes: list[Change] = [
            Insert(layout.STATE, records.from_account(account)),
            Insert(layout.KEY, records.from_key(wrapped_key)),
            *grow_chain(grown, layout.SELF),
        ]
        await self._write(account.account_id, changes, write_id)

    async def letter(self, account_id: str, letter_id: str) -> Letter | None:
        """Read a letter that is still to be sent: one call."""
        partition = layout.account_partition(account_id)
        row = await self._shelf.get(layout.ACCOUNTS, partition, layout.todo_row(letter_id))
        return records.to_letter(row, account_id) if row else None

    async def letter_sent(self, account_id: str, letter_id: str) -> None:
        """Take away a letter that was sent; done twice it is done."""
        # A letter never changes, so whatever stands there is it.
        with suppress(Conflict):
            await self._write(account_id, [Remove(layout.todo_row(letter_id), "*")], "wri_letter_sent")

    def turn(self, account_id: str) -> AbstractAsyncContextManager[None]:
        """Wait for one's turn on this account inside this process."""
        return self._shelf.turn(layout.ACCOUNTS, layout.account_partition(account_id))

    async def events(self, account_id: str, first: int, last: int) -> tuple[Chained, ...]:
        """Read the events of the chain `self` from `first` to `last`."""
        partition = layout.account_partition(account_id)
        return await read_events(self._shelf, layout.ACCOUNTS, partition, layout.SELF, first, last)

    async def _write(self, account_id: str, changes: Sequence[Change], write_id: str) -> None:
        await self._shelf.write(layout.ACCOUNTS, layout.account_partition(account_id), changes, write_id=write_id)
