"""Storage fails at every call of every flow, before and after it took effect: nothing is half done, and one can try again.

(Invariants 2, 4 and 15.)
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace

import pytest

from shared.domain.answers import Ask, ErrorToClient, Outcome, ToClient
from shared.domain.decoys import DECOYS, decoy_id
from shared.domain.errors import InvalidGrant, InvalidToken, Unavailable
from shared.domain.text import parse_email
from shared.domain.times import MINUTE
from shared.flows.agree import agree
from shared.flows.make_tokens import Tokens
from shared.flows.pending_form import Form
from shared.flows.prepare import prepare_decoys
from shared.flows.register import NewAccount, register_account, register_client, register_organisation
from shared.flows.tell_userinfo import tell_userinfo
from tests.flows.consistency import assert_whole
from tests.flows.failing import FailingShelf
from tests.flows.worlds import (
    APP_ON_A_DESK,
    a_quick_world,
    form_of,
    send_password,
    signed_in,
    world_on,
)
from tests.twin.shelf import MemoryShelf
from tests.world import EMAIL, PASSWORD, SEED, SITE, World, code_in

NEW_ORGANISATION = "org_11111111111111111111111111"
NEW_CLIENT = replace(SITE, client_id="another site")
NEW_PERSON = NewAccount(parse_email("grace@demo.example"), PASSWORD, {"name": "Grace Hopper"})


@dataclass
class Scene:
    """A world in which every flow can be started at once."""

    world: World
    shelf: FailingShelf
    form: Form
    question: Form
    session: str
    tokens: Tokens
    code: str
    spent: str

    async def sign_in(self, email: str, password: str) -> bool:
        network = "192.0.2.0/24"
        return (await send_password(self.world, self.form, email=email, password=password, network=network)) is not None

    async def agree(self) -> str:
        return code_in(
            await agree(self.world.app, self.question, allowed=True, session_cookie=self.session, request_id="req_test")
        )

    async def userinfo(self) -> object:
        return (await tell_userinfo(self.world.app, access_token=self.tokens.access_token))["sub"]

    async def redeem_anew(self) -> Tokens:
        """Redeem the code; when it is lost, start again, which the live session answers silently."""
        try:
            return await self.world.redeem(self.code)
        except InvalidGrant:
            return await self.world.redeem(code_in(await self.world.ask(session_cookie=self.session)))

    async def redeem_spent(self) -> str:
        """Redeem a code a second time: it must not work, and what it gave must be dead."""
        with pytest.raises(InvalidGrant, match="before"):
            await self.world.redeem(self.spent)
        with pytest.raises(InvalidToken, match="ended"):
            await self.userinfo()
        return "refused"


async def a_scene(*, decoys: bool = False) -> Scene:
    world = await a_quick_world(FailingShelf, decoys=decoys)
    shelf = world.shelf
    assert isinstance(shelf, FailingShelf)
    asked = await world.ask()
    assert isinstance(asked, Ask)
    form = await form_of(world, asked)
    came = await signed_in(world, network="198.51.100.0/24")
    spent = code_in(came.outcome)
    question = await world.ask(client=APP_ON_A_DESK, session_cookie=came.cookie)
    assert isinstance(question, Ask)
    return Scene(
        world=world,
        shelf=shelf,
        form=form,
        question=await form_of(world, question),
        session=came.cookie,
        tokens=await world.redeem(spent),
        code=code_in(await world.ask(session_cookie=came.cookie)),
        spent=spent,
    )


type Step = Callable[[Scene], Awaitable[object]]

FLOWS: dict[str, tuple[int, Step, Callable[[object], bool]]] = {
    "a right password": (7, lambda scene: scene.sign_in(EMAIL, PASSWORD), lambda came: came is True),
    "a wrong password": (7, lambda scene: scene.sign_in(EMAIL, "wrong"), lambda came: came is False),
    "authorize": (
        1,
        lambda scene: scene.world.ask(session_cookie=scene.session),
        lambda answer: isinstance(answer, ToClient),
    ),
    "agree": (3, lambda scene: scene.agree(), lambda code: isinstance(code, str)),
    "redeem": (2, lambda scene: scene.redeem_anew(), lambda tokens: isinstance(tokens, Tokens)),
    "redeem again": (5, lambda scene: scene.redeem_spent(), lambda word: word == "refused"),
    "userinfo": (1, lambda scene: scene.userinfo(), lambda sub: isinstance(sub, str)),
    "an organisation": (
        2,
        lambda scene: register_organisation(
            scene.world.app, organisation_id=NEW_ORGANISATION, name="Another", actor=SEED
        ),
        lambda made: made in {True, False},
    ),
    "a client": (
        4,
        lambda scene: register_client(scene.world.app, NEW_CLIENT, actor=SEED),
        lambda made: made in {True, False},
    ),
    "an account": (
        3,
        lambda scene: register_account(scene.world.app, NEW_PERSON, actor=SEED),
        lambda made: made is None or isinstance(made, str),
    ),
}
"""For each flow how many calls it makes, how it is started, and what it comes to when it is tried again."""


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("flow", FLOWS)
async def test_invariant_2_and_15_a_failed_call_leaves_nothing_half_done(flow: str, *, after: bool) -> None:
    calls, start, came_right = FLOWS[flow]
    for nth in range(1, calls + 1):
        scene = await a_scene()
        scene.shelf.fail(nth, after=after)

        with pytest.raises(Unavailable):
            await start(scene)
        assert scene.shelf.heal()
        assert_whole(scene.shelf.memory)
        assert came_right(await start(scene))
        assert_whole(scene.shelf.memory)


@pytest.mark.parametrize("flow", FLOWS)
async def test_no_flow_makes_a_call_that_was_not_failed(flow: str) -> None:
    calls, start, came_right = FLOWS[flow]
    scene = await a_scene()
    scene.shelf.memory.calls.clear()

    assert came_right(await start(scene))
    told = len(scene.shelf.memory.calls)
    # Whether a token still works is asked afterwards, with one call.
    assert told == (calls + 1 if flow == "redeem again" else calls)


async def test_invariant_5_a_try_that_was_counted_stays_counted_when_its_answer_was_lost() -> None:
    scene = await a_scene()
    counting = 5
    for _ in range(5):
        scene.shelf.fail(counting, after=True)
        with pytest.raises(Unavailable):
            await scene.sign_in(EMAIL, PASSWORD)
        assert scene.shelf.heal()

    assert await scene.sign_in(EMAIL, PASSWORD) is False
    scene.world.clock.pass_by(MINUTE)
    assert await scene.sign_in(EMAIL, PASSWORD) is True


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("nth", range(1, 8))
async def test_invariant_5_storage_that_fails_again_and_again_lets_nobody_in(nth: int, *, after: bool) -> None:
    scene = await a_scene()
    for _ in range(8):
        scene.shelf.fail(nth, after=after)
        with suppress(Unavailable):
            assert await scene.sign_in(EMAIL, PASSWORD) is False
        scene.shelf.heal()
        assert_whole(scene.shelf.memory)


@pytest.mark.parametrize("nth", range(1, 8))
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_an_unknown_address_fails_where_a_known_one_does(nth: int, *, after: bool) -> None:
    scene = await a_scene(decoys=True)
    scene.shelf.fail(nth, after=after)

    with pytest.raises(Unavailable):
        await scene.sign_in("nobody@demo.example", "wrong")
    assert scene.shelf.heal()
    assert await scene.sign_in("nobody@demo.example", "wrong") is False


async def test_invariant_4_a_code_whose_answer_was_lost_is_not_repeated() -> None:
    scene = await a_scene()
    scene.shelf.fail(1, after=True)
    with pytest.raises(Unavailable):
        await scene.world.redeem(scene.code)

    scene.shelf.heal()
    with pytest.raises(InvalidGrant, match="before"):
        await scene.world.redeem(scene.code)


async def test_a_silent_request_gets_its_error_at_the_client_while_storage_is_away() -> None:
    scene = await a_scene()
    scene.shelf.away = True

    answer: Outcome = await scene.world.ask(session_cookie=scene.session, prompt="none")

    assert isinstance(answer, ErrorToClient)
    assert isinstance(answer.error, Unavailable)


async def test_invariant_15_a_first_visit_is_answered_while_storage_is_away() -> None:
    scene = await a_scene()
    scene.shelf.away = True

    assert isinstance(await scene.world.ask(), Ask)


async def test_an_account_that_was_written_before_the_answer_was_lost_is_there() -> None:
    scene = await a_scene()
    scene.shelf.fail(3, after=True)
    with pytest.raises(Unavailable):
        await register_account(scene.world.app, NEW_PERSON, actor=SEED)
    scene.shelf.heal()

    assert await register_account(scene.world.app, NEW_PERSON, actor=SEED) is None
    assert await scene.sign_in("grace@demo.example", PASSWORD)


@pytest.mark.parametrize("nth", [1, 2, 20, 240, 250, 256, 257])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_preparing_that_was_cut_short_is_finished_by_preparing_again(nth: int, *, after: bool) -> None:
    shelf = FailingShelf(MemoryShelf())
    app = world_on(shelf).app
    shelf.fail(nth, after=after)
    with pytest.raises(Unavailable):
        await prepare_decoys(app)
    shelf.heal()

    await prepare_decoys(app)

    for number in range(DECOYS):
        assert await app.accounts.state(decoy_id(number)) is not None
