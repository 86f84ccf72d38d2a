"""An app on the storage and the vault of a test environment, in whatever process, its clock ahead or behind."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import cast

from shared.app import assemble, now
from shared.crypto.local_credential import LocalCredential
from shared.crypto.randomness import random_bytes, random_fraction
from shared.crypto.vault import KeyVault
from shared.domain.chains import Event, Whole
from shared.domain.environments import Environment
from shared.domain.times import Millis
from shared.flows.audit import audit_account
from shared.outside.mail import NoMailer
from shared.ports import App
from shared.storage.queues import QueuePost
from shared.storage.tables import Tables
from tests.world import ISSUER, Clock, World


@asynccontextmanager
async def a_world_of(settings: Mapping[str, str], *, prefix: str = "", ahead: Millis = 0) -> AsyncIterator[World]:
    """Give an app on what the settings name and the tables of a prefix, so many milliseconds ahead of this machine's clock.

    The clock beside it only says when it began: the app's own goes on.
    """
    environment = cast("Environment", settings["SLUIS_ENVIRONMENT"])
    tables = Tables(settings["SLUIS_STORAGE"], random=random_fraction, prefix=prefix)
    vault = KeyVault(
        settings["SLUIS_VAULT_URL"],
        LocalCredential(settings["SLUIS_VAULT_TOKEN"]),
        environment,
        now=now,
        random=random_bytes,
        ca=settings["SLUIS_VAULT_CA"],
    )
    post = QueuePost(settings["SLUIS_STORAGE"], random=random_fraction)
    try:
        made = assemble(tables, vault, post=post, mailer=NoMailer(), environment=environment, issuer=ISSUER)
        app = replace(made, now=lambda: now() + ahead)
        yield World(app, tables, Clock(app.now()))
    finally:
        await post.aclose()
        await vault.aclose()
        await tables.aclose()


async def chain_of(app: App, account_id: str) -> list[Event]:
    """Give the events of an account's own chain, which must be whole."""
    events: list[Event] = []
    verdict = await audit_account(app, account_id, show=events.append)
    assert verdict == Whole(len(events))
    return events


def requests_of(events: list[Event], name: str) -> list[str]:
    """Give the requests that events of a name came from, in the chain's order."""
    return [str(json.loads(event.canonical)["request"]) for event in events if event.name == name]
