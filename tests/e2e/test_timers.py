"""Time as a developer moves it: a timer that was due while everything was down catches up once, and the app lives on.

The clock is first moved to half past, so that no timer of every hour is due by itself meanwhile.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep

import pytest
from azure.data.tables import TableClient

from devhost.command.exits import Exit
from shared.domain.times import parse_rfc3339
from shared.storage import layout
from tests.e2e.people import Person
from tests.e2e.running import Up, dev, until, up
from tests.e2e.visitor import Visit

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Checkout:
    """One state, started and ended as often as one likes."""

    state: Path

    def dev(self, *arguments: str) -> str:
        """Run a command, which must succeed, and give what it says."""
        told = dev(*arguments, "--state", str(self.state))
        assert told.returncode == Exit.OK, told.stderr
        return told.stdout

    def runs(self) -> list[str]:
        """List the runs of the sweep since the last start."""
        log = (self.state / "logs" / "app.log").read_text("utf-8")
        return [line.partition(" (")[0] for line in log.splitlines() if line.startswith("timer sweep_spent")]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    made = Checkout(tmp_path / "state")
    made.dev("clock", f"+{(90 - datetime.now(UTC).minute) % 60}m")
    return made


def marks(running: Up) -> int:
    with TableClient.from_connection_string(running.account["settings"]["SLUIS_STORAGE"], layout.SPENT) as table:
        return len(list(table.list_entities()))


def visit(running: Up) -> None:
    """Sign in and redeem the code, which leaves a mark."""
    ada = running.account["accounts"][0]
    site = Visit(running.issuer, "desk", f"{running.site('desk')}/callback.html")
    site.claims(Person(ada["email"], ada["password"]))


def last_event(checkout: Checkout, account: str) -> datetime:
    *_, last, _verdict = checkout.dev("audit", account).splitlines()
    return datetime.fromtimestamp(parse_rfc3339(last.split()[1]) / 1000, UTC)


def days_ahead(moment: datetime) -> int:
    return (moment - datetime.now(UTC)) // timedelta(days=1)


def test_what_was_due_while_everything_was_down_is_caught_up_once(checkout: Checkout) -> None:
    with up(checkout.state) as first:
        account = first.accounts_made[0]
        visit(first)
        assert marks(first) == 1
        assert checkout.dev("timer", "sweep_spent").startswith("sweep_spent ran (")
        assert marks(first) == 1  # not a day old
        nobody = dev("timer", "nobody", "--state", str(checkout.state))
        assert (nobody.returncode, "sweep_spent" in nobody.stderr) == (Exit.USAGE, True)
    checkout.dev("clock", "+3d")
    with up(checkout.state, ports=first.ports) as second:
        until(lambda: bool(checkout.runs()))
        until(lambda: marks(second) == 0)
        visit(second)
        assert days_ahead(last_event(checkout, account)) in {2, 3}
        sleep(2)
        assert checkout.runs() == ["timer sweep_spent, past due, ran"]

        # And what runs sees a move at once.
        checkout.dev("clock", "+1mo")
        sleep(1)
        visit(second)
        assert days_ahead(last_event(checkout, account)) >= 30
        until(lambda: len(checkout.runs()) == 2)
        assert marks(second) == 1
