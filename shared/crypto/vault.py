"""Where the key ring comes from: the secrets of one Key Vault that bears the name of our environment (invariant 12).

A ring is renewed in the background when it is 5 minutes old; while the vault is away it is used until it is 60 minutes
old, and then nothing is pretended: 503. A key is announced longer than that before it is active. Only the public halves
are given out at any age: whoever checks what was signed before must not depend on our vault (invariant 15).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from shared.crypto.making import new_key
from shared.crypto.ring import KeyMaterial, Random, Ring
from shared.crypto.sealing import kid_of
from shared.crypto.signing import read_header
from shared.domain.environments import Environment
from shared.domain.errors import InvalidToken, Tampered, Unavailable, WrongEnvironment
from shared.domain.keys import FAMILY_NAMES, Key, KeyDates, active, from_tags, state, to_tags
from shared.domain.times import MINUTE, SECOND, Millis

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential
    from azure.core.pipeline.transport import AsyncHttpTransport
    from azure.keyvault.secrets.aio import SecretClient

STAMP: Final = "stamp"
FRESH: Final[Millis] = 5 * MINUTE
OLDEST: Final[Millis] = 60 * MINUTE
BETWEEN_LOADS: Final[Millis] = 30 * SECOND
_SECONDS_PER_CALL: Final = 5
_SECONDS_FOR_ALL: Final = 20
_SECONDS_FOR_PUBLIC_KEYS: Final = 2
"""How long one who only wants public keys waits for newer ones, when there are old ones to give."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    ring: Ring
    at: Millis


