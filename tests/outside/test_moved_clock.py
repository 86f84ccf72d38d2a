"""The clock that `./dev clock` moves: the app's own reading, in development only, and how soon a move is seen."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from devhost.services.state import CHECKOUT
from shared.domain.errors import UnusableSettings
from shared.domain.times import DAY, HOUR, Millis
from shared.outside.moved_clock import LOOK_EVERY, MovedClock

NOON: Millis = 1_800_000_000_000
READ = """
import time
from shared import app
print(app.now() - time.time_ns() // 1_000_000, app._clock() is app._machine)
"""


class Machine:
    """A machine's clock, moved by hand."""

    def __init__(self) -> None:
        self.at: Millis = NOON

    def __call__(self) -> Millis:
        return self.at


@pytest.fixture
def machine() -> Machine:
    return Machine()


def test_without_a_file_it_is_the_machines(machine: Machine, tmp_path: Path) -> None:
    assert MovedClock(tmp_path / "clock", machine).now() == NOON


@pytest.mark.parametrize("moved", [31 * DAY, -HOUR, 0])
def test_what_the_file_says_is_added(machine: Machine, tmp_path: Path, moved: Millis) -> None:
    (tmp_path / "clock").write_text(f"{moved}\n")

    assert MovedClock(tmp_path / "clock", machine).now() == NOON + moved


def test_a_move_is_seen_within_a_tenth_of_a_second_and_so_is_its_end(machine: Machine, tmp_path: Path) -> None:
    file = tmp_path / "clock"
    clock = MovedClock(file, machine)
    assert clock.now() == NOON

    file.write_text(str(DAY))
    machine.at += LOOK_EVERY - 1
    assert clock.now() == machine.at
    machine.at += 1
    assert clock.now() == machine.at + DAY

    file.unlink()
    machine.at += LOOK_EVERY
    assert clock.now() == machine.at


def test_a_machine_whose_own_clock_is_set_back_still_looks(machine: Machine, tmp_path: Path) -> None:
    file = tmp_path / "clock"
    clock = MovedClock(file, machine)
    clock.now()

    file.write_text(str(DAY))
    machine.at -= HOUR

    assert clock.now() == machine.at + DAY


def test_a_file_without_a_number_is_named_with_what_to_do(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "clock").write_text("tomorrow")

    with pytest.raises(UnusableSettings, match=r"clock holds no number of milliseconds: `\./dev clock reset`"):
        MovedClock(tmp_path / "clock", machine).now()


def read_by_the_app(**settings: str) -> tuple[int, bool]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SLUIS_")}
    environment = inherited | {f"SLUIS_{name.upper()}": value for name, value in settings.items()}
    told = subprocess.run(
        [sys.executable, "-c", READ], cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=True
    ).stdout
    moved, own = told.split()
    return int(moved), own == "True"


def test_the_app_reads_the_moved_clock_in_development_only(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    file.write_text(str(31 * DAY))
    local = {
        "environment": "development",
        "issuer": "http://localhost:7071/id",
        "storage": "UseDevelopmentStorage=true",
        "vault_url": "https://localhost:7076",
        "vault_ca": __file__,
        "vault_token": "a token",
    }
    deployed = {
        "environment": "production",
        "issuer": "https://id.example/id",
        "storage_tables": "https://sluis.table.core.windows.net",
        "vault_url": "https://sluis.vault.azure.net",
    }

    moved, own = read_by_the_app(**local, clock=str(file))
    assert moved // DAY in {30, 31}
    assert not own
    assert read_by_the_app(**local)[1]
    assert read_by_the_app(**deployed)[1]
    assert read_by_the_app(**deployed, clock=str(file))[1]  # refused with the settings; nothing is moved meanwhile
