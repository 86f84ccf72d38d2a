"""The two that are compared: where their doors are, and how each signs a person in."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit

from bench.driving.visitor import FORM, PASSWORD, Visitor, authorization_request, code_at, code_in, path_in, read_json

type SignIn = Callable[["Provider", Visitor], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider's doors. `sign_in` goes from the authorization request to the code, and leaves a session behind."""

    name: str
    discovery: str
    authorize: str
    token: str
    introspection: str
    userinfo: str
    sign_in: SignIn


async def _sign_in_at_ours(provider: Provider, visitor: Visitor) -> str:
    visitor.cookies.clear()
    as_json = {"Accept": "application/json"}
    asked = read_json(
        await visitor.send("GET", f"{provider.authorize}?{authorization_request()}", as_json), "the sign-in page"
    )
    filled = {"flow": asked["flow"], "email": next(visitor.accounts), "password": PASSWORD}
    target = urlsplit(asked["links"]["submit"]).path
    answer = await visitor.send(
        "POST", target, as_json | {"Content-Type": "application/json"}, json.dumps(filled).encode()
    )
    return code_at(read_json(answer, "signing in")["links"].get("continue", ""), answer, "signing in")


async def _sign_in_at_the_peer(provider: Provider, visitor: Visitor) -> str:
    visitor.cookies.clear()
    page = path_in(await visitor.send("GET", f"{provider.authorize}?{authorization_request()}"), "authorize")
    await visitor.send("GET", page)
    sent = await visitor.send("POST", page, FORM, urlencode({"account": next(visitor.accounts)}).encode())
    return code_in(await visitor.send("GET", path_in(sent, "signing in")), "going on")


OURS: Final = Provider(
    name="sluis",
    discovery="/id/.well-known/openid-configuration",
    authorize="/id/authorize",
    token="/id/token",  # noqa: S106 - an address
    introspection="/id/introspect",
    userinfo="/id/userinfo",
    sign_in=_sign_in_at_ours,
)
PEER: Final = Provider(
    name="oidc-provider",
    discovery="/.well-known/openid-configuration",
    authorize="/auth",
    token="/token",  # noqa: S106 - an address
    introspection="/token/introspection",
    userinfo="/me",
    sign_in=_sign_in_at_the_peer,
)
PROVIDERS: Final = {provider.name: provider for provider in (OURS, PEER)}
