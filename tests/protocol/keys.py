"""A deployment's vault, as its own app reaches it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import cast

from shared.app import now
from shared.crypto.local_credential import LocalCredential
from shared.crypto.randomness import random_bytes
from shared.crypto.vault import KeyVault
from shared.domain.environments import Environment


async def with_vault[T](settings: Mapping[str, str], act: Callable[[KeyVault], Awaitable[T]]) -> T:
    """Do something with the vault that an app's settings name."""
    credential = LocalCredential(settings["SLUIS_VAULT_TOKEN"])
    environment = cast("Environment", settings["SLUIS_ENVIRONMENT"])
    ca = settings["SLUIS_VAULT_CA"]
    vault = KeyVault(settings["SLUIS_VAULT_URL"], credential, environment, now=now, random=random_bytes, ca=ca)
    try:
        return await act(vault)
    finally:
        await vault.aclose()
