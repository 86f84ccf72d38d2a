"""The vault goes away under a running app: keys go on until their stated age, then 503; the public ones for ever."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from devhost.services import azurite, node, programs
from devhost.services.children import Child, Children
from devhost.services.ports import Ports, choose_base
from devhost.services.state import CHECKOUT, State
from shared.crypto.vault import OLDEST
from shared.domain.pkce import challenge_of
from tests.e2e.running import until
from tests.protocol.browser import NO_TLS, VERIFIER
from tests.services import TOKEN, RunningVault
from tests.stack import prepare, settings_of, start_host

pytestmark = pytest.mark.slow


@dataclass
class Deployment:
    """An app with a vault of its own that can be ended, and a clock that can be moved."""

    children: Children
    ports: Ports
    folder: Path
    clock: Path
    vault: Child
    issuer: str

    def get(self, place: str) -> httpx.Response:
        return httpx.get(f"{self.issuer}/{place}", timeout=60, verify=NO_TLS)

    def first_visit(self) -> httpx.Response:
        """Open the sign-in page, into which a flow must be sealed."""
        asked: dict[str, Any] = {
            "client_id": "spa",
            "redirect_uri": "https://spa.example/callback",
            "response_type": "code",
            "scope": "openid",
            "code_challenge": challenge_of(VERIFIER),
            "code_challenge_method": "S256",
        }
        return httpx.get(f"{self.issuer}/authorize", params=asked, timeout=60, verify=NO_TLS)

    def end_the_vault(self) -> None:
        self.vault.process.kill()
        assert self.vault.wait_ended(10)

    def start_the_vault(self) -> None:
        self.vault = self.children.start(programs.vault(self.ports, self.folder / "vault", TOKEN))
        self.children.wait_ready(self.vault)

    def move_the_clock(self, millis: int) -> None:
        self.clock.write_text(f"{millis}\n", "utf-8")


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    """Start all of it anew: rows that another vault's keys sealed would be unreadable."""
    ports = choose_base()
    with Children(cwd=CHECKOUT, logs=tmp_path / "logs") as children:
        packages = node.prepare(State().node, children, lambda _done, _total: None)
        storage = children.start(azurite.program(packages, ports, tmp_path / "azurite"))
        vault = children.start(programs.vault(ports, tmp_path / "vault", TOKEN))
        children.wait_ready(storage, vault)
        issuer, clock = f"http://localhost:{ports.app}/id", tmp_path / "clock"
        reached = RunningVault(f"https://localhost:{ports.vault}", tmp_path / "vault" / "vault-ca.pem", TOKEN)
        settings = settings_of(issuer, azurite.connection_string(ports), reached) | {"SLUIS_CLOCK": str(clock)}
        prepared = prepare(settings)
        assert prepared.returncode == 0, prepared.stderr
        start_host(children, settings, ports.app)
        yield Deployment(children, ports, tmp_path, clock, vault, issuer)


def test_invariant_15_with_the_vault_away_keys_go_on_for_an_hour_and_public_keys_for_ever(
    deployment: Deployment,
) -> None:
    published = deployment.get("jwks").json()
    assert deployment.first_visit().status_code == 200

    deployment.end_the_vault()
    assert deployment.first_visit().status_code == 200

    deployment.move_the_clock(OLDEST)
    until(lambda: deployment.first_visit().status_code == 503)
    away = deployment.first_visit()
    public = [deployment.get(one) for one in ("jwks", ".well-known/openid-configuration")]
    assert (away.status_code, away.headers["retry-after"]) == (503, "2")
    assert [one.status_code for one in public] == [200, 200]
    assert public[0].json() == published
    assert deployment.get("../healthz").status_code == 503

    deployment.start_the_vault()
    assert deployment.first_visit().status_code == 200
