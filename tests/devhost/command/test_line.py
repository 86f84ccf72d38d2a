"""The command line: what it accepts, what it refuses, what it passes on."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from devhost.command import told
from devhost.command.checks import Check, check, pytest_arguments
from devhost.command.exits import Exit
from devhost.command.line import build
from devhost.services.state import CHECKOUT

COMMANDS = ("up", "services", "test", "check", "bench", "seed", "audit", "timer", "clock", "help")


def dev(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "devhost", *arguments]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)


def test_help_names_every_command_and_the_exit_codes() -> None:
    shown = CliRunner().invoke(build(CHECKOUT), ["help"])

    assert shown.exit_code == Exit.OK
    assert [name for name in COMMANDS if f"\n  {name} " not in shown.output] == []
    assert "Exit codes" in shown.output


@pytest.mark.parametrize(
    "arguments",
    [
        ["fly"],
        ["up", "--port", "80"],
        ["up", "--port", "65528"],
        ["up", "--port", "many"],
        ["up", "extra"],
        ["seed"],
        ["audit"],
        ["timer"],
        ["clock", "+1d", "+1d"],
    ],
)
def test_a_wrong_call_is_a_usage_error(arguments: list[str]) -> None:
    assert CliRunner().invoke(build(CHECKOUT), arguments).exit_code == Exit.USAGE


def test_a_seed_that_is_not_there_is_named_before_anything_starts(tmp_path: Path) -> None:
    refused = dev("up", "--seed", "nowhere.json", "--state", str(tmp_path / "state"))

    assert refused.returncode == Exit.USAGE
    assert refused.stderr == f"There is no seed file {CHECKOUT / 'nowhere.json'}.\n"
    assert not (tmp_path / "state").exists()


def test_a_bad_seed_is_refused_before_fresh_forgets_anything(tmp_path: Path) -> None:
    seed = tmp_path / "seed.json"
    seed.write_text('{"accounts": [{"email": "nope", "password": "long enough"}]}')
    kept = tmp_path / "state" / "azurite" / "kept"
    kept.parent.mkdir(parents=True)
    kept.touch()

    refused = dev("up", "--fresh", "--seed", str(seed), "--state", str(tmp_path / "state"))

    assert refused.returncode == Exit.PREPARE_FAILED
    assert refused.stderr == f"{seed}:\n  accounts.0.email: is not an e-mail address\n"
    assert refused.stdout == ""
    assert kept.exists()


def test_a_benchmark_that_is_not_there_is_a_wrong_call() -> None:
    assert dev("bench", "nothing").returncode == Exit.USAGE


def test_the_services_say_when_the_sample_file_has_other_ports() -> None:
    account = {"issuer": "http://localhost:8000/id", "sites": {}, "mail": "-", "command": "services", "accounts": []}

    assert "change them in the copy" in "\n".join(told.ready({**account, "port": 8000}, seconds=1))
    assert "change them in the copy" not in "\n".join(told.ready({**account, "port": 7071}, seconds=1))


@pytest.mark.parametrize("arguments", [["audit", "acc_1"], ["seed", "devhost/seeds/demo.json"], ["timer", "x"]])
def test_where_nothing_runs_one_sentence_says_what_to_start(tmp_path: Path, arguments: list[str]) -> None:
    refused = dev(*arguments, "--state", str(tmp_path))

    assert refused.returncode == Exit.FAILED
    assert refused.stderr.startswith("Nothing runs here: start `./dev up`")


@pytest.mark.parametrize(
    ("given", "run"),
    [
        ([], ["-n", "2", "--dist", "loadfile"]),
        (["-m", "not slow"], ["-n", "2", "--dist", "loadfile", "-m", "not slow"]),
        (["-n0", "tests/web"], ["-n0", "tests/web"]),
        (["--pdb"], ["--pdb"]),
    ],
)
def test_two_files_run_at_a_time_unless_the_person_decides(given: list[str], run: list[str]) -> None:
    assert pytest_arguments(given) == run


def test_every_check_runs_even_after_one_has_failed(capfd: pytest.CaptureFixture[str]) -> None:
    def one(name: str, code: int) -> Check:
        return Check(name, (sys.executable, "-c", f"print('{name} ran'); raise SystemExit({code})"))

    assert check([one("first", 1), one("second", 0)]) is Exit.FAILED
    shown = capfd.readouterr().out
    assert "second ran" in shown
    assert "FAILED first" in shown
    assert "ok     second" in shown
    assert check([one("second", 0)]) is Exit.OK


def test_what_is_told_begins_lines_with_names_for_programs() -> None:
    account = {
        "command": "up",
        "issuer": "http://localhost:7071/id",
        "sites": {"shop": "http://shop.localhost:7072", "desk": "http://desk.localhost:7073"},
        "mail": "http://localhost:7074",
        "accounts": [{"email": "ada@demo.example", "password": "a demo password"}],
        "ca": None,
    }

    lines = told.ready(account, seconds=3.21)

    assert "Ready in 3.2 s." in lines
    assert [line for line in lines if "=" in line] == [
        "ISSUER=http://localhost:7071/id",
        "SHOP=http://shop.localhost:7072",
        "DESK=http://desk.localhost:7073",
        "MAIL=http://localhost:7074",
    ]
    assert "  ada@demo.example  a demo password" in lines


def test_the_clock_says_where_it_stands_and_takes_a_move_back_for_no_option(tmp_path: Path) -> None:
    def clock(*by: str) -> str:
        told = dev("clock", *by, "--state", str(tmp_path))
        assert told.returncode == Exit.OK
        return told.stdout.partition(" ")[2]

    assert clock() == "(the machine's own)\n"
    assert clock("+3d") == "(moved by +3 d 00:00:00)\n"
    assert clock("-1h") == "(moved by +2 d 23:00:00)\n"
    assert clock() == "(moved by +2 d 23:00:00)\n"
    assert clock("reset") == "(the machine's own)\n"


def test_a_move_that_is_none_is_a_wrong_call_and_says_what_is_one(tmp_path: Path) -> None:
    refused = dev("clock", "-1y", "--state", str(tmp_path))

    assert refused.returncode == Exit.USAGE
    assert refused.stderr == "'-1y' is no move: say +31d, -1h, +90m, +2w, +1mo, or reset.\n"