class KeyVault:
    """The vault of one environment. One instance per event loop; `aclose` ends its connections.

    `transport` stands in for the network, and then trusts by itself whom it trusts.
    """

    def __init__(
        self,
        url: str,
        credential: AsyncTokenCredential,
        environment: Environment,
        *,
        now: Callable[[], Millis],
        random: Random,
        ca: str | None = None,
        transport: AsyncHttpTransport[Any, Any] | None = None,
    ) -> None:
        self._url = url
        self._credential = credential
        self._environment: Environment = environment
        self._now = now
        self._random = random
        self._ca = ca
        self._transport = transport
        self._client: SecretClient | None = None
        self._loaded: _Loaded | None = None
        self._loading: asyncio.Task[Ring] | None = None
        self._tried_at: Millis | None = None

    async def ring(self, sealed: str | None = None) -> Ring:
        """Give the ring; looked up again when `sealed` names a key it lacks, at most once in 30 seconds."""
        now, kept = self._now(), self._loaded
        if kept is None or now - kept.at >= OLDEST:
            return await self._reload()
        if sealed is not None and not _knows(kept.ring, sealed) and self._may_try(now):
            return await self._reload()
        if now - kept.at >= FRESH and self._may_try(now):
            self._begin()  # nobody waits for it: what is kept is still good
        return kept.ring

    async def public_keys(self) -> Mapping[str, Any]:
        """Give the public halves (RFC 7517), and while the vault is away those that are remembered, however old.

        Raises Unavailable only before the first load. Nobody waits long for newer ones where there are old ones.
        """
        kept = self._loaded
        if kept is None:
            return (await self._reload()).jwks()
        try:
            async with asyncio.timeout(_SECONDS_FOR_PUBLIC_KEYS):
                return (await self.ring()).jwks()
        except (Unavailable, TimeoutError):
            return kept.ring.jwks()

    async def load(self) -> Ring:
        """Read every key from the vault now. Raises Unavailable, or WrongEnvironment by the vault's stamp."""
        now = self._now()
        async with self._calls() as client:
            self._check(await _value(client, STAMP))
            keys = [key for key in await self._keys(client) if state(key.dates, now) != "unusable"]
            async with asyncio.TaskGroup() as together:
                reads = [together.create_task(_value(client, key.secret_name)) for key in keys]
            found = [(key, read.result()) for key, read in zip(keys, reads, strict=True)]
        materials = [KeyMaterial(key, secret) for key, secret in found if secret is not None]
        ring = Ring(self._environment, materials, now=now, random=self._random)
        self._loaded = _Loaded(ring, now)
        return ring

    async def is_new(self) -> bool:
        """Say whether nobody has stamped the vault yet."""
        async with self._calls() as client:
            return await _value(client, STAMP) is None

    async def create_missing(self, now: Millis) -> tuple[Key, ...]:
        """Stamp an empty vault and make the first key of each family that has none. Not to be run twice at once."""
        async with self._calls() as client:
            stamp = await _value(client, STAMP)
            if stamp is None:
                await client.set_secret(STAMP, self._environment, tags={"environment": self._environment})
            else:
                self._check(stamp)
            made = self._first_keys(await self._keys(client), now)
            for each in made:
                await client.set_secret(each.key.secret_name, each.secret, tags=to_tags(each.key))
        return tuple(each.key for each in made)

    async def aclose(self) -> None:
        """Stop what is under way and close the connections."""
        if self._loading is not None:
            self._loading.cancel()
            await asyncio.gather(self._loading, return_exceptions=True)
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def _reload(self) -> Ring:
        # Shielded: who gives up waiting must not take the ring away from the others.
        return await asyncio.shield(self._begin())

    def _begin(self) -> asyncio.Task[Ring]:
        if self._loading is None or self._loading.done():
            self._tried_at = self._now()
            self._loading = asyncio.create_task(self.load())
            self._loading.add_done_callback(_seen)
        return self._loading

    def _may_try(self, now: Millis) -> bool:
        return self._tried_at is None or now - self._tried_at >= BETWEEN_LOADS

    def _first_keys(self, present: Iterable[Key], now: Millis) -> list[KeyMaterial]:
        usable = list(present)
        missing = [name for name in FAMILY_NAMES if active((key for key in usable if key.family == name), now) is None]
        dates = KeyDates(created_at=now, active_at=now)
        return [new_key(name, self._environment, dates, random=self._random) for name in missing]

    async def _keys(self, client: SecretClient) -> list[Key]:
        listed = [each async for each in client.list_properties_of_secrets() if each.enabled]
        keys = (from_tags(each.name or "", each.tags or {}) for each in listed)
        return [key for key in keys if key is not None and key.environment == self._environment]

    def _check(self, stamp: str | None) -> None:
        if stamp is None:
            raise WrongEnvironment(
                f"The vault {self._url} bears no stamp: provision it for '{self._environment}' before starting."
            )
        if stamp != self._environment:
            raise WrongEnvironment(
                f"The vault {self._url} belongs to '{stamp}', but this app runs as '{self._environment}': "
                "set SLUIS_VAULT_URL to this environment's own vault, or SLUIS_ENVIRONMENT to the vault's."
            )

    @asynccontextmanager
    async def _calls(self) -> AsyncIterator[SecretClient]:
        """Give the client; whatever it cannot do becomes one domain error without a secret in it."""
        from azure.core.exceptions import AzureError  # noqa: PLC0415 - late: the SDK costs 0.1 s of start

        try:
            async with asyncio.timeout(_SECONDS_FOR_ALL):
                yield self._connected()
        except (AzureError, TimeoutError) as gone:
            raise Unavailable(f"the vault does not answer: {type(gone).__name__}") from gone
        except ExceptionGroup as several:
            if several.split(AzureError)[1] is not None:
                raise
            raise Unavailable("the vault does not answer every read") from several

    def _connected(self) -> SecretClient:
        from azure.keyvault.secrets.aio import SecretClient  # noqa: PLC0415 - late: the SDK costs 0.1 s of start

        if self._client is None:
            own: dict[str, Any] = {} if self._transport is None else {"transport": self._transport}
            if self._ca is not None:
                own |= {"connection_verify": self._ca, "verify_challenge_resource": False}
            self._client = SecretClient(
                self._url,
                self._credential,
                connection_timeout=_SECONDS_PER_CALL,
                read_timeout=_SECONDS_PER_CALL,
                retry_total=1,
                **own,
            )
        return self._client


async def _value(client: SecretClient, name: str) -> str | None:
    from azure.core.exceptions import ResourceNotFoundError  # noqa: PLC0415 - late: the SDK costs 0.1 s of start

    try:
        return (await client.get_secret(name)).value
    except ResourceNotFoundError:
        return None


def _knows(ring: Ring, sealed: str) -> bool:
    try:
        kid = kid_of(sealed) if sealed.startswith("v1.") else read_header(sealed).kid
    except (Tampered, InvalidToken):
        return True  # what is neither a sealed value nor a token of ours is no reason to ask the vault
    return kid in ring.kids


def _seen(loading: asyncio.Task[Ring]) -> None:
    # A background load that failed is told by the ring's age; asking for its error here keeps asyncio quiet.
    if not loading.cancelled():
        loading.exception()
