"""The key vault, through the real client library against the double: stamp, first keys, reloads, and the vault away."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Self

import pytest
from azure.core.credentials import AccessToken
from azure.keyvault.secrets import SecretClient

from devhost.vault.state import Rules
from shared.crypto.making import new_key
from shared.crypto.randomness import random_bytes
from shared.crypto.ring import Ring
from shared.crypto.vault import BETWEEN_LOADS, FRESH, OLDEST, KeyVault
from shared.domain.environments import Environment
from shared.domain.errors import Unavailable, UnknownKey, WrongEnvironment
from shared.domain.keys import FAMILY_NAMES, KeyDates, to_tags
from tests.crypto.rings import NOON, a_ring
from tests.devhost.vault.served import TOKEN, Served, serve


@dataclass
class Token:
    """A credential that always has the same token."""

    token: str = TOKEN

    async def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        return AccessToken(self.token, 4_000_000_000)

    async def close(self) -> None:
        """Nothing to close."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing to leave."""


@dataclass
class Clock:
    """The clock of the vault's reader."""

    now: int = NOON

    def __call__(self) -> int:
        return self.now


@dataclass
class CountingVault:
    """Makes key vaults on one served double, and counts their loads."""

    served: Served
    clock: Clock = field(default_factory=Clock)
    made: list[KeyVault] = field(default_factory=list)
    loads: int = 0

    def vault(self, environment: Environment = "test", *, token: str = TOKEN, url: str = "") -> KeyVault:
        outer = self

        class Counted(KeyVault):
            async def load(self) -> Ring:
                outer.loads += 1
                return await super().load()

        vault = Counted(
            url or self.served.url,
            Token(token),
            environment,
            now=self.clock,
            random=random_bytes,
            ca=str(self.served.ca),
        )
        self.made.append(vault)
        return vault


@pytest.fixture
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    yield from serve(tmp_path_factory.mktemp("vault"), Rules())


@pytest.fixture
async def double(served: Served) -> AsyncIterator[CountingVault]:
    counting = CountingVault(served)
    yield counting
    for each in counting.made:
        await each.aclose()


def put_key(client: SecretClient, environment: Environment, *, tags: dict[str, str] | None = None) -> str:
    made = new_key("sealing", environment, KeyDates(NOON, NOON + 1), random=random_bytes)
    client.set_secret(made.key.secret_name, made.secret, tags=to_tags(made.key) | (tags or {}))
    return made.key.kid


async def settled(vault: KeyVault, until: Callable[[Ring], bool]) -> Ring:
    for _ in range(500):
        ring = await vault.ring()
        if until(ring):
            return ring
        await asyncio.sleep(0.01)
    raise AssertionError("the ring was never renewed")


async def test_an_empty_vault_is_stamped_and_given_one_key_of_each_family_and_once_only(double: CountingVault) -> None:
    vault = double.vault()

    made = await vault.create_missing(NOON)
    again = await vault.create_missing(NOON + 1)
    ring = await vault.ring()

    assert [key.family for key in made] == list(FAMILY_NAMES)
    assert again == ()
    assert ring.environment == "test"
    assert {key.kid for key in made if key.family != "directory"} == ring.kids
    with double.served.client() as client:
        tags = {each.name: each.tags for each in client.list_properties_of_secrets()}
        assert client.get_secret("stamp").value == "test"
    assert {key.secret_name: to_tags(key) for key in made} == {
        name: each for name, each in tags.items() if name != "stamp"
    }


async def test_what_one_reader_sealed_another_opens(double: CountingVault) -> None:
    writer, reader = double.vault(), double.vault()
    await writer.create_missing(NOON)

    sealed = (await writer.ring()).seal("code", b"content")

    assert (await reader.ring(sealed)).open("code", sealed) == b"content"


async def test_invariant_12_another_environments_vault_is_refused_in_a_sentence(double: CountingVault) -> None:
    await double.vault("staging").create_missing(NOON)
    mine = double.vault("production")

    with pytest.raises(
        WrongEnvironment, match=r"belongs to 'staging'.*runs as 'production'.*SLUIS_VAULT_URL"
    ) as refused:
        await mine.ring()
    with pytest.raises(WrongEnvironment):
        await mine.create_missing(NOON)

    assert double.served.url in refused.value.detail


async def test_a_vault_without_a_stamp_is_refused_in_a_sentence(double: CountingVault) -> None:
    with pytest.raises(WrongEnvironment, match="bears no stamp"):
        await double.vault().ring()


