"""What a request costs in calls to storage (docs/storage.md): a new call is a red test and a conversation."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from uuid import uuid4

import pytest

from shared.crypto.passwords import PasswordHasher
from shared.domain.answers import Ask, ToClient
from shared.domain.errors import InvalidGrant
from shared.flows.give_client_token import give_client_token
from shared.flows.introspect import introspect
from shared.flows.make_tokens import Tokens
from shared.flows.prepare import prepare_decoys
from shared.flows.tell_userinfo import tell_userinfo
from shared.ports import Shelf
from shared.storage.layout import TABLES
from shared.storage.tables import Tables
from tests.flows.watching import WatchingShelf
from tests.flows.worlds import a_quick_world, form_of, send_password, signed_in
from tests.transport.faults import CountingTransport
from tests.twin.shelf import MemoryShelf
from tests.world import EMAIL, PASSWORD, SITE, World, a_world, code_in

NETWORK = "192.0.2.0/24"
BUDGET = {
    "authorize, first visit": 0,
    "sign-in, right": 7,
    "sign-in, first wrong": 7,
    "sign-in, second wrong": 6,
    "sign-in, unknown": 7,
    "authorize, live session": 1,
    "code exchange": 2,
    "userinfo": 1,
    "introspection, access token": 1,
    "introspection, refresh token": 2,
    "refresh": 2,
    "client credentials": 0,
    "sign-in at a site": 7,
    "continue": 2,
    "continue, consent page": 2,
}


class Meter:
    """Says what a step cost, in calls."""

    def __init__(self, count: Callable[[], int]) -> None:
        self.costs: dict[str, int] = {}
        self._count = count

    async def of[T](self, name: str, step: Awaitable[T]) -> T:
        before = self._count()
        result = await step
        self.costs[name] = self._count() - before
        return result


async def measure(world: World, count: Callable[[], int]) -> dict[str, int]:
    """Walk the whole road, the client being known."""
    meter = Meter(count)
    await world.ask()
    asked = await meter.of("authorize, first visit", world.ask())
    assert isinstance(asked, Ask)
    form = await form_of(world, asked)

    async def knock(password: str, email: str = EMAIL, network: str = NETWORK) -> object:
        return await send_password(world, form, email=email, password=password, network=network)

    came = await meter.of("sign-in, right", signed_in_by(knock, PASSWORD))
    assert came
    assert await meter.of("sign-in, first wrong", knock("wrong")) is None
    assert await meter.of("sign-in, second wrong", knock("wrong")) is None
    assert await meter.of("sign-in, unknown", knock("wrong", "nobody@demo.example")) is None
    session = (await signed_in(world, network="198.51.100.0/24")).cookie
    answered = await meter.of("authorize, live session", world.ask(session_cookie=session))
    tokens = await meter.of("code exchange", world.redeem(code_in(answered)))
    claims = await meter.of("userinfo", tell_userinfo(world.app, access_token=tokens.access_token))
    assert claims["sub"] == world.account_id
    await measure_tokens(world, meter, tokens)
    await measure_links(world, meter)
    return meter.costs


async def measure_tokens(world: World, meter: Meter, tokens: Tokens) -> None:
    """Ask about what was given, and for more."""
    token = tokens.refresh_token
    assert token is not None
    asked_about = {"access token": tokens.access_token, "refresh token": token}
    for kind, one in asked_about.items():
        told = await meter.of(f"introspection, {kind}", introspect(world.app, SITE, token=one))
        assert told["active"] is True
    assert (await meter.of("refresh", world.refresh(token))).refresh_token != token
    await meter.of("client credentials", give_client_token(world.app, SITE, scope=None))


async def measure_links(world: World, meter: Meter) -> None:
    """Sign in at the client's own page, and open what comes of it."""
    link = await meter.of("sign-in at a site", world.link(network="203.0.113.0/24"))
    came = await meter.of("continue", world.go_on(link))
    assert isinstance(came.outcome, ToClient)
    asking = await world.link(network="203.0.113.0/24", prompt="consent")
    assert isinstance((await meter.of("continue, consent page", world.go_on(asking))).outcome, Ask)


async def signed_in_by(knock: Callable[[str], Awaitable[object]], password: str) -> bool:
    return await knock(password) is not None


