"""What a process of its own can be told to do, many times at once: what no door leads to, or not from 50 networks."""

from collections.abc import Awaitable, Callable
from typing import Final

from shared.domain.errors import InvalidGrant
from shared.domain.text import parse_email
from shared.flows.pending_form import take_up
from shared.flows.redeem_code import redeem_code
from shared.flows.register import NewAccount, register_account
from shared.flows.sign_in_and_go_on import sign_in_and_go_on
from tests.world import EMAIL, FLOW_COOKIE, PASSWORD, SEED, SITE, VERIFIER, World

type Deed = Callable[[World, int, str], Awaitable[str]]
"""The n-th of a crowd does something with a text that all were given, and says what came of it."""


def request_of(number: int) -> str:
    """Name the request of the n-th."""
    return f"req_{number}"


async def register(world: World, number: int, email: str) -> str:
    """Sign up with the address that all of them want."""
    new = NewAccount(parse_email(email), f"a password of number {number}", {"name": f"Number {number}"})
    return "no" if await register_account(world.app, new, actor=SEED) is None else "yes"


async def sign_in(world: World, number: int, flow: str) -> str:
    """Sign the person in from a network of its own."""
    form = await take_up(world.app, flow=flow, step="sign_in", flow_cookie=FLOW_COOKIE)
    came = await sign_in_and_go_on(
        world.app,
        form,
        email=EMAIL,
        password=PASSWORD,
        network=f"10.0.{number}.0/24",
        request_id=request_of(number),
        flow_cookie=FLOW_COOKIE,
    )
    return "no" if came is None else "yes"


async def redeem(world: World, number: int, code: str) -> str:
    """Redeem the one code."""
    try:
        await redeem_code(
            world.app,
            SITE,
            code=code,
            redirect_uri=SITE.redirect_uris[0],
            code_verifier=VERIFIER,
            request_id=request_of(number),
        )
    except InvalidGrant:
        return "no"
    return "yes"


DEEDS: Final[dict[str, Deed]] = {"register": register, "sign in": sign_in, "redeem": redeem}
