"""Prepare an empty environment: the decoys that unknown addresses are tried on. Safe to repeat and to be killed."""

import asyncio
from collections.abc import Mapping
from typing import Final

from shared.domain.accounts import Account
from shared.domain.canonical import Json, canonical
from shared.domain.chains import account_chain
from shared.domain.decoys import DECOYS, decoy_id
from shared.domain.errors import AlreadyThere
from shared.domain.events import Actor, Draft, Personal
from shared.domain.ids import new_id
from shared.flows.chain import grow
from shared.ports import App, Ring

_AT_ONCE: Final = 16


async def prepare_decoys(app: App) -> int:
    """Write the decoys that are missing, and give how many. Each has a password nobody knows."""
    ring = await app.keys.ring()
    # The last one is written alone, after all others: when it is there, all are.
    if await app.accounts.state(decoy_id(DECOYS - 1)) is not None:
        return 0
    argon = await app.passwords.hash(new_id("req", app.random(16)))
    written = 0
    last = DECOYS - 1
    for start in range(0, last, _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, last))
        written += sum(await asyncio.gather(*(_prepare(app, ring, decoy_id(number), argon) for number in numbers)))
    return written + await _prepare(app, ring, decoy_id(last), argon)


async def _prepare(app: App, ring: Ring, account_id: str, argon: str) -> int:
    key, wrapped = ring.new_data_key(account_id)
    email = f"{account_id}@decoy.invalid"
    profile: Mapping[str, Json] = {"email": email, "email_verified": False, "name": "Nobody"}
    account = Account(
        account_id=account_id,
        profile=key.seal(kind="account", field="profile", v=1, content=canonical(profile)),
        password=key.seal(kind="account", field="password", v=1, content=ring.pepper(argon).encode()),
    )
    draft = Draft(
        name="account.created",
        actor=Actor("system", "prepare"),
        via="prepare",
        thing=account_id,
        after={"email": Personal(email, account_id)},
    )
    chain = account_chain(account_id)
    grown = grow(app, None, [draft], chain=chain, keys={account_id: key}, now=app.now())
    try:
        await app.accounts.create(account, wrapped, grown, write_id=new_id("wri", app.random(16)))
    except AlreadyThere:
        return 0
    return 1
