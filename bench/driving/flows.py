"""What is measured: for each flow what must be there before (not timed), and the one step that is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from bench.driving.providers import Provider
from bench.driving.visitor import Visitor, WrongAnswerError, authorization_request, code_in, redemption

type Step = Callable[[Provider, Visitor, list[str]], Awaitable[None]]
type Before = Callable[[Provider, Visitor, int], Awaitable[list[str]]]
"""Gives what the steps of this visitor will use up, or pass on from one to the next; told how many steps there will be."""


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow. Its targets are ratios to the peer: at least so many times the requests, at most such a part of the CPU."""

    name: str
    title: str
    before: Before
    step: Step
    faster: float | None = None
    cpu: float | None = None
    cheap_accounts: bool = False
    at_peer: bool = True


async def _nothing(_provider: Provider, _visitor: Visitor, _steps: int) -> list[str]:
    return []


async def _session(provider: Provider, visitor: Visitor, _steps: int) -> list[str]:
    await provider.sign_in(provider, visitor)
    return []


async def _codes(provider: Provider, visitor: Visitor, steps: int) -> list[str]:
    await provider.sign_in(provider, visitor)
    return [await _authorized(provider, visitor) for _ in range(steps)]


async def _tokens(provider: Provider, visitor: Visitor) -> dict[str, Any]:
    code = await provider.sign_in(provider, visitor)
    return await visitor.post_as_client(provider.token, redemption(code))


async def _access_token(provider: Provider, visitor: Visitor, _steps: int) -> list[str]:
    return [(await _tokens(provider, visitor))["access_token"]]


async def _refresh_token(provider: Provider, visitor: Visitor, _steps: int) -> list[str]:
    return [(await _tokens(provider, visitor))["refresh_token"]]


async def _authorized(provider: Provider, visitor: Visitor) -> str:
    answer = await visitor.send("GET", f"{provider.authorize}?{authorization_request()}")
    return code_in(answer, "authorize with a session")


async def _discover(provider: Provider, visitor: Visitor, _kept: list[str]) -> None:
    answer = await visitor.connection.request("GET", provider.discovery, {})
    if b'"issuer"' not in answer.body:
        raise WrongAnswerError("discovery", answer)


async def _authorize(provider: Provider, visitor: Visitor, _kept: list[str]) -> None:
    await _authorized(provider, visitor)


async def _sign_in(provider: Provider, visitor: Visitor, _kept: list[str]) -> None:
    await provider.sign_in(provider, visitor)


async def _exchange(provider: Provider, visitor: Visitor, kept: list[str]) -> None:
    await visitor.post_as_client(provider.token, redemption(kept.pop()))


async def _authorize_and_exchange(provider: Provider, visitor: Visitor, _kept: list[str]) -> None:
    await visitor.post_as_client(provider.token, redemption(await _authorized(provider, visitor)))


async def _refresh(provider: Provider, visitor: Visitor, kept: list[str]) -> None:
    asked = {"grant_type": "refresh_token", "refresh_token": kept[0]}
    kept[0] = (await visitor.post_as_client(provider.token, asked))["refresh_token"]


async def _introspect(provider: Provider, visitor: Visitor, kept: list[str]) -> None:
    # Without the hint the peer looks in three tables at once.
    asked = {"token": kept[0], "token_type_hint": "access_token"}
    answer = await visitor.post_as_client(provider.introspection, asked)
    if answer["active"] is not True:
        raise ValueError("a token that should be active is not")


async def _userinfo(provider: Provider, visitor: Visitor, kept: list[str]) -> None:
    if "email" not in await visitor.get_as_bearer(provider.userinfo, kept[0]):
        raise ValueError("userinfo without the address")


async def _client_credentials(provider: Provider, visitor: Visitor, _kept: list[str]) -> None:
    await visitor.post_as_client(provider.token, {"grant_type": "client_credentials"})


# Signing in leaves rows behind, and Azurite reads a whole table for a range, which userinfo asks for: so it comes early, and
# what signs in all the time comes last.
FLOWS: Final = {
    flow.name: flow
    for flow in (
        Flow("discovery", "discovery", _nothing, _discover),
        Flow("userinfo", "userinfo", _access_token, _userinfo, faster=1.5),
        Flow("authorize", "authorize with a session", _session, _authorize),
        Flow("exchange", "code exchange", _codes, _exchange, faster=2.0, cpu=0.5),
        Flow("refresh", "refresh", _refresh_token, _refresh, faster=2.0, cpu=0.5),
        Flow("authorize-exchange", "authorize, then exchange", _session, _authorize_and_exchange, faster=2.0),
        Flow("introspection", "introspection", _access_token, _introspect, faster=1.5),
        Flow("client-credentials", "client credentials", _nothing, _client_credentials),
        Flow("sign-in", "sign-in, full hash", _nothing, _sign_in, at_peer=False),
        Flow("sign-in-no-hash", "sign-in, next to no hash", _nothing, _sign_in, cheap_accounts=True),
    )
}
