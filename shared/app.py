"""The one place that builds the app: reads the clock, hands out randomness, and puts Azure behind the ports.

Built at the first request, not at import, so that a cold start pays only for what it needs. Public documents need the
settings and the vault only; all else waits until storage has shown the stamp of this environment (invariant 12).
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Final

from shared.crypto.randomness import random_bytes, random_fraction
from shared.domain.errors import UnusableSettings, WrongEnvironment
from shared.outside.log import report

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential

    from shared.config import Settings
    from shared.crypto.passwords import Cost
    from shared.crypto.vault import KeyVault
    from shared.domain.environments import Environment
    from shared.domain.issuer import Issuer
    from shared.domain.times import Millis
    from shared.ports import App, Keys, Mailer, Post, Shelf


def now() -> Millis:
    """Read the clock, in UTC milliseconds: the machine's, or in development and tests one that `./dev clock` moves."""
    return _clock()()


def _machine() -> Millis:
    return time.time_ns() // 1_000_000


@cache
def _clock() -> Callable[[], Millis]:
    from shared.config import LocalSettings

    try:
        chosen = settings()
    except UnusableSettings:
        return _machine  # whoever needs a setting will say so
    if not isinstance(chosen, LocalSettings) or not chosen.clock:
        return _machine
    from pathlib import Path

    from shared.outside.moved_clock import MovedClock

    return MovedClock(Path(chosen.clock).resolve(), _machine).now


@cache
def settings() -> Settings:
    """Give the settings of this process. Raises UnusableSettings."""
    from shared.config import load

    return load()


def where() -> tuple[Issuer, Environment]:
    """Say who we are: the issuer and the environment."""
    return settings().at, settings().environment


def is_secure() -> bool:
    """Say whether our name is reached over https only: never so `localhost`, where other programs speak http."""
    from shared.config import LocalSettings

    try:
        return settings().at.secure and not isinstance(settings(), LocalSettings)
    except UnusableSettings:
        return False


@cache
def vault() -> KeyVault:
    """Give the vault of this environment; one instance for the process."""
    from shared.config import LocalSettings
    from shared.crypto.vault import KeyVault

    chosen = settings()
    ca = chosen.vault_ca if isinstance(chosen, LocalSettings) else None
    return KeyVault(chosen.vault_url, _credential(chosen), chosen.environment, now=now, random=random_bytes, ca=ca)


@cache
def shelf() -> Shelf:
    """Give the tables of this environment; one instance for the process."""
    from shared.config import LocalSettings
    from shared.storage.tables import Tables

    chosen = settings()
    if isinstance(chosen, LocalSettings):
        return Tables(chosen.storage, random=random_fraction)
    return Tables((chosen.storage_tables, _credential(chosen)), random=random_fraction)


def _credential(chosen: Settings) -> AsyncTokenCredential:
    from shared.config import LocalSettings

    if isinstance(chosen, LocalSettings):
        from shared.crypto.local_credential import LocalCredential

        return LocalCredential(chosen.vault_token)
    from azure.identity.aio import DefaultAzureCredential

    return DefaultAzureCredential()


def hash_cost(chosen: Settings) -> Cost:
    """Say what a new password's hash costs: all it should, unless the settings are a test's that asks for less."""
    from shared.config import TestSettings
    from shared.crypto.passwords import FULL, NEXT_TO_NONE

    return NEXT_TO_NONE if isinstance(chosen, TestSettings) and chosen.hash_cost == "next-to-none" else FULL


@cache
def post() -> Post:
    """Give the queue of letters of this environment; one instance for the process."""
    from shared.config import LocalSettings
    from shared.storage.queues import QueuePost

    chosen = settings()
    account = chosen.storage if isinstance(chosen, LocalSettings) else (chosen.storage_queues, _credential(chosen))
    return QueuePost(account, random=random_fraction)


@cache
def mailer() -> Mailer:
    """Give the way out for mail; one instance for the process."""
    from shared.config import LocalSettings
    from shared.outside.mail import NoMailer, SmtpMailer

    chosen = settings()
    if not isinstance(chosen, LocalSettings):
        return NoMailer()
    return SmtpMailer(chosen.mail, sender=f"no-reply@{chosen.at.host}", now=now)


def assemble(
    shelf: Shelf,
    keys: Keys,
    *,
    post: Post,
    mailer: Mailer,
    environment: Environment,
    issuer: Issuer,
    hash_cost: Cost | None = None,
) -> App:
    """Put the ports together. Tests and benchmarks give a shelf of their own."""
    from shared.crypto.passwords import FULL, PasswordHasher
    from shared.ports import App
    from shared.storage.accounts import TableAccounts
    from shared.storage.clients import TableClients
    from shared.storage.directory import TableDirectory, TableSources
    from shared.storage.marks import TableJournal, TableSpent
    from shared.storage.organisations import TableOrganisations

    return App(
        environment=environment,
        issuer=issuer,
        now=now,
        monotonic=time.monotonic,
        random=random_bytes,
        log=report,
        keys=keys,
        passwords=PasswordHasher(os.cpu_count() or 1, cost=hash_cost or FULL),
        accounts=TableAccounts(shelf),
        directory=TableDirectory(shelf),
        sources=TableSources(shelf),
        organisations=TableOrganisations(shelf),
        clients=TableClients(shelf, keys, monotonic=time.monotonic, now=now),
        spent=TableSpent(shelf),
        journal=TableJournal(shelf),
        post=post,
        mailer=mailer,
    )


@cache
def _assembled() -> App:
    issuer, environment = where()
    cost = hash_cost(settings())
    return assemble(
        shelf(), vault(), post=post(), mailer=mailer(), environment=environment, issuer=issuer, hash_cost=cost
    )


async def look_at_storage() -> None:
    """Read the stamp now. Raises WrongEnvironment, or Unavailable when storage does not answer."""
    await _guard.check()


async def the_app() -> App:
    """Give the app, once storage has shown our environment's stamp. Raises WrongEnvironment or Unavailable."""
    await _guard.pass_through()
    return _assembled()


class _Guard:
    """Lets nobody through to another environment's storage; asks once, and again only after a failure."""

    def __init__(self) -> None:
        self._checked = False
        self._checking: asyncio.Task[None] | None = None

    async def pass_through(self) -> None:
        """Wait for the first look; cost nothing after it."""
        if self._checked:
            return
        if self._checking is None or self._checking.done():
            self._checking = asyncio.create_task(self.check())
        await asyncio.shield(self._checking)

    async def check(self) -> None:
        """Look at storage's stamp, whatever was seen before."""
        from shared.storage.stamp import read_stamp

        environment = settings().environment
        stamp = await read_stamp(shelf())
        if stamp != environment:
            raise WrongEnvironment(foreign_storage(stamp, environment))
        self._checked = True


_guard: Final = _Guard()


def foreign_storage(stamp: str | None, environment: Environment) -> str:
    """Say which environment's storage this is, and what to do."""
    if stamp is None:
        return f"The storage bears no stamp: prepare it for '{environment}' before starting."
    return (
        f"The storage belongs to '{stamp}', but this app runs as '{environment}': "
        "give it this environment's own storage, or set SLUIS_ENVIRONMENT to the storage's."
    )
