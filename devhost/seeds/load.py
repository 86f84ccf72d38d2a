"""Prepare a local environment and load a seed into it: creates what is missing, never overwrites what is there."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from devhost.seeds.model import Seed, SeedAccount, SeedError, read_seed
from shared import app as assembly
from shared.config import LocalSettings
from shared.crypto.randomness import random_bytes
from shared.domain.events import Actor
from shared.domain.ids import new_id
from shared.domain.issuer import Issuer
from shared.domain.text import parse_email
from shared.flows.prepare import prepare_decoys
from shared.flows.register import NewAccount, register_account, register_client, register_organisation
from shared.ports import App, Shelf
from shared.storage.provision import provision
from shared.storage.stamp import read_stamp, write_stamp

type Tell = Callable[[str], None]

_SEED = Actor("seed", "devhost")


async def prepare(seed_file: Path, tell: Tell) -> int:
    """Make tables, containers, queues, keys, stamps, decoys, then do as `load` does. Raises SeedError, WrongEnvironment."""
    chosen = assembly.settings()
    seed = read_seed(seed_file, sites=_sites(chosen.at))
    if not isinstance(chosen, LocalSettings):
        raise SeedError("Seeds are for development and tests only.")
    # The vault is asked first: nothing is made in storage for an environment whose keys are another's.
    vault, shelf = assembly.vault(), assembly.shelf()
    is_new = await vault.is_new()
    made = () if is_new else await vault.create_missing(assembly.now())
    await provision(chosen.storage)
    if is_new:
        await _refuse_lost_keys(shelf)
        made = await vault.create_missing(assembly.now())
    if made:
        tell(f"keys       {len(made)} made")
    await write_stamp(shelf, chosen.environment, new_id("wri", random_bytes(16)))
    app = await assembly.the_app()
    decoys = await prepare_decoys(app)
    if decoys:
        tell(f"decoys     {decoys} written")
    return await load(app, seed, tell)


async def _refuse_lost_keys(shelf: Shelf) -> None:
    if await read_stamp(shelf) is not None:
        raise SeedError(
            "The vault is empty, but the storage is not: nothing in it can be opened without the keys it was sealed "
            "with. Bring the vault's state back, or forget both with `./dev up --fresh`."
        )


def _sites(issuer: Issuer) -> dict[str, str]:
    """Say where the demo sites are: on the two ports after the issuer's."""
    port = urlsplit(issuer.url).port or 7071
    return {"shop": f"http://shop.localhost:{port + 1}", "desk": f"http://desk.localhost:{port + 2}"}


async def load(app: App, seed: Seed, tell: Tell) -> int:
    """Create what the seed declares and is not there yet, and give how much was told."""
    await _refuse_homeless_clients(app, seed)
    return await _organisations(app, seed, tell) + await _clients(app, seed, tell) + await _accounts(app, seed, tell)


async def _organisations(app: App, seed: Seed, tell: Tell) -> int:
    told = 0
    for organisation in seed.organisations:
        if await register_organisation(app, organisation_id=organisation.id, name=organisation.name, actor=_SEED):
            tell(f"{'organisation':<12} {organisation.id}")
            told += 1
    return told


async def _clients(app: App, seed: Seed, tell: Tell) -> int:
    told = 0
    for client in seed.clients:
        if await register_client(app, client.to_client(), actor=_SEED):
            tell(f"{'client':<12} {client.client_id}")
            told += 1
        elif await app.clients.find(client.client_id) != client.to_client():
            tell(
                f"client {client.client_id} is there already with other metadata, as of another --port; it was left as "
                "it is (`./dev up --fresh` forgets everything and starts anew)."
            )
            told += 1
    return told


async def _accounts(app: App, seed: Seed, tell: Tell) -> int:
    told = 0
    for account in seed.accounts:
        account_id = await register_account(app, _new_account(account), actor=_SEED)
        if account_id is not None:
            # The id, never the address: this line may end in a log.
            tell(f"{'account':<12} {account_id}")
            told += 1
    return told


async def _refuse_homeless_clients(app: App, seed: Seed) -> None:
    coming = {organisation.id for organisation in seed.organisations}
    for at, client in enumerate(seed.clients):
        if client.organisation not in coming and await app.organisations.head(client.organisation) is None:
            raise SeedError(f"clients.{at}.organisation: there is no organisation {client.organisation}.")


def _new_account(account: SeedAccount) -> NewAccount:
    profile = account.profile.model_dump(exclude_none=True) | {"email_verified": account.email_verified}
    return NewAccount(parse_email(account.email), account.password, profile, disabled=account.disabled)
