"""Register organisations, clients and accounts: each with its event, in an order that a crash anywhere only has to repeat.

Seeds use it now; sign-up and the console will. What exists is left as it is: registering never overwrites.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.domain.accounts import Account
from shared.domain.canonical import Json, canonical
from shared.domain.chains import account_chain, organisation_chain
from shared.domain.clients import Client
from shared.domain.errors import AlreadyThere
from shared.domain.events import Actor, Detail, Draft, Personal
from shared.domain.ids import new_id
from shared.domain.stored import Grown
from shared.domain.text import Email, nfc
from shared.domain.times import Millis
from shared.flows.again import again
from shared.flows.chain import grow
from shared.ports import App, Ring

type Profile = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What an account starts with. `profile` by the standard claims' names (OIDC Core §5.1)."""

    email: Email
    password: str
    profile: Profile
    disabled: bool = False


def _write_id(app: App) -> str:
    return new_id("wri", app.random(16))


async def register_organisation(app: App, *, organisation_id: str, name: str, actor: Actor) -> bool:
    """Create an organisation. False when it is there already."""
    ring = await app.keys.ring()
    now = app.now()
    chain = organisation_chain(organisation_id)
    key, wrapped = ring.new_data_key(organisation_id)
    profile = key.seal(kind="organisation", field="profile", v=1, content=canonical({"name": name}))
    draft = Draft(
        name="organisation.created", actor=actor, via="seed", thing=organisation_id, organisation=organisation_id
    )
    grown = grow(app, None, [draft], chain=chain, keys={}, now=now)
    await app.journal.mark(chain, now=now, write_id=_write_id(app))
    try:
        await app.organisations.create(organisation_id, profile, wrapped, grown, write_id=_write_id(app))
    except AlreadyThere:
        return False
    return True


async def register_client(app: App, client: Client, *, actor: Actor) -> bool:
    """Register a client with its organisation. False when the id is taken.

    The id is claimed in the directory first: two organisations cannot end up with one id. A claim whose client was never
    written is finished by its organisation registering again.
    """
    try:
        await app.clients.claim(client.client_id, client.organisation, write_id=_write_id(app))
    except AlreadyThere:
        return False
    now = app.now()
    chain = organisation_chain(client.organisation)
    await app.journal.mark(chain, now=now, write_id=_write_id(app))
    draft = Draft(
        name="client.registered",
        actor=actor,
        via="seed",
        thing=client.client_id,
        organisation=client.organisation,
        after=_registered(client),
    )

    async def add() -> bool:
        head = await app.organisations.head(client.organisation)
        grown = grow(app, head, [draft], chain=chain, keys={}, now=now)
        try:
            await app.organisations.add_client(client, grown, write_id=_write_id(app))
        except AlreadyThere:
            return False
        return True

    return await again(app, add, turn=lambda: app.organisations.turn(client.organisation))


def _registered(client: Client) -> dict[str, Detail]:
    told: dict[str, Detail] = {"redirect_uris": list(client.redirect_uris), "scope": list(client.scope)}
    # A site with a sign-in page of its own sees passwords: whoever reads the chain must see that it does.
    return told | {"sign_in_uri": client.sign_in_uri} if client.sign_in_uri else told


async def register_account(app: App, new: NewAccount, *, actor: Actor) -> str | None:
    """Create an account and take its address. None when the address is taken.

    The address decides (invariant 1): it is claimed first, insert-only; the account is written under the claimed id. A claim
    whose account was never written is finished by registering again.
    """
    ring = await app.keys.ring()
    now = app.now()
    address = ring.directory_hash("email", new.email.canonical)
    account_id = new_id("acc", app.random(16))
    try:
        await app.directory.claim(address, account_id, at=now, write_id=_write_id(app))
    except AlreadyThere:
        claimed = (await app.directory.entry(address)).account_id
        if claimed is None or await app.accounts.state(claimed) is not None:
            return None
        account_id = claimed
    account, wrapped, grown = await _open_account(app, ring, new, account_id, actor=actor, now=now)
    await app.journal.mark(account_chain(account_id), now=now, write_id=_write_id(app))
    try:
        await app.accounts.create(account, wrapped, grown, write_id=_write_id(app))
    except AlreadyThere:
        return None
    return account_id


async def _open_account(
    app: App, ring: Ring, new: NewAccount, account_id: str, *, actor: Actor, now: Millis
) -> tuple[Account, str, Grown]:
    key, wrapped = ring.new_data_key(account_id)
    profile = {name: _normal(value) for name, value in new.profile.items()}
    argon = await app.passwords.hash(new.password)
    account = Account(
        account_id=account_id,
        profile=key.seal(
            kind="account", field="profile", v=1, content=canonical({"email": new.email.typed, **profile})
        ),
        password=key.seal(kind="account", field="password", v=1, content=ring.pepper(argon).encode()),
        status="disabled" if new.disabled else "active",
    )
    draft = Draft(
        name="account.created",
        actor=actor,
        via="seed",
        thing=account_id,
        after={"email": Personal(new.email.typed, account_id)},
    )
    chain = account_chain(account_id)
    return account, wrapped, grow(app, None, [draft], chain=chain, keys={account_id: key}, now=now)


def _normal(value: Json) -> Json:
    """Bring every text of a claim into the form in which it is stored."""
    match value:
        case str():
            return nfc(value)
        case Mapping():
            return {name: _normal(one) for name, one in value.items()}
        case _:
            return value
