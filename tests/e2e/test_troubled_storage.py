"""Storage that goes away, and storage that somebody edited by hand: both are said clearly, and neither ends what runs."""

import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from azure.data.tables import TableClient
from playwright.sync_api import Browser, expect

from devhost.command.exits import Exit
from devhost.services.ports import answers
from shared.storage import layout
from tests.e2e.people import Person, claims_on, fill, launched, sign_in_at_shop, tab
from tests.e2e.running import Up, dev, until, up
from tests.e2e.visitor import Visit

pytestmark = pytest.mark.slow

SEED = Path(__file__).with_name("seed.json")
ADA = Person("ada@demo.example", "correct horse battery staple")
EDITED = Person("edited@demo.example", "edited by hand 1")
DELETED = Person("deleted@demo.example", "deleted by hand 2")
CUT = Person("cut@demo.example", "cut by hand 3")
PATIENT = Person("patient@demo.example", "patient by nature 4")
PEOPLE = (ADA, EDITED, DELETED, CUT, PATIENT)
# The browser itself reports the answer 503 on the console.
A_STATUS = "the server responded with a status of 503"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    with up(tmp_path_factory.mktemp("troubled") / "state", "--seed", str(SEED)) as started:
        yield started


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with launched(chromium) as started:
        yield started


@pytest.fixture
def rows(running: Up) -> Iterator[TableClient]:
    with TableClient.from_connection_string(running.account["settings"]["SLUIS_STORAGE"], layout.ACCOUNTS) as table:
        yield table


def active(running: Up, person: Person) -> str:
    """Sign in twice: two events after the one that tells of the account's birth. Give the account's id."""
    for _ in range(2):
        Visit(running.issuer, "desk", f"{running.site('desk')}/callback.html").sign_in(person)
    return running.accounts_made[PEOPLE.index(person)]


def audit(running: Up, account: str) -> tuple[int, list[str]]:
    ended = dev("audit", account, "--state", str(running.state))
    return ended.returncode, ended.stdout.splitlines()


def test_an_untouched_chain_is_whole(running: Up) -> None:
    code, lines = audit(running, active(running, ADA))

    assert code == Exit.OK
    assert [re.split(r"\s+", line.strip())[:3:2] for line in lines[:-1]] == [
        ["1", "account.created"],
        ["2", "session.began"],
        ["3", "session.began"],
    ]
    assert lines[-1] == "whole: 3 events"


def test_an_account_that_is_not_there_is_said_so(running: Up) -> None:
    ended = dev("audit", "acc_00000000000000000000000000", "--state", str(running.state))

    assert ended.returncode == Exit.FAILED
    assert ended.stderr == "there is no such account\n"


def test_one_byte_edited_by_hand_is_named(running: Up, rows: TableClient) -> None:
    account = active(running, EDITED)
    event = rows.get_entity(layout.account_partition(account), layout.event_row(layout.SELF, 2))
    event["canonical"] = event["canonical"].replace(b'"outcome":"', b'"outcome":"n', 1)
    rows.update_entity(event)

    code, lines = audit(running, account)

    assert code == Exit.FAILED
    assert lines[-1] == "broken at seq 2: the hash does not follow from the bytes and the event before"


def test_a_row_deleted_from_the_middle_is_named(running: Up, rows: TableClient) -> None:
    account = active(running, DELETED)
    rows.delete_entity(layout.account_partition(account), layout.event_row(layout.SELF, 2))

    code, lines = audit(running, account)

    assert code == Exit.FAILED
    assert lines[-1] == "broken at seq 2: missing"


def test_an_end_cut_off_is_seen_at_the_head_and_a_head_edited_to_hide_it_is_seen_too(
    running: Up, rows: TableClient
) -> None:
    account = active(running, CUT)
    partition = layout.account_partition(account)
    rows.delete_entity(partition, layout.event_row(layout.SELF, 3))
    code, lines = audit(running, account)
    assert (code, lines[-1].partition(":")[0]) == (Exit.FAILED, "broken at seq 3")

    head = rows.get_entity(partition, layout.head_row(layout.SELF))
    head["seq"] = head["seq"]._replace(value=2)
    rows.update_entity(head)
    code, lines = audit(running, account)
    assert (code, lines[-1].partition(":")[0]) == (Exit.FAILED, "broken at seq 2")


@contextmanager
def started_by_hand(running: Up, child: str) -> Iterator[None]:
    """Start a child again as a person would: by the command line that `up.json` has."""
    told = running.account["children"][child]
    with subprocess.Popen(
        told["command"], cwd=told["cwd"], env={**os.environ, **told["environment"]}, stdout=subprocess.DEVNULL
    ) as process:
        try:
            yield
        finally:
            process.terminate()


def on_disk(running: Up, session: str) -> Callable[[], bool]:
    """Azurite keeps its tables in memory and writes them down every few seconds: what is killed before is lost."""
    file = running.state / "azurite" / "__azurite_db_table__.json"
    return lambda: session in file.read_text("utf-8")


def test_without_storage_a_sign_in_is_a_clear_503_and_with_it_the_same_browser_goes_on(
    running: Up, browser: Browser
) -> None:
    with browser.new_context() as context, browser.new_context() as another:
        with tab(context) as page:
            before = sign_in_at_shop(page, running, PATIENT)
        until(on_disk(running, before["sid"]))

        os.kill(running.pid("azurite"), signal.SIGKILL)
        until(lambda: "azurite was ended by signal 9" in running.told)
        with tab(another, expected=A_STATUS) as page:
            page.goto(running.site("shop"))
            page.locator("#sign-in").click()
            with page.expect_response(f"{running.issuer}/sign-in") as met:
                fill(page, PATIENT)
            expect(page.locator("h1")).to_have_text("We will be right back")
        refused = met.value
        public = [httpx.get(f"{running.issuer}/{one}") for one in (".well-known/openid-configuration", "jwks")]

        with started_by_hand(running, "azurite"):
            until(lambda: answers(running.ports.table))
            with tab(context) as page:
                page.goto(running.site("desk"))
                after = claims_on(page)

    assert (refused.status, refused.headers["retry-after"]) == (503, "2")
    assert [one.status_code for one in public] == [200, 200]
    assert (after["sub"], after["sid"]) == (before["sub"], before["sid"])
    assert running.process.poll() is None
