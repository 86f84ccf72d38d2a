"""Building .venv: what is pinned, how progress shows, how trouble is told."""

import re
import threading
from pathlib import Path

import pytest

from devhost.command.exits import Exit
from devhost.command.install import Progress, alone, follow, main, pinned, stamp, stands
from devhost.services.state import CHECKOUT

PIN = re.compile(r"^(?P<name>[a-z0-9.-]+)==(?P<version>\S+)(?: ; (?P<marker>[^\\]+))? \\$", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    text = (CHECKOUT / name).read_text("utf-8")
    return {found["name"]: found["version"] for found in PIN.finditer(text)}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_line_is_a_pin_or_a_hash(name: str) -> None:
    lines = (CHECKOUT / name).read_text("utf-8").splitlines()

    assert [line for line in lines if not re.match(r"^(    --hash=sha256:[0-9a-f]{64}|[a-z0-9.-]+==)", line)] == []
    assert len(pins(name)) == sum("==" in line for line in lines)


def test_what_both_files_pin_they_pin_alike() -> None:
    deployed, development = pins("requirements.txt"), pins("requirements-dev.txt")

    assert {name for name in deployed.keys() & development.keys() if deployed[name] != development[name]} == set()


def test_no_pin_depends_on_the_python_version() -> None:
    both = "".join((CHECKOUT / name).read_text("utf-8") for name in ("requirements.txt", "requirements-dev.txt"))

    assert "python_version" not in both
    assert "python_full_version" not in both


def test_the_worker_library_is_never_deployed() -> None:
    assert "azure-functions-runtime" not in pins("requirements.txt")
    assert pins("requirements-dev.txt")["azure-functions-runtime"].startswith("1.3.")


def test_a_pin_in_both_files_counts_once(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("one==1 \\\n    --hash=sha256:ab\ntwo==2\n")
    (tmp_path / "requirements-dev.txt").write_text("two==2\nthree==3\n")

    assert pinned(tmp_path) == {"one", "two", "three"}


def test_an_environment_stands_only_for_what_it_was_built_for(tmp_path: Path) -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text("one==1\n")
    assert not stands(tmp_path, stamp(tmp_path))

    (tmp_path / "stamp").write_text(stamp(tmp_path))
    assert stands(tmp_path, stamp(tmp_path))

    (tmp_path / "requirements.txt").write_text("one==2\n")
    assert not stands(tmp_path, stamp(tmp_path))


def test_pips_lines_become_progress_and_its_last_words_are_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [f"Collecting package{number}\n" for number in range(40)]

    last = follow([*lines, "ERROR: no matching distribution\n"], Progress(50), tmp_path)

    assert last[-1] == "ERROR: no matching distribution"
    assert capsys.readouterr().out == "  fetched 0/50\n  fetched 20/50\n  fetched 40/50\n"


def test_only_one_installs_at_a_time(tmp_path: Path) -> None:
    order = []

    def second() -> None:
        with alone(tmp_path):
            order.append("second")

    waiting = threading.Thread(target=second)
    with alone(tmp_path):
        waiting.start()
        waiting.join(timeout=0.2)
        order.append("first")
    waiting.join()

    assert order == ["first", "second"]


def test_an_environment_that_cannot_be_built_is_told_and_leaves_no_stamp(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text("one==1\n")
    (tmp_path / ".venv").write_text("a file where a folder should be")

    assert main(tmp_path) == Exit.TO_INSTALL
    assert "could not be built" in capsys.readouterr().err


@pytest.mark.slow
def test_a_package_without_its_hash_is_not_installed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "requirements.txt").write_text("idna==3.20\n")
    (tmp_path / "requirements-dev.txt").write_text("")

    assert main(tmp_path) == Exit.TO_INSTALL
    assert "hashes are required" in capsys.readouterr().err.lower()
    assert not (tmp_path / ".venv" / "stamp").exists()
