"""An account's partition: what one batch writes, what one read gives, and what a stale writer cannot do."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest

from shared.domain.accounts import Account
from shared.domain.chains import account_chain
from shared.domain.errors import AlreadyThere, Conflict
from shared.domain.rows import Put
from shared.domain.sessions import Session
from shared.domain.stored import Desk
from shared.ports import Shelf
from shared.storage import layout
from shared.storage.accounts import TableAccounts
from tests.storage.grown import grown
from tests.twin.shelf import MemoryShelf


@pytest.fixture
def account() -> Account:
    return Account(account_id=f"acc_{uuid4().hex}", profile="a profile, sealed", password="a password, sealed")


@pytest.fixture
async def accounts(shelf: Shelf, account: Account) -> TableAccounts:
    """Give a shelf on which the account stands, with one event."""
    accounts = TableAccounts(shelf)
    born = grown(account_chain(account.account_id), name="account.created")
    await accounts.create(account, "a key, wrapped", born, write_id="wri_1")
    return accounts


def _session(account: Account, number: int = 1) -> Session:
    return Session(account.account_id, f"ses_{number}", began=number, auth_time=number, ends=10, amr=("pwd",))


async def _desk(accounts: TableAccounts, account: Account) -> Desk:
    desk = await accounts.desk(account.account_id)
    assert desk is not None
    return desk


async def test_an_account_is_read_as_it_was_written(accounts: TableAccounts, account: Account) -> None:
    person = await accounts.person(account.account_id)
    desk = await _desk(accounts, account)

    assert await accounts.state(account.account_id) == account
    assert person is not None
    assert (person.account, person.wrapped_key) == (account, "a key, wrapped")
    assert (desk.account.value, desk.wrapped_key, desk.listed) == (account, "a key, wrapped", ())
    assert desk.head is not None
    assert desk.head.value.seq == 1


async def test_an_account_is_created_once(accounts: TableAccounts, account: Account) -> None:
    again = grown(account_chain(account.account_id), name="account.created")

    with pytest.raises(AlreadyThere):
        await accounts.create(replace(account, profile="another"), "another key", again, write_id="wri_2")
    assert await accounts.state(account.account_id) == account


async def test_of_an_account_nobody_has_there_is_nothing(shelf: Shelf) -> None:
    accounts = TableAccounts(shelf)

    assert await accounts.state("acc_none") is None
    assert await accounts.person("acc_none") is None
    assert await accounts.desk("acc_none") is None


async def test_a_change_writes_state_session_and_event_together(accounts: TableAccounts, account: Account) -> None:
    desk = await _desk(accounts, account)
    changed = replace(account, last_began=1, cleared={"source": 3})
    longer = grown(account_chain(account.account_id), desk.head, "session.began", count=2)

    await accounts.change(desk, changed, longer, began=_session(account), write_id="wri_2")

    after = await _desk(accounts, account)
    assert after.account.value == changed
    assert [stored.value.session_id for stored in after.listed] == ["ses_1"]
    assert after.head is not None
    assert after.head.value == longer.head
    links = await accounts.events(account.account_id, 1, 10)
    assert [link.event.seq for link in links] == [1, 2, 3]
    assert links[1:] == longer.links


async def test_a_stale_writer_changes_nothing(accounts: TableAccounts, account: Account) -> None:
    stale = await _desk(accounts, account)
    longer = grown(account_chain(account.account_id), stale.head)
    await accounts.change(stale, replace(account, last_began=1), longer, write_id="wri_2")
    before = await _desk(accounts, account)

    with pytest.raises(Conflict):
        await accounts.change(stale, account, longer, began=_session(account), write_id="wri_3")
    assert await _desk(accounts, account) == before


async def test_of_twenty_writers_at_once_one_comes_through(accounts: TableAccounts, account: Account) -> None:
    desk = await _desk(accounts, account)
    longer = grown(account_chain(account.account_id), desk.head)

    answers = await asyncio.gather(
        *(
            accounts.change(desk, replace(account, last_began=number), longer, write_id=f"wri_{number}")
            for number in range(20)
        ),
        return_exceptions=True,
    )

    assert answers.count(None) == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == 19


async def test_sessions_that_make_room_are_gone_and_others_stay(accounts: TableAccounts, account: Account) -> None:
    for number in (1, 2, 3):
        desk = await _desk(accounts, account)
        longer = grown(account_chain(account.account_id), desk.head)
        await accounts.change(desk, account, longer, began=_session(account, number), write_id=f"wri_{number}")
    desk = await _desk(accounts, account)
    longer = grown(account_chain(account.account_id), desk.head)

    await accounts.change(desk, account, longer, dropped=["ses_1", "ses_3", "ses_unknown"], write_id="wri_9")

    after = await _desk(accounts, account)
    assert [stored.value.session_id for stored in after.listed] == ["ses_2"]


async def test_a_rehearsal_keeps_nobody_waiting_and_leaves_the_chain(accounts: TableAccounts, account: Account) -> None:
    desk = await _desk(accounts, account)
    longer = grown(account_chain(account.account_id), desk.head)

    await asyncio.gather(*(accounts.rehearse(desk, account, longer, write_id=f"wri_{number}") for number in range(20)))

    after = await _desk(accounts, account)
    assert after.head is not None
    assert desk.head is not None
    assert after.head.value == desk.head.value
    assert len(await accounts.events(account.account_id, 1, 10)) == 1


async def test_an_account_without_its_key_is_no_account(shelf: Shelf, account: Account) -> None:
    partition = layout.account_partition(account.account_id)
    await shelf.write(layout.ACCOUNTS, partition, [Put(layout.KEY, {"v": 1, "wrapped": "x"})], write_id="wri_1")

    assert await TableAccounts(shelf).desk(account.account_id) is None
    assert await TableAccounts(shelf).person(account.account_id) is None


async def test_each_read_and_each_change_is_one_call(account: Account) -> None:
    shelf = MemoryShelf()
    accounts = TableAccounts(shelf)
    born = grown(account_chain(account.account_id), name="account.created")
    await accounts.create(account, "a key", born, write_id="wri_1")
    await accounts.state(account.account_id)
    await accounts.person(account.account_id)
    desk = await _desk(accounts, account)
    await accounts.change(desk, account, grown(account_chain(account.account_id), desk.head), write_id="wri_2")

    assert [what for what, _ in shelf.calls] == ["write", "get", "span", "span", "write"]
