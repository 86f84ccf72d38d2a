"""People of a race's own: what is raced about must be nobody else's."""

import asyncio

from shared.domain.events import Actor
from shared.domain.text import parse_email
from shared.flows.register import NewAccount, register_account
from shared.ports import App
from tests.protocol.browser import Browser, told
from tests.stack import Stack

PASSWORD = "a password for races"


async def somebody(behind: App, email: str) -> str:
    """Register a person of this test's own."""
    new = NewAccount(parse_email(email), PASSWORD, {})
    account_id = await register_account(behind, new, actor=Actor("seed", "races"))
    assert account_id is not None
    return account_id


async def signed_in(stack: Stack, email: str) -> Browser:
    """Give a browser in which somebody has signed in."""
    browser = Browser(stack)
    told(await asyncio.to_thread(browser.sign_in, email=email, password=PASSWORD))
    return browser


def cookies_of(browser: Browser) -> dict[str, str]:
    """Give a browser's cookies as a header, for requests to a host on another port."""
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in browser.http.cookies.items())}
