"""What the tests of the obligations share: a person who is signed in, tokens of hers, and the deployment's own keys."""

import asyncio
from typing import Any

import pytest

from shared.crypto.ring import Ring
from shared.crypto.vault import KeyVault
from tests.protocol.browser import Browser, Site
from tests.protocol.keys import with_vault
from tests.stack import Stack


@pytest.fixture(scope="session")
def person(stack: Stack) -> Browser:
    """Give a browser in which Grace is signed in; every test leaves it so."""
    browser = Browser(stack)
    browser.code()
    return browser


@pytest.fixture(scope="session")
def tokens(stack: Stack, person: Browser) -> dict[str, Any]:
    """Give a token response of hers, for reading only."""
    return Site(stack).tokens(person.code(scope="openid profile email"))


@pytest.fixture(scope="session")
def ring(stack: Stack) -> Ring:
    """Give the keys of the running deployment: for tokens as only time, or somebody inside, could make them."""
    return asyncio.run(with_vault(stack.environment, KeyVault.load))
