"""Every flow, declared once: how it is walked, what it costs, what it tells, and when it came right.

The tests of failing storage walk them all, at every call, on the shelf in memory and on the wire.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from shared.domain.answers import ToClient
from shared.flows.give_client_token import give_client_token
from shared.flows.make_tokens import Tokens
from shared.flows.sign_in_and_go_on import SignedIn
from tests.flows.scenes import Scene
from tests.world import PASSWORD, SITE


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
    posts: int = 0
    """Messages it leaves in the queue. That the queue is away is nobody's concern: a message of the two is enough."""
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
    "refresh": Road(2, Scene.refresh, lambda tokens: isinstance(tokens, Tokens)),
    "refresh again, after a lost answer": Road(
        4, Scene.refresh, lambda tokens: isinstance(tokens, Tokens), first=Scene.refresh
    ),
    "refresh with a stolen token": Road(
        7,
        Scene.refresh_stolen,
        lambda word: word == "refused",
        {"grant.revoked": 1},
        first=Scene.refresh_twice,
        posts=2,
        asks_after=2,
    ),
    "revoke a refresh token": Road(
        3, Scene.revoke_refresh_token, lambda word: word == "revoked", {"grant.revoked": 1}, asks_after=2
    ),
    "revoke an access token": Road(
        3, Scene.revoke_access_token, lambda word: word == "revoked", {"grant.revoked": 1}, asks_after=1
    ),
    "introspect an access token": Road(
        1, lambda scene: scene.introspect(scene.tokens.access_token), lambda active: active is True
    ),
    "introspect a refresh token": Road(
        2, lambda scene: scene.introspect(scene.refresh_token), lambda active: active is True
    ),
    "sign out": Road(3, Scene.leave, lambda left: left is True, {"session.ended": 1}, asks_after=1),
    "sign out when asked": Road(
        3, Scene.agree_to_leave, lambda left: left is True, {"session.ended": 1}, first=Scene.be_asked, asks_after=1
    ),
    "sign in at a site": Road(
        7,
        Scene.sign_in_at_site,
        lambda link: isinstance(link, str),
        {"session.began": 1},
        {"session.began": 1, "sign_in.refusals_counted": 1},
    ),
    "go on by the link": Road(
        2,
        Scene.go_on_anew,
        lambda came: isinstance(came, SignedIn),
        tells_again={"session.began": 1},
        first=Scene.sign_in_at_site,
    ),
    "a token for a client itself": Road(
        0,
        lambda scene: give_client_token(scene.world.app, SITE, scope=None),
        lambda tokens: isinstance(tokens, Tokens),
    ),
    "send a letter": Road(3, Scene.send_letter, lambda sent: isinstance(sent, bool), first=Scene.be_robbed),
}
