"""A vault served in this process with a clock that the tests move, and the real client libraries pointed at it."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from azure.core.credentials import AccessToken
from azure.keyvault.secrets import SecretClient
from azure.keyvault.secrets.aio import SecretClient as AioSecretClient

from devhost.vault import certificates
from devhost.vault.loopback import listen, port_of, server
from devhost.vault.server import vault_app
from devhost.vault.state import Rules

TOKEN = "the-token"
NOON = 1_900_000_000_000
FAR_AWAY = 4_000_000_000


@dataclass
class Clock:
    """What the vault takes for now."""

    now: int = NOON


@dataclass
class StaticToken:
    """A credential that always has the same token."""

    token: str = TOKEN

    def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        return AccessToken(self.token, FAR_AWAY)


@dataclass
class AioStaticToken:
    """The same for the asynchronous client."""

    token: str = TOKEN

    async def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        return AccessToken(self.token, FAR_AWAY)

    async def close(self) -> None:
        """Nothing to close."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        """Nothing to leave."""


@dataclass
class Served:
    """A running vault."""

    url: str
    ca: Path
    clock: Clock = field(default_factory=Clock)

    def client(self, token: str = TOKEN) -> SecretClient:
        return SecretClient(
            self.url, StaticToken(token), verify_challenge_resource=False, connection_verify=str(self.ca), retry_total=0
        )

    def aio_client(self, token: str = TOKEN) -> AioSecretClient:
        return AioSecretClient(
            self.url,
            AioStaticToken(token),
            verify_challenge_resource=False,
            connection_verify=str(self.ca),
            retry_total=0,
        )


def serve(folder: Path, rules: Rules) -> Iterator[Served]:
    """Serve `folder` from a thread, as a fixture."""
    made = certificates.prepare(folder)
    sockets = listen(0)
    served = Served(f"https://localhost:{port_of(sockets)}", made.ca)
    app = vault_app(folder, token=TOKEN, rules=rules, now=lambda: served.clock.now)
    serving = server(app, ready=served.url, certificate=str(made.server))
    thread = threading.Thread(target=lambda: asyncio.run(serving.serve(sockets)))
    thread.start()

    yield served

    serving.should_exit = True
    thread.join()