async def test_no_request_costs_more_calls_than_the_budget_says() -> None:
    world = await a_quick_world(decoys=True)
    shelf = world.shelf
    assert isinstance(shelf, MemoryShelf)

    assert await measure(world, lambda: len(shelf.calls)) == BUDGET


@pytest.fixture
async def wire(azurite: str) -> AsyncIterator[tuple[Shelf, CountingTransport]]:
    transport = CountingTransport()
    tables = Tables(azurite, transport=transport, prefix=f"t{uuid4().hex[:12]}")
    await asyncio.gather(*(tables.create(name) for name in TABLES))
    yield tables, transport
    await tables.aclose()


@pytest.mark.slow
async def test_no_request_costs_more_calls_on_the_real_wire(wire: tuple[Shelf, CountingTransport]) -> None:
    tables, transport = wire
    world = await a_world(tables)

    assert await measure(world, lambda: len(transport.calls)) == BUDGET


async def watched() -> tuple[World, WatchingShelf]:
    """Give a world whose calls are written down, with the password hash of production."""
    shelves: list[WatchingShelf] = []

    def wrap(memory: MemoryShelf) -> Shelf:
        shelves.append(WatchingShelf(memory))
        return shelves[0]

    world = await a_quick_world(wrap, decoys=True)
    world.app = replace(world.app, passwords=shelves[0].watch(world.app.passwords))
    await world.ask()
    shelves[0].asked.clear()
    return world, shelves[0]


async def test_a_sign_in_takes_four_steps_with_the_hash_beside_the_reservations() -> None:
    world = await a_world(shelf := WatchingShelf(MemoryShelf()), decoys=False)
    world.app = replace(world.app, passwords=shelf.watch(PasswordHasher(1)))
    await world.ask()
    shelf.asked.clear()

    await signed_in(world)

    assert shelf.steps() == [
        {"span directory", "get sources"},
        {"span accounts", "write journal"},
        {"write directory", "write sources", "hash password"},
        {"write accounts"},
    ]


async def test_a_code_exchange_reads_and_marks_side_by_side() -> None:
    world, shelf = await watched()
    code = await world.code()
    shelf.asked.clear()

    await world.redeem(code)

    assert shelf.steps() == [{"write spent", "get accounts"}]


@pytest.mark.parametrize(("prompt", "read"), [("login", "get accounts"), ("consent", "span accounts")])
async def test_a_link_is_marked_and_its_account_read_side_by_side(prompt: str, read: str) -> None:
    world, shelf = await watched()
    link = await world.link(prompt=prompt)
    shelf.asked.clear()

    await world.go_on(link)

    assert shelf.steps() == [{"write spent", read}]


async def test_what_an_expired_or_foreign_code_shows_by_itself_costs_nothing() -> None:
    world, shelf = await watched()
    code = await world.code()
    shelf.asked.clear()

    with pytest.raises(InvalidGrant, match="code_verifier"):
        await world.redeem(code, code_verifier="a-different-verifier-of-more-than-forty-three-characters")
    world.clock.pass_by(60_000)
    with pytest.raises(InvalidGrant, match="expired"):
        await world.redeem(code)
    assert shelf.asked == []


async def test_a_living_session_is_answered_after_one_point_read() -> None:
    world, shelf = await watched()
    session = (await signed_in(world)).cookie
    shelf.asked.clear()

    assert isinstance(await world.ask(session_cookie=session), ToClient)
    assert shelf.steps() == [{"get accounts"}]


async def test_the_costs_are_the_same_among_a_hundred_times_as_many_accounts() -> None:
    world = await a_quick_world(_crowded, decoys=True)
    shelf = world.shelf
    assert isinstance(shelf, MemoryShelf)

    assert len(shelf._tables["accounts"]) > 25_000
    assert await measure(world, lambda: len(shelf.calls)) == BUDGET


def _crowded(memory: MemoryShelf) -> Shelf:
    accounts = memory._tables["accounts"]
    rows = next(iter(accounts.values()))
    accounts |= {f"acc_{number:026d}": rows for number in range(100 * len(accounts))}
    return memory


async def test_preparing_again_costs_one_call() -> None:
    world = await a_quick_world(decoys=True)
    shelf = world.shelf
    assert isinstance(shelf, MemoryShelf)

    assert await prepare_decoys(world.app) == 0
    assert shelf.calls == [("get", "accounts")]
