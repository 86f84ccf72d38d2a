"""A site that is ours to question: openid-client in a Node of its own, registered by a seed when its port is known."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Page

from devhost.services import node
from devhost.services.children import Children, Program
from devhost.services.state import State
from tests.e2e.people import Person, fill

SCRIPT = Path(__file__).with_name("relying_party.mjs")
CLIENT_ID = "proof"
CLIENT_SECRET = "a secret that Basic has to encode: +/%é"


@dataclass(frozen=True)
class Party:
    """A running site, and what it says of what the library made of the authority's answers."""

    origin: str
    issuer: str

    def ask(self, what: str, **how: str | int) -> dict[str, Any]:
        """Have the library do something behind the person's back."""
        answer: dict[str, Any] = httpx.get(f"{self.origin}/{what}", params=how, timeout=30).json()
        return answer

    def told(self, page: Page) -> dict[str, Any]:
        """Read what the site shows to the person, once they are back at it."""
        page.wait_for_url(f"{self.origin}/**")
        shown: dict[str, Any] = json.loads(page.locator("pre").inner_text())
        return shown

    def sign_in(self, page: Page, person: Person, **asked: str) -> dict[str, Any]:
        """Go to the site, through the authority's page, and back."""
        self.leave_for_the_authority(page, **asked)
        page.wait_for_url(f"{self.issuer}/authorize?**")
        fill(page, person)
        return self.told(page)

    def leave_for_the_authority(self, page: Page, **asked: str) -> None:
        page.goto(str(httpx.URL(f"{self.origin}/sign-in", params=asked)))


def party(children: Children, issuer: str, ca: Path | None = None) -> Party:
    """Start the site; what it needs is installed as `./dev up` does."""
    packages = node.prepare(State().node, children, lambda _done, _total: None)
    command = (str(packages.node), str(SCRIPT), str(packages.modules), issuer, CLIENT_ID, CLIENT_SECRET)
    # Node's own list of authorities, and the throw-away one: the certificate is checked as anybody's.
    trusted = {} if ca is None else {"NODE_EXTRA_CA_CERTS": str(ca)}
    child = children.start(Program(f"party-{secrets.token_hex(4)}", command, environment=trusted))
    children.wait_ready(child)
    [origin] = [line.removeprefix("READY ") for line in child.last if line.startswith("READY ")]
    return Party(origin, issuer)


def registered(party: Party, folder: Path) -> Path:
    """Write the seed that registers the site."""
    client = {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "client_name": "Proof",
        "organisation": "org_0000000000000000000000pr00",
        "redirect_uris": [f"{party.origin}/callback"],
        "post_logout_redirect_uris": [f"{party.origin}/signed-out"],
        "scope": "openid profile email offline_access",
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
    }
    organisation = {"id": client["organisation"], "name": "Proof"}
    seed = folder / "proof.json"
    seed.write_text(json.dumps({"organisations": [organisation], "clients": [client]}), "utf-8")
    return seed
