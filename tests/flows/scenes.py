"""A person in a world in which every flow can be started at once, and each start of one by its name."""

from dataclasses import dataclass, field, replace
from itertools import count

import pytest

from shared.crypto.randomness import random_bytes
from shared.domain.answers import Ask
from shared.domain.errors import InvalidGrant, InvalidToken, StaleForm
from shared.domain.ids import new_id
from shared.domain.lockout import Attempts
from shared.domain.parameters import Parameters
from shared.domain.text import parse_email
from shared.flows.agree import agree
from shared.flows.end_session import AskToLeave, Left, answer_leaving, end_session
from shared.flows.introspect import introspect
from shared.flows.make_tokens import Tokens
from shared.flows.pending_form import Form
from shared.flows.register import NewAccount, register_account, register_client, register_organisation
from shared.flows.revoke import revoke
from shared.flows.send_letter import send_letter
from shared.flows.sign_in_and_go_on import SignedIn
from shared.flows.tell_userinfo import tell_userinfo
from shared.web.letters import words_of
from tests.flows.worlds import APP_ON_A_DESK, form_of, send_password, signed_in
from tests.twin.post import messages_in
from tests.world import FLOW_COOKIE, ISSUER, PASSWORD, SEED, SITE, World, code_in

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
    link: str = ""
    letter: str = ""
    question_whether_to_leave: str = ""
    newest: Tokens | None = None

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

    async def refresh(self) -> Tokens:
        return await self.world.refresh(self.refresh_token)

    async def refresh_twice(self) -> None:
        """Use the token and the one that came of it: whoever shows the first again then is a thief, or was robbed."""
        self.newest = await self.world.refresh(token_of(await self.refresh()))

    async def refresh_stolen(self) -> str:
        """Show a token whose successor was used: it must not work, and the family must be dead."""
        with pytest.raises(InvalidGrant, match=r"used before|ended"):
            await self.refresh()
        with pytest.raises(InvalidGrant, match="ended"):
            await self.world.refresh(token_of(self.newest or self.tokens))
        return "refused"

    async def revoke_refresh_token(self) -> str:
        await revoke(self.world.app, SITE, token=self.refresh_token, request_id="req_test")
        with pytest.raises(InvalidGrant, match="ended"):
            await self.refresh()
        return "revoked"

    async def revoke_access_token(self) -> str:
        await revoke(self.world.app, SITE, token=self.tokens.access_token, request_id="req_test")
        with pytest.raises(InvalidToken, match="ended"):
            await self.userinfo()
        return "revoked"

    async def introspect(self, token: str) -> object:
        return (await introspect(self.world.app, SITE, token=token))["active"]

    async def ask_to_leave(self, hint: str | None = None) -> AskToLeave | Left:
        """Come to the end-session endpoint, with or without a proof of whose session it is."""
        parameters = Parameters((("id_token_hint", hint),) if hint else ())
        return await end_session(
            self.world.app,
            parameters=parameters,
            session_cookie=self.session,
            flow_cookie=FLOW_COOKIE,
            certain=True,
            request_id="req_test",
        )

    async def leave(self) -> bool:
        """Sign out by a client's hint: the session must be dead."""
        left = await self.ask_to_leave(self.tokens.id_token)
        return isinstance(left, Left) and isinstance(await self.world.ask(session_cookie=self.session), Ask)

    async def be_asked(self) -> None:
        question = await self.ask_to_leave()
        assert isinstance(question, AskToLeave)
        self.question_whether_to_leave = question.flow

    async def agree_to_leave(self) -> bool:
        """Say yes to the question: the session must be dead."""
        left = await answer_leaving(
            self.world.app,
            flow=self.question_whether_to_leave,
            agreed=True,
            session_cookie=self.session,
            flow_cookie=FLOW_COOKIE,
            request_id="req_test",
        )
        return isinstance(left, Left) and isinstance(await self.world.ask(session_cookie=self.session), Ask)

    async def sign_in_at_site(self) -> str:
        self.link = await self.world.link(email=self.email)
        return self.link

    async def go_on_anew(self) -> SignedIn:
        """Open the link; when it is used up, sign in at the site again, and open the link that comes of that."""
        try:
            return await self.world.go_on(self.link)
        except StaleForm:
            return await self.world.go_on(await self.sign_in_at_site())

    async def be_robbed(self) -> None:
        await self.refresh_twice()
        await self.refresh_stolen()
        self.letter = messages_in(self.world.app.post)[-1]

    async def send_letter(self, message: str = "") -> bool:
        """Send the letter that tells of it; the second time there is nothing to send."""
        return await send_letter(self.world.app, message or self.letter, words=words_of(ISSUER))

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
    def refresh_token(self) -> str:
        return token_of(self.tokens)

    @property
    def newcomer(self) -> str:
        """An address that nobody has yet."""
        return f"grace{self.number}@demo.example"

    def __post_init__(self) -> None:
        self.new_organisation = new_id("org", random_bytes(16))


def token_of(tokens: Tokens) -> str:
    """Take the refresh token out of a token response."""
    assert tokens.refresh_token is not None
    return tokens.refresh_token


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
