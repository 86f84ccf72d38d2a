"""The vault slow, told "later", or down, beneath its real client: a ring goes on until its age, the public keys for ever."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
from azure.core.pipeline.transport import AioHttpTransport

from devhost.vault.state import Rules
from shared.crypto.randomness import random_bytes
from shared.crypto.vault import BETWEEN_LOADS, FRESH, OLDEST, KeyVault
from shared.domain.errors import Unavailable
from shared.domain.keys import FAMILY_NAMES
from shared.domain.times import DAY
from tests.devhost.vault.served import AioStaticToken, Served, serve
from tests.transport import faults
from tests.transport.faults import CountingTransport, Fault
from tests.world import NOON, Clock

DOWN: dict[str, Fault] = {
    "down": faults.lost_before(),
    "answers lost": faults.lost_after(),
    "429": faults.too_many(),
    "503": faults.busy(),
    "silent": faults.silent_after(),
}


@dataclass
class Bench:
    """A vault, the wire to it, and the clock it is read by."""

    vault: KeyVault
    wire: CountingTransport
    clock: Clock

    def break_down(self, fault: Fault) -> None:
        self.wire.plan_all(lambda _: fault)

    async def settled(self) -> None:
        """Let what was begun in the background come to its end."""
        loading = self.vault._loading
        if loading is not None:
            await asyncio.wait([loading])


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    yield from serve(tmp_path_factory.mktemp("vault"), Rules())


@pytest.fixture
async def bench(served: Served) -> AsyncIterator[Bench]:
    clock = Clock()
    wire = CountingTransport(AioHttpTransport(connection_verify=str(served.ca)))
    vault = KeyVault(
        served.url, AioStaticToken(), "test", now=clock.now, random=random_bytes, ca=str(served.ca), transport=wire
    )
    await vault.create_missing(NOON)
    wire.reset()
    yield Bench(vault, wire, clock)
    await vault.aclose()
    await wire.close()


async def test_every_call_of_a_load_goes_through_the_transport(bench: Bench) -> None:
    await bench.vault.ring()

    # The list, the stamp, and one key of each family at least.
    assert len(bench.wire.calls) >= 2 + len(FAMILY_NAMES)
    assert {call.method for call in bench.wire.calls} == {"GET"}


@pytest.mark.parametrize("fault", [faults.lost_before(), faults.lost_after(), faults.busy(), faults.slow(0.01)])
async def test_invariant_15_one_fault_at_any_call_of_a_load_is_noticed_by_nobody(bench: Bench, fault: Fault) -> None:
    await bench.vault.load()
    calls = len(bench.wire.calls)
    for nth in range(1, calls + 1):
        bench.wire.reset()
        bench.wire.plan(nth, fault)

        assert (await bench.vault.load()).environment == "test"
        assert len(bench.wire.failed) == 1


@pytest.mark.parametrize("name", [name for name in DOWN if name != "silent"])
async def test_invariant_15_a_fault_that_lasts_from_any_call_on_is_said_and_a_load_after_it_is_whole(
    bench: Bench, name: str
) -> None:
    whole = (await bench.vault.load()).kids
    calls = len(bench.wire.calls)
    for nth in range(1, calls + 1):
        bench.wire.plan_from(nth, DOWN[name])
        with pytest.raises(Unavailable):
            await bench.vault.load()

        bench.wire.heal()
        assert (await bench.vault.load()).kids == whole


@pytest.mark.parametrize("fault", DOWN.values(), ids=DOWN.keys())
async def test_invariant_15_a_ring_goes_on_until_its_stated_age_and_nobody_waits_for_the_vault(
    bench: Bench, fault: Fault
) -> None:
    kept = await bench.vault.ring()
    bench.break_down(fault)
    bench.clock.at = NOON + OLDEST - 1

    async with asyncio.timeout(1):
        assert await bench.vault.ring() is kept
        assert await bench.vault.public_keys() == kept.jwks()


@pytest.mark.parametrize("name", [name for name in DOWN if name != "silent"])
async def test_invariant_15_at_its_age_the_ring_is_unavailable_and_its_public_keys_are_not(
    bench: Bench, name: str
) -> None:
    kept = await bench.vault.ring()
    bench.break_down(DOWN[name])
    bench.clock.at = NOON + OLDEST

    with pytest.raises(Unavailable):
        await bench.vault.ring()
    assert await bench.vault.public_keys() == kept.jwks()

    bench.clock.at = NOON + 30 * DAY
    assert await bench.vault.public_keys() == kept.jwks()

    bench.wire.heal()
    assert await bench.vault.ring() is not kept


async def test_a_vault_that_says_nothing_keeps_nobody_long_from_the_public_keys(bench: Bench) -> None:
    kept = await bench.vault.ring()
    bench.break_down(faults.silent_after())
    bench.clock.at = NOON + OLDEST

    async with asyncio.timeout(15):
        assert await bench.vault.public_keys() == kept.jwks()


async def test_public_keys_are_as_new_as_the_vault_is_reached(bench: Bench) -> None:
    kept = await bench.vault.ring()
    bench.clock.at = NOON + OLDEST
    bench.wire.reset()

    assert await bench.vault.public_keys() == kept.jwks()
    assert len(bench.wire.calls) >= 2 + len(FAMILY_NAMES)


async def test_before_the_first_load_there_are_no_public_keys_to_give(bench: Bench) -> None:
    bench.break_down(faults.lost_before())

    with pytest.raises(Unavailable):
        await bench.vault.public_keys()
    bench.wire.heal()
    assert (await bench.vault.public_keys())["keys"]


async def test_while_the_vault_is_away_it_is_asked_again_every_thirty_seconds_and_the_ring_renewed_when_it_is_back(
    bench: Bench,
) -> None:
    kept = await bench.vault.ring()
    bench.break_down(faults.lost_before())
    bench.clock.at = NOON + FRESH
    await bench.vault.ring()
    await bench.settled()
    tried = len(bench.wire.failed)

    bench.clock.pass_by(BETWEEN_LOADS - 1)
    await bench.vault.ring()
    assert len(bench.wire.failed) == tried > 0

    bench.wire.heal()
    bench.clock.pass_by(1)
    assert await bench.vault.ring() is kept
    await bench.settled()
    assert await bench.vault.ring() is not kept


async def test_a_vault_that_says_when_to_come_back_is_heard(bench: Bench) -> None:
    bench.wire.plan(1, faults.too_many(retry_after=1))

    assert (await bench.vault.ring()).environment == "test"
    assert [call.method for call in bench.wire.failed] == ["GET"]
