"""Two local hosts on one storage and one vault, as two instances of the app run, and a crowd that asks both at once."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx

from devhost.services.children import Child
from tests.protocol.browser import NO_TLS
from tests.races.history import Told
from tests.stack import Stack

type Ask = Callable[[httpx.AsyncClient, int], Awaitable[httpx.Response]]
type Say = Callable[[httpx.Response], str]


@dataclass(frozen=True)
class Instance:
    """One host: where it is reached, and the process that answers there."""

    issuer: str
    child: Child

    @property
    def pid(self) -> int:
        """The process that was started on this port, which must still be there."""
        pid = self.child.process.pid
        os.kill(pid, 0)
        return pid


@dataclass(frozen=True)
class TwoHosts:
    """Two hosts of one issuer."""

    stack: Stack
    other: Child
    other_port: int

    @property
    def instances(self) -> tuple[Instance, Instance]:
        parts = httpx.URL(self.stack.issuer)
        return (
            Instance(self.stack.issuer, self.stack.host),
            Instance(str(parts.copy_with(port=self.other_port)), self.other),
        )

    async def race(self, count: int, ask: Ask, say: Say) -> list[Told]:
        """Ask so many times, every other time the other host, all at the same moment."""
        clients = [_client(one) for one in self.instances]
        try:
            gate = asyncio.Barrier(count)
            return await asyncio.gather(
                *(self._one(gate, number, clients[number % 2], ask, say) for number in range(count))
            )
        finally:
            await asyncio.gather(*(client.aclose() for client in clients))

    async def _one(self, gate: asyncio.Barrier, number: int, client: httpx.AsyncClient, ask: Ask, say: Say) -> Told:
        # A first request, which costs no call to storage, opens the connection: what is raced is not the handshake.
        await gate.wait()
        await client.get("jwks")
        await gate.wait()
        asked = time.monotonic()
        answer = await ask(client, number)
        came = time.monotonic()
        return Told(self.instances[number % 2].pid, asked, came, say(answer), answer.headers["x-request-id"])


def _client(instance: Instance) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=instance.issuer,
        timeout=60,
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=None),
        verify=NO_TLS,
    )
