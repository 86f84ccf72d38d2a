"""Every flow, declared once: how it is walked, what it costs, what it tells, and when it came right.

The tests of failing storage walk them all, at every call, on the shelf in memory and on the wire.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Final

import pytest

from shared.crypto.randomness import random_bytes
from shared.domain.answers import Ask, ToClient
from shared.domain.errors import InvalidGrant, InvalidToken
from shared.domain.ids import new_id
from shared.domain.lockout import Attempts
from shared.domain.text import parse_email
from shared.flows.agree import agree
from shared.flows.make_tokens import Tokens
from shared.flows.pending_form import Form
from shared.flows.register import NewAccount, register_account, register_client, register_organisation
from shared.flows.tell_userinfo import tell_userinfo
from tests.flows.worlds import APP_ON_A_DESK, form_of, send_password, signed_in
from tests.world import PASSWORD, SEED, SITE, World, code_in

NETWORK = "192.0.2.0/24"

_numbers = count(1)


@dataclass
class Scene:
    """A person in a world in which every flow can be started at once, and things that nobody has registered yet."""

    world: World
    email: str
    form: Form
    question: Form
    session: str
    tokens: Tokens
    code: str
    spent: str
    number: int = field(default_factory=lambda: next(_numbers))

    async def sign_in(self, email: str, password: str) -> bool:
        return (await send_password(self.world, self.form, email=email, password=password, network=NETWORK)) is not None

    async def guessed(self, times: int) -> None:
        """Let so many wrong answers stand already, as the flow leaves them: one call in place of seven each."""
        ring, app = await self.world.app.keys.ring(), self.world.app
        address, source = ring.directory_hash("email", self.email), ring.directory_hash("network", NETWORK)
        attempts = Attempts(times, 0, app.now())
        await app.directory.reserve(address, source, None, attempts, write_id=new_id("wri", random_bytes(16)))

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

    async def register_organisation(self) -> bool:
        return await register_organisation(
            self.world.app, organisation_id=self.new_organisation, name="Another", actor=SEED
        )

    async def register_client(self) -> bool:
        client = replace(SITE, client_id=f"another site {self.number}")
        return await register_client(self.world.app, client, actor=SEED)

    async def register_account(self) -> str | None:
        new = NewAccount(parse_email(self.newcomer), PASSWORD, {"name": "Grace Hopper"})
        return await register_account(self.world.app, new, actor=SEED)

    @property
    def newcomer(self) -> str:
        """An address that nobody has yet."""
        return f"grace{self.number}@demo.example"

    def __post_init__(self) -> None:
        self.new_organisation = new_id("org", random_bytes(16))


async def scene_in(world: World, email: str) -> Scene:
    """Set the scene around a person who is there and has not signed in."""
    asked = await world.ask()
    assert isinstance(asked, Ask)
    form = await form_of(world, asked)
    came = await signed_in(world, network="198.51.100.0/24", email=email)
    spent = code_in(came.outcome)
    question = await world.ask(client=APP_ON_A_DESK, session_cookie=came.cookie)
    assert isinstance(question, Ask)
    return Scene(
        world=world,
        email=email,
        form=form,
        question=await form_of(world, question),
        session=came.cookie,
        tokens=await world.redeem(spent),
        code=code_in(await world.ask(session_cookie=came.cookie)),
        spent=spent,
    )


@dataclass(frozen=True)
class Road:
    """One way through the flows: how many calls it makes, how it is walked and when it came right."""

    calls: int
    walk: Callable[[Scene], Awaitable[object]]
    came_right: Callable[[object], bool]
    tells: Mapping[str, int] = field(default_factory=dict)
    """The events it writes, and how many of each, when it is walked once."""
    tells_again: Mapping[str, int] = field(default_factory=dict)
    """What it may write beside when it failed and is walked again: to sign in twice, say, is to do two things."""
    first: Callable[[Scene], Awaitable[object]] | None = None
    """What must have happened before it is walked."""
    asks_after: int = 0
    """Calls that are no part of it: they ask afterwards whether it came right."""

    async def begin(self, scene: Scene) -> None:
        """Let happen what must have happened."""
        if self.first is not None:
            await self.first(scene)

    def most_events(self) -> Counter[str]:
        """Count what there may be at most when it failed and was walked again."""
        return Counter(self.tells) + Counter(self.tells_again)


ROADS: Final[dict[str, Road]] = {
    "a right password": Road(
        7,
        lambda scene: scene.sign_in(scene.email, PASSWORD),
        lambda came: came is True,
        {"session.began": 1},
        {"session.began": 1, "sign_in.refusals_counted": 1},
    ),
    "a wrong password": Road(
        7,
        lambda scene: scene.sign_in(scene.email, "wrong"),
        lambda came: came is False,
        {"sign_in.refused": 1},
    ),
    "another wrong password": Road(
        6,
        lambda scene: scene.sign_in(scene.email, "wrong"),
        lambda came: came is False,
        first=lambda scene: scene.guessed(1),
    ),
    "the wrong password that locks": Road(
        7,
        lambda scene: scene.sign_in(scene.email, "wrong"),
        lambda came: came is False,
        {"sign_in.locked": 1},
        first=lambda scene: scene.guessed(4),
    ),
    "the last right password before the lock": Road(
        7,
        lambda scene: scene.sign_in(scene.email, PASSWORD),
        lambda came: isinstance(came, bool),
        {"session.began": 1, "sign_in.refusals_counted": 1},
        {"session.began": 1},
        first=lambda scene: scene.guessed(4),
    ),
    "authorize": Road(
        1,
        lambda scene: scene.world.ask(session_cookie=scene.session),
        lambda answer: isinstance(answer, ToClient),
    ),
    "agree": Road(3, Scene.agree, lambda code: isinstance(code, str), {"consent.given": 1}, {"consent.given": 1}),
    "redeem": Road(2, Scene.redeem_anew, lambda tokens: isinstance(tokens, Tokens), tells_again={"grant.revoked": 1}),
    "redeem again": Road(5, Scene.redeem_spent, lambda word: word == "refused", {"grant.revoked": 1}, asks_after=1),
    "userinfo": Road(1, Scene.userinfo, lambda sub: isinstance(sub, str)),
    "an organisation": Road(
        2, Scene.register_organisation, lambda made: made in {True, False}, {"organisation.created": 1}
    ),
    "a client": Road(4, Scene.register_client, lambda made: made in {True, False}, {"client.registered": 1}),
    "an account": Road(
        3, Scene.register_account, lambda made: made is None or isinstance(made, str), {"account.created": 1}
    ),
}