async def test_invariant_12_a_key_of_another_environment_in_our_vault_is_ignored(double: CountingVault) -> None:
    vault = double.vault()
    await vault.create_missing(NOON)
    with double.served.client() as client:
        foreign = put_key(client, "production")
        mistagged = put_key(client, "test", tags={"alg": "RS256"})
        client.set_secret("something-else", "not a key")

    ring = await vault.ring()

    assert not {foreign, mistagged} & ring.kids


async def test_a_disabled_key_is_not_read(double: CountingVault) -> None:
    vault = double.vault()
    await vault.create_missing(NOON)
    with double.served.client() as client:
        kid = put_key(client, "test")
        client.update_secret_properties(f"sealing-{kid}", enabled=False)

    assert kid not in (await vault.ring()).kids


async def test_fifty_requests_at_once_load_the_ring_once(double: CountingVault) -> None:
    vault = double.vault()
    await vault.create_missing(NOON)

    rings = await asyncio.gather(*(vault.ring() for _ in range(50)))

    assert double.loads == 1
    assert len({id(ring) for ring in rings}) == 1


async def test_who_stops_waiting_does_not_take_the_ring_from_the_others(double: CountingVault) -> None:
    vault = double.vault()
    await vault.create_missing(NOON)
    first, second = asyncio.create_task(vault.ring()), asyncio.create_task(vault.ring())
    await asyncio.sleep(0)

    first.cancel()

    assert (await second).environment == "test"
    assert first.cancelled()
    assert double.loads == 1


async def test_a_ring_is_kept_for_five_minutes_and_then_renewed_without_anybody_waiting(double: CountingVault) -> None:
    vault = double.vault()
    await vault.create_missing(NOON)
    old = await vault.ring()
    with double.served.client() as client:
        kid = put_key(client, "test")

    double.clock.now = NOON + FRESH - 1
    assert await vault.ring() is old
    assert double.loads == 1

    double.clock.now = NOON + FRESH
    assert await vault.ring() is old
    renewed = await settled(vault, lambda ring: ring is not old)
    assert kid in renewed.kids
    assert renewed.seal("code", b"").split(".")[1] == kid
    assert double.loads == 2


async def test_an_unknown_key_is_looked_for_at_once_but_only_once_in_thirty_seconds(double: CountingVault) -> None:
    vault = double.vault()
    await vault.create_missing(NOON)
    await vault.ring()
    stranger = a_ring().seal("code", b"")

    double.clock.now = NOON + BETWEEN_LOADS - 1
    assert await vault.ring(stranger)
    assert double.loads == 1

    double.clock.now = NOON + BETWEEN_LOADS
    await asyncio.gather(*(vault.ring(stranger) for _ in range(50)))
    ring = await vault.ring(stranger)
    assert double.loads == 2
    with pytest.raises(UnknownKey):
        ring.open("code", stranger)


async def test_a_token_signed_with_a_key_we_have_not_seen_is_a_reason_to_look(double: CountingVault) -> None:
    vault = double.vault()
    await vault.create_missing(NOON)
    known = (await vault.ring()).sign("ES256", "JWT", {})
    double.clock.now = NOON + BETWEEN_LOADS

    await vault.ring(known)
    assert double.loads == 1
    await vault.ring(a_ring().sign("ES256", "JWT", {}))
    assert double.loads == 2


async def test_what_is_no_sealed_value_is_no_reason_to_ask_the_vault(double: CountingVault) -> None:
    vault = double.vault()
    await vault.create_missing(NOON)
    await vault.ring()
    double.clock.now = NOON + BETWEEN_LOADS

    for text in ("", "v1", "v1...", "garbage", "a.b.c", "x" * 100_000):
        await vault.ring(text)

    assert double.loads == 1


async def test_invariant_15_with_the_vault_away_the_ring_serves_until_it_is_an_hour_old(double: CountingVault) -> None:
    vault = double.vault()
    await vault.create_missing(NOON)
    kept = await vault.ring()
    with double.served.client() as client:
        client.update_secret_properties("stamp", enabled=False)  # from here on every load fails

    double.clock.now = NOON + OLDEST - 1
    assert await vault.ring() is kept

    double.clock.now = NOON + OLDEST
    with pytest.raises(Unavailable):
        await vault.ring()

    with double.served.client() as client:
        client.update_secret_properties("stamp", enabled=True)
    assert await vault.ring() is not kept


async def test_a_vault_that_nobody_serves_or_that_does_not_let_us_in_is_unavailable(double: CountingVault) -> None:
    for vault in (double.vault(url="https://localhost:1"), double.vault(token="another")):
        with pytest.raises(Unavailable) as gone:
            await vault.ring()
        assert TOKEN not in gone.value.detail
