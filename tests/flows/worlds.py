"""Worlds by the hundred: copies of one prepared storage, quick passwords, and any shelf wrapped around it."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

from shared.app import assemble
from shared.domain.answers import Ask
from shared.domain.chains import Event
from shared.domain.clients import Client
from shared.domain.rows import Put
from shared.domain.text import parse_email
from shared.flows.audit import audit_account
from shared.flows.pending_form import Form, take_up
from shared.flows.prepare import prepare_decoys
from shared.flows.register import NewAccount, register_account, register_client, register_organisation
from shared.flows.sign_in_and_go_on import SignedIn, sign_in_and_go_on
from shared.ports import App, Shelf
from shared.storage import layout
from shared.storage.clients import TableClients
from tests.seeded_loop import draw
from tests.twin.post import MemoryMailer, MemoryPost
from tests.twin.shelf import MemoryShelf
from tests.world import EMAIL, FLOW_COOKIE, ISSUER, ORGANISATION, PASSWORD, SEED, SITE, Clock, FixedKeys, World, ring

LOOPBACK = "http://127.0.0.1:51004/callback"
ADA = NewAccount(parse_email(EMAIL), PASSWORD, {"name": "Ada Lovelace", "email_verified": True})
APP_ON_A_DESK = Client(
    client_id="desk",
    organisation=ORGANISATION,
    client_name="Desk",
    redirect_uris=(LOOPBACK,),
    scope=("openid", "profile"),
    token_endpoint_auth_method="none",
    application_type="native",
)


class PlainHasher:
    """Passwords without the 20 ms: for tests that send hundreds and are not about Argon2."""

    async def hash(self, password: str) -> str:
        return hashlib.sha256(password.encode()).hexdigest()

    async def verify(self, argon: str, password: str) -> bool:
        return argon == await self.hash(password)


_prepared: dict[bool, tuple[MemoryShelf, str]] = {}


async def a_quick_world(wrap: Callable[[MemoryShelf], Shelf] | None = None, *, decoys: bool = False) -> World:
    """Give a world of its own with an organisation, a site, an app on a desk and a person."""
    if decoys not in _prepared:
        _prepared[decoys] = await _prepare(decoys=decoys)
    prepared, account_id = _prepared[decoys]
    memory = copy_of(prepared)
    world = world_on(wrap(memory) if wrap else memory)
    world.account_id = account_id
    return world


def world_on(shelf: Shelf, clock: Clock | None = None) -> World:
    """Give an app on a shelf: another one on the same shelf and clock is a second process."""
    clock, keys = clock or Clock(), FixedKeys(ring())
    app = replace(
        assemble(shelf, keys, post=MemoryPost(), mailer=MemoryMailer(), environment="test", issuer=ISSUER),
        now=clock.now,
        random=draw,
        monotonic=lambda: asyncio.get_running_loop().time(),
        passwords=PlainHasher(),
        clients=TableClients(shelf, keys, monotonic=clock.seconds, now=clock.now),
    )
    return World(app, shelf, clock)


async def prepare_once() -> None:
    """Prepare what all worlds are copies of, so that a seed begins with a copy and not, the first time, with this."""
    for decoys in (False, True):
        await a_quick_world(decoys=decoys)


async def _prepare(*, decoys: bool) -> tuple[MemoryShelf, str]:
    memory = MemoryShelf()
    app = world_on(memory).app
    if decoys:
        await prepare_decoys(app)
    return memory, await furnish(app)


async def furnish(app: App) -> str:
    """Register an organisation, a site, an app on a desk and a person, and give the person's id."""
    await register_organisation(app, organisation_id=ORGANISATION, name="Demo", actor=SEED)
    for client in (SITE, APP_ON_A_DESK):
        await register_client(app, client, actor=SEED)
    account_id = await register_account(app, ADA, actor=SEED)
    assert account_id is not None
    return account_id


def copy_of(shelf: MemoryShelf) -> MemoryShelf:
    """Copy what is stored. Rows are never changed in place, so they can be shared."""
    copy = MemoryShelf()
    copy._tables = {
        table: {partition: dict(rows) for partition, rows in partitions.items()}
        for table, partitions in shelf._tables.items()
    }
    copy._versions = count(1_000_000)
    return copy


async def signed_in(world: World, network: str = "192.0.2.0/24", **asked: Any) -> SignedIn:
    """Sign the person in, who gets in."""
    came = await world.sign_in(network=network, **asked)
    assert came is not None
    return came


async def form_of(world: World, question: Ask) -> Form:
    """Send the form of a page back."""
    return await take_up(world.app, flow=question.flow, step=question.step, flow_cookie=FLOW_COOKIE)


async def send_password(world: World, form: Form, *, email: str, password: str, network: str) -> SignedIn | None:
    """Send the sign-in form."""
    return await sign_in_and_go_on(
        world.app,
        form,
        email=email,
        password=password,
        network=network,
        request_id="req_test",
        flow_cookie=FLOW_COOKIE,
    )


async def history(world: World, account_id: str = "") -> list[str]:
    """Name the events of an account's own chain, which must be whole."""
    told: list[Event] = []
    verdict = await audit_account(world.app, account_id or world.account_id, show=told.append)
    assert repr(verdict) == f"Whole(count={len(told)})"
    return [event.name for event in told]


async def alter(world: World, **changed: object) -> None:
    """Change a person's deciding row behind the app's back."""
    partition = layout.account_partition(world.account_id)
    row = await world.shelf.get(layout.ACCOUNTS, partition, layout.STATE)
    assert row is not None
    fields = row.fields | changed  # type: ignore[operator]  # tests put values that rows hold
    await world.shelf.write(layout.ACCOUNTS, partition, [Put(layout.STATE, fields)], write_id="wri_test")


def altered(sealed: str) -> str:
    """Change one character of something sealed or signed."""
    return f"{sealed[:-6]}{'B' if sealed[-6] == 'A' else 'A'}{sealed[-5:]}"
