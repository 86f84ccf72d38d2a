"""A small world for tests of flows: the real app on the in-memory shelf, real keys, and a clock that is moved by hand."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from shared.app import assemble
from shared.crypto.making import new_keys
from shared.crypto.randomness import random_bytes
from shared.crypto.ring import Ring
from shared.domain.answers import Ask, Outcome, ToClient
from shared.domain.clients import Client, hash_secret
from shared.domain.events import Actor
from shared.domain.issuer import Issuer
from shared.domain.keys import KeyDates
from shared.domain.parameters import Parameters
from shared.domain.pkce import challenge_of
from shared.domain.text import parse_email
from shared.domain.times import Millis
from shared.flows.authorize import authorize
from shared.flows.go_on import go_on, take_up_link
from shared.flows.make_tokens import Tokens
from shared.flows.pending_form import take_up, take_up_from_site
from shared.flows.prepare import prepare_decoys
from shared.flows.redeem_code import redeem_code
from shared.flows.refresh import refresh
from shared.flows.register import NewAccount, register_account, register_client, register_organisation
from shared.flows.sign_in_and_go_on import SignedIn, sign_in_and_go_on
from shared.flows.sign_in_at_site import sign_in_at_site
from shared.ports import App, Shelf
from shared.storage.clients import TableClients
from tests.twin.post import MemoryMailer, MemoryPost
from tests.twin.shelf import MemoryShelf

NOON: Millis = 1_800_000_000_000
ISSUER = Issuer("https://id.example/id")
ORGANISATION = "org_00000000000000000000000000"
EMAIL = "ada@demo.example"
PASSWORD = "correct horse battery staple"
VERIFIER = "a-verifier-of-more-than-forty-three-characters-0123"
FLOW_COOKIE = "AAAAAAAAAAAAAAAAAAAAAA"
SECRET = "a-secret-of-some-length"
SEED = Actor("seed", "tests")

SITE = Client(
    client_id="site",
    organisation=ORGANISATION,
    client_name="Site",
    redirect_uris=("https://site.example/callback",),
    post_logout_redirect_uris=("https://site.example/goodbye",),
    scope=("openid", "profile", "email", "offline_access"),
    grant_types=("authorization_code", "refresh_token", "client_credentials"),
    cors_origins=("https://site.example",),
    secret_hash=hash_secret(SECRET),
)


@dataclass
class Clock:
    """A clock that only moves when told."""

    at: Millis = NOON

    def now(self) -> Millis:
        return self.at

    def seconds(self) -> float:
        return self.at / 1000

    def pass_by(self, millis: Millis) -> None:
        self.at += millis


class FixedKeys:
    """A ring without a vault behind it."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring

    async def ring(self, sealed: str | None = None) -> Ring:
        return self._ring


@cache
def ring() -> Ring:
    """Real keys, made once: an RSA key takes a while."""
    dates = KeyDates(created_at=0, active_at=0)
    return Ring("test", new_keys("test", dates, random=random_bytes), now=NOON, random=random_bytes)


@dataclass
class World:
    """The app, what is under it, and the steps a person and a site take."""

    app: App
    shelf: Shelf
    clock: Clock
    account_id: str = ""

    async def ask(self, *, session_cookie: str = "", client: Client = SITE, **more: Any) -> Outcome:
        """Send an authorization request."""
        asked = {
            "client_id": client.client_id,
            "redirect_uri": client.redirect_uris[0],
            "response_type": "code",
            "scope": "openid profile",
            "state": "a state",
            "nonce": "a nonce",
            "code_challenge": challenge_of(VERIFIER),
            "code_challenge_method": "S256",
        } | more
        parameters = Parameters(tuple(asked.items()))
        return await authorize(self.app, parameters=parameters, session_cookie=session_cookie, flow_cookie=FLOW_COOKIE)

    async def sign_in(
        self, email: str = EMAIL, password: str = PASSWORD, network: str = "192.0.2.0/24", **more: Any
    ) -> SignedIn | None:
        """Open the page and send it."""
        asked = await self.ask(**more)
        assert isinstance(asked, Ask)
        form = await take_up(self.app, flow=asked.flow, step="sign_in", flow_cookie=FLOW_COOKIE)
        return await sign_in_and_go_on(
            self.app,
            form,
            email=email,
            password=password,
            network=network,
            request_id="req_test",
            flow_cookie=FLOW_COOKIE,
        )

    async def sign_in_at_site(
        self, email: str = EMAIL, password: str = PASSWORD, network: str = "192.0.2.0/24", **more: Any
    ) -> str | None:
        """Send address and password from the client's own page, and give the link that comes of it."""
        asked = await self.ask(**more)
        assert isinstance(asked, Ask)
        form = await take_up_from_site(self.app, flow=asked.flow, origin=SITE.cors_origins[0])
        return await sign_in_at_site(
            self.app, form, email=email, password=password, network=network, request_id="req_test"
        )

    async def link(self, **more: Any) -> str:
        """Sign in at the client's own page."""
        link = await self.sign_in_at_site(**more)
        assert link is not None
        return link

    async def go_on(self, link: str, flow_cookie: str = FLOW_COOKIE) -> SignedIn:
        """Open the link in a browser."""
        return await go_on(
            self.app, await take_up_link(self.app, link=link, flow_cookie=flow_cookie), flow_cookie=flow_cookie
        )

    async def code(self, **more: Any) -> str:
        """Sign in and give the code that the site receives."""
        signed_in = await self.sign_in(**more)
        assert signed_in is not None
        return code_in(signed_in.outcome)

    async def refresh(self, token: str, *, scope: str | None = None, client: Client | None = None) -> Tokens:
        """Send the refresh request."""
        return await refresh(self.app, client or SITE, token=token, scope=scope, request_id="req_test")

    async def first_refresh_token(self, client: Client | None = None, **more: Any) -> str:
        """Sign in, redeem, and give the refresh token."""
        asked = {"client": client} if client else {}
        tokens = await self.redeem(await self.code(**asked, **more), client or SITE)
        assert tokens.refresh_token is not None
        return tokens.refresh_token

    async def redeem(self, code: str, client: Client = SITE, code_verifier: str | None = VERIFIER) -> Tokens:
        """Send the token request."""
        return await redeem_code(
            self.app,
            client,
            code=code,
            redirect_uri=client.redirect_uris[0],
            code_verifier=code_verifier,
            request_id="req_test",
        )


def code_in(outcome: Outcome) -> str:
    """Take the code out of an answer to the client."""
    assert isinstance(outcome, ToClient)
    return dict(outcome.parameters)["code"]


async def a_world(shelf: Shelf | None = None, *, decoys: bool = True) -> World:
    """Make a world with an organisation, a site and a person."""
    shelf = shelf or MemoryShelf()
    clock = Clock()
    keys = FixedKeys(ring())
    app = replace(
        assemble(shelf, keys, post=MemoryPost(), mailer=MemoryMailer(), environment="test", issuer=ISSUER),
        now=clock.now,
        clients=TableClients(shelf, keys, monotonic=clock.seconds, now=clock.now),
    )
    world = World(app, shelf, clock)
    if decoys:
        await prepare_decoys(app)
    await register_organisation(app, organisation_id=ORGANISATION, name="Demo", actor=SEED)
    await register_client(app, SITE, actor=SEED)
    profile: dict[str, str | bool] = {"name": "Ada Lovelace", "email_verified": True}
    account_id = await register_account(app, NewAccount(parse_email(EMAIL), PASSWORD, profile), actor=SEED)
    assert account_id is not None
    world.account_id = account_id
    return world
