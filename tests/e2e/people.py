"""People with browsers: Debian's Chromium, driven as a person would, which fails on whatever a page complains of."""

import base64
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_pem_x509_certificate
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from devhost.services.state import CHECKOUT
from tests.e2e.running import Up

AXE = CHECKOUT / ".local/node/node_modules/axe-core/axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
QUIET = (
    "--no-sandbox",
    "--no-proxy-server",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PICTURES = CHECKOUT / "docs" / "images"
DESKTOP = ViewportSize(width=1280, height=800)
PHONE = ViewportSize(width=390, height=760)


@dataclass(frozen=True)
class Person:
    """Somebody with an account."""

    email: str
    password: str


@contextmanager
def launched(chromium: Path, certificate: Path | None = None) -> Iterator[Browser]:
    """Start the browser. With a certificate it takes this one server for trusted, and no other that it does not know."""
    trusting = [] if certificate is None else [f"--ignore-certificate-errors-spki-list={_pin(certificate)}"]
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium, args=[*QUIET, *trusting]) as browser,
    ):
        yield browser


def _pin(certificate: Path) -> str:
    key = load_pem_x509_certificate(certificate.read_bytes()).public_key()
    return base64.b64encode(sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()).decode()


@contextmanager
def visiting(browser: Browser, **options: Any) -> Iterator[Page]:
    """Open a tab of a new person's browser."""
    with browser.new_context(**options) as context, tab(context) as page:
        yield page


@contextmanager
def tab(context: BrowserContext, *, expected: str = "") -> Iterator[Page]:
    """Open one more tab. What its console says fails, but for lines with the `expected` words."""
    said: list[str] = []
    with context.new_page() as page:
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        yield page
    complaints = [line for line in said if not expected or expected not in line]
    assert not complaints, complaints


def fill(page: Page, person: Person) -> None:
    """Send the sign-in page."""
    page.locator("#email").fill(person.email)
    page.locator("#password").fill(person.password)
    page.locator("#password").press("Enter")


def sign_in_at_shop(page: Page, up: Up, person: Person) -> dict[str, Any]:
    """Go through the whole of it, and give the claims that the shop shows."""
    page.goto(up.site("shop"))
    page.locator("#sign-in").click()
    page.wait_for_url(f"{up.issuer}/**")
    fill(page, person)
    page.wait_for_url(f"{up.site('shop')}/")
    return claims_on(page)


def claims_on(page: Page) -> dict[str, Any]:
    """Read the claims that a demo site shows."""
    expect(page.locator("#claims")).to_be_visible()
    claims: dict[str, Any] = json.loads(page.locator("#claims").inner_text())
    return claims


def objections(page: Page) -> list[Any]:
    """Ask axe-core; what it cannot decide counts as well."""
    page.evaluate(AXE.read_text("utf-8"))
    found: list[Any] = page.evaluate(
        """async rules => {
          const found = await axe.run({ runOnly: rules });
          return [...found.violations, ...found.incomplete].map(one => [one.id, one.nodes.map(node => node.html)]);
        }""",
        list(RULES),
    )
    return found


def picture(page: Page, name: str) -> None:
    """Take the README's picture, when asked to by SLUIS_SHOTS: an ordinary run leaves the files alone."""
    if os.environ.get("SLUIS_SHOTS"):
        page.screenshot(path=PICTURES / f"{name}.png", full_page=True, caret="hide", animations="disabled")
