"""Two checkouts side by side over http; then one ends, and what stays is enough to go on, but not for a thief."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from devhost.command.exits import Exit
from devhost.services.ports import Ports
from devhost.services.state import CHECKOUT, State
from shared.domain.errors import UnknownKey, WrongEnvironment
from tests.e2e.people import Person, claims_on, fill, launched, sign_in_at_shop, tab, visiting
from tests.e2e.robbed import robbed
from tests.e2e.running import Up, alive, dev, up
from tests.e2e.traces import traces
from tests.e2e.visitor import Visit

pytestmark = pytest.mark.slow

ADA = Person("ada@demo.example", "correct horse battery staple")
JAN = Person("jan@demo.example", "Sluis-deur-1608")
STRANGER = Person("stranger@elsewhere.example", "letmein, it is me")
MISTAKEN = Person(ADA.email, "correct horse battery stable")
NOT_TO_BE_FOUND = (
    *(ADA.email, ADA.password, "Ada Lovelace", "Lovelace", MISTAKEN.password),
    *(JAN.email, JAN.password, "Jan Leeghwater", "Leeghwater"),
    *(STRANGER.email, STRANGER.password, "demo.example"),
)


@dataclass(frozen=True)
class Ended:
    """One run of `./dev up`, from start to Ctrl-C, and what was seen of it."""

    run: Up
    code: int
    children: tuple[int, ...]
    at_shop: dict[str, Any]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    with up(tmp_path_factory.mktemp("http") / "state") as started:
        yield started


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with launched(chromium) as started:
        yield started


@pytest.fixture(scope="module")
def ended(running: Up, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """Run a second checkout beside the first, sign people in at it, let others fail, and end it."""
    with up(tmp_path_factory.mktemp("second") / "state") as second:
        with visiting(browser) as page:
            sign_in_at_shop(page, running, ADA)
            at_shop = sign_in_at_shop(page, second, ADA)
            page.goto(f"{running.site('shop')}/sign-in?silent=1")
            assert claims_on(page)["iss"] == running.issuer
        refused = [at_desk(second.ports).attempt(somebody).status_code for somebody in (STRANGER, MISTAKEN)]
        assert refused == [400, 400]
        children = tuple(second.pid(name) for name in second.account["children"])
        return Ended(second, second.interrupt(), children, at_shop)


@pytest.fixture
def state(ended: Ended, tmp_path: Path) -> State:
    """Give what stayed to a test that changes it."""
    return State(shutil.copytree(ended.run.state, tmp_path / "state"))


def at_desk(ports: Ports) -> Visit:
    return Visit(f"http://localhost:{ports.app}/id", "desk", f"http://desk.localhost:{ports.desk}/callback.html")


def test_the_desk_first_and_the_shop_is_silent_after(running: Up, browser: Browser) -> None:
    with visiting(browser) as desk:
        desk.goto(running.site("desk"))
        expect(desk.locator("#status")).to_contain_text("login_required")
        desk.locator("#sign-in").click()
        fill(desk, JAN)
        at_desk = claims_on(desk)
        with tab(desk.context) as shop:
            shop.goto(f"{running.site('shop')}/sign-in?silent=1")
            at_shop = claims_on(shop)
        names = {one["name"]: one for one in desk.context.cookies(running.issuer)}

    assert at_desk["sub"] == at_shop["sub"]
    assert (at_shop["name"], at_shop["email_verified"]) == ("Jan Leeghwater", False)
    assert "email" not in at_desk
    # Ports of one host share their cookies: the name says whose it is.
    session = names[f"sluis-session-{running.ports.app}"]
    assert (session["secure"], session["httpOnly"], session["sameSite"]) == (False, True, "Lax")


def test_a_busy_port_is_named_in_one_sentence_and_nothing_is_started(running: Up, tmp_path: Path) -> None:
    refused = dev("up", "--port", str(running.ports.app), "--state", str(tmp_path / "third"))

    assert refused.returncode == Exit.PORT_BUSY
    assert refused.stderr.count("\n") == 1
    assert refused.stderr.startswith(f"Port {running.ports.app} (app) is in use")
    assert not (tmp_path / "third" / "up.json").exists()
    assert not (tmp_path / "third" / "logs").exists()
    assert running.process.poll() is None


def test_ctrl_c_ends_all_of_one_checkout_and_nothing_of_the_other(running: Up, ended: Ended) -> None:
    assert ended.code == Exit.INTERRUPTED
    assert ended.run.told.rstrip().endswith("Stopped.")
    assert not any(map(alive, ended.children))
    assert ended.run.nothing_left()
    assert not (ended.run.state / "up.json").exists()
    assert all(alive(running.pid(name)) for name in running.account["children"])
    assert ended.at_shop["iss"] == f"http://localhost:{ended.run.ports.app}/id"


def test_nothing_of_a_person_is_readable_in_any_file(ended: Ended) -> None:
    assert traces(ended.run.state, NOT_TO_BE_FOUND) == []
    # What is no secret is found: the search looks at the right files, and they are written.
    subject = ended.at_shop["sub"]
    assert traces(ended.run.state / "azurite", [subject, "desk.localhost", "session.began"]) == [
        f"{word} in __azurite_db_table__.json" for word in (subject, "desk.localhost", "session.began")
    ]


def test_the_same_person_comes_back_after_a_restart(ended: Ended, state: State) -> None:
    with up(state.folder, ports=ended.run.ports) as again:
        made = [line for line in again.told.splitlines() if line.startswith("[prepare]")]
        claims = at_desk(again.ports).claims(ADA)

    assert made == []
    assert (claims["sub"], claims["name"]) == (ended.at_shop["sub"], "Ada Lovelace")


def test_fresh_forgets_everything(ended: Ended, state: State) -> None:
    with up(state.folder, "--fresh", ports=ended.run.ports, command="services") as again:
        assert "[prepare] decoys     256 written" in again.told.splitlines()
        assert len(again.accounts_made) == 2
        assert ended.at_shop["sub"] not in again.accounts_made


def test_without_the_vaults_state_it_refuses_to_start_and_says_what_to_do(ended: Ended, state: State) -> None:
    state.vault.rename(state.folder / "moved away")

    with up(state.folder, ports=ended.run.ports, command="services") as again:
        assert again.process.wait() == Exit.PREPARE_FAILED

        assert "The vault is empty, but the storage is not" in again.told
        assert again.nothing_left()
        assert not state.up.exists()


def test_without_the_vaults_state_nothing_opens(ended: Ended, state: State) -> None:
    account = ended.at_shop["sub"]
    with robbed(state) as left:
        left.start_app()
        health = httpx.get(f"http://localhost:{left.ports.app}/healthz", timeout=30)
        discovery = httpx.get(f"{left.issuer}/.well-known/openid-configuration", timeout=30)
        command = (sys.executable, "-m", "devhost.seeds", "audit", account)
        audit = subprocess.run(
            command, cwd=CHECKOUT, env=os.environ | left.settings, capture_output=True, text=True, check=False
        )
        with pytest.raises(WrongEnvironment, match="bears no stamp"):
            left.name_of(account)
        with pytest.raises(UnknownKey):
            left.name_of(account, with_new_keys=True)

    assert (health.status_code, discovery.status_code) == (503, 200)
    assert audit.returncode == Exit.FAILED, audit.stdout
    assert "bears no stamp" in audit.stderr
