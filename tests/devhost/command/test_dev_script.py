"""./dev itself, in a checkout made for the test: finds Python, builds .venv once, hands over."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from devhost.command.exits import Exit
from devhost.command.install import stamp
from devhost.services.state import CHECKOUT

TOOLS = ("cat", "sh")
INSTALL = """
import sys
from pathlib import Path
print("installing with", sys.executable)
environment = Path(sys.argv[1], ".venv")
(environment / "bin").mkdir(parents=True)
(environment / "bin" / "python").symlink_to("/bin/echo")
requirements = "".join(Path(sys.argv[1], name).read_text() for name in ("requirements.txt", "requirements-dev.txt"))
(environment / "stamp").write_text(sys.argv[1] + "\\n" + requirements)
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Make a checkout with a stand-in for the slow installation."""
    made = tmp_path / "a checkout"
    (made / "devhost" / "command").mkdir(parents=True)
    for package in (made / "devhost", made / "devhost" / "command"):
        (package / "__init__.py").touch()
    (made / "devhost" / "command" / "install.py").write_text(INSTALL)
    (made / "requirements.txt").write_text("one==1\n")
    (made / "requirements-dev.txt").write_text("two==2\n")
    shutil.copy(CHECKOUT / "dev", made)
    return made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Make a PATH with the few tools of any system, and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None
        (folder / tool).symlink_to(found)
    return folder


def dev(checkout: Path, path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    given = {"PATH": str(path), "HOME": str(checkout.parent / "home"), **environment}
    command = [str(checkout / "dev"), *arguments]
    return subprocess.run(command, cwd=checkout.parent, env=given, capture_output=True, text=True, check=False)


def wrapper(place: Path, code: str) -> None:
    """Put a Python in place that answers as another would."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"#!{shutil.which('sh')}\n{code}\n")
    place.chmod(0o755)


def test_without_python_one_sentence_says_what_to_do(checkout: Path, path: Path) -> None:
    told = dev(checkout, path, "up")

    assert told.returncode == Exit.TO_INSTALL
    assert told.stdout == ""
    assert told.stderr.startswith("No Python 3.13 or newer was found: install one")
    assert told.stderr.count("\n") == 1


@pytest.mark.parametrize("place", ["python3.13", "python3.14", "python3", "python"])
def test_a_python_on_the_path_is_found(checkout: Path, path: Path, place: str) -> None:
    wrapper(path / place, f'exec {sys.executable} "$@"')

    told = dev(checkout, path, "help")

    assert told.returncode == 0
    assert "installing with" in told.stdout


@pytest.mark.parametrize(
    "place",
    [
        ".pyenv/versions/3.13.7/bin/python3",
        ".pyenv/versions/3.14.0/bin/python3",
        ".local/share/uv/python/cpython-3.13.5-linux-x86_64-gnu/bin/python3",
        ".local/share/uv/python/cpython-3.14.0-macos-aarch64-none/bin/python3",
    ],
)
def test_a_python_of_pyenv_or_uv_is_found(checkout: Path, path: Path, place: str) -> None:
    wrapper(checkout.parent / "home" / place, f'exec {sys.executable} "$@"')

    assert "installing with" in dev(checkout, path, "help").stdout


def test_a_python_that_is_too_old_or_broken_is_passed_over(checkout: Path, path: Path) -> None:
    wrapper(path / "python3.13", "echo 'pyenv: python3.13: command not found' >&2; exit 127")
    wrapper(path / "python3", "exit 1")
    wrapper(path / "python", f'exec {sys.executable} "$@"')

    told = dev(checkout, path, "help")

    assert "installing with" in told.stdout
    assert told.stderr == ""


def test_the_second_run_needs_no_python_and_installs_nothing(checkout: Path, path: Path) -> None:
    wrapper(path / "python3", f'exec {sys.executable} "$@"')
    dev(checkout, path, "help")
    (path / "python3").unlink()

    told = dev(checkout, path, "seed", "a file.json")

    assert told.stdout == "-m devhost seed a file.json\n"


@pytest.mark.parametrize("changed", ["requirements.txt", "requirements-dev.txt"])
def test_a_changed_pin_builds_the_environment_anew(checkout: Path, path: Path, changed: str) -> None:
    wrapper(path / "python3", f'exec {sys.executable} "$@"')
    dev(checkout, path, "help")
    shutil.rmtree(checkout / ".venv" / "bin")
    with (checkout / changed).open("a") as pins:
        pins.write("three==3\n")

    assert "installing with" in dev(checkout, path, "help").stdout


def test_a_moved_checkout_builds_the_environment_anew(checkout: Path, path: Path) -> None:
    wrapper(path / "python3", f'exec {sys.executable} "$@"')
    dev(checkout, path, "help")
    shutil.rmtree(checkout / ".venv" / "bin")
    moved = checkout.rename(checkout.with_name("elsewhere"))

    assert "installing with" in dev(moved, path, "help").stdout


def test_the_script_and_the_installer_mean_the_same_stamp(checkout: Path) -> None:
    assert stamp(checkout) == f"{checkout}\none==1\ntwo==2\n"


def test_the_caller_s_python_settings_do_not_reach_in(checkout: Path, path: Path) -> None:
    wrapper(path / "python3", f'exec {sys.executable} "$@"')
    dev(checkout, path, "help")
    wrapper(checkout / ".venv" / "bin" / "printed", 'echo "$PYTHONPATH|$SLUIS_CALLED_FROM"')
    (checkout / ".venv" / "bin" / "printed").replace(checkout / ".venv" / "bin" / "python")

    assert dev(checkout, path, PYTHONPATH="/elsewhere").stdout == f"|{checkout.parent}\n"
