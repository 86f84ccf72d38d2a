"""Programs started together: known to serve, ended every one, even when the one who started them is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import pytest

from devhost.command.exits import InterruptedRunError, RefusedError
from devhost.services import watchdog
from devhost.services.children import Children, Program
from devhost.services.state import CHECKOUT

SERVES = "import time; print('hello'); print('READY http://x'); time.sleep(60)"
PARENT = """
import sys, time
from pathlib import Path
from devhost.services.children import Children, Program
with Children(cwd=Path(), logs=Path(sys.argv[1])) as children:
    code = "import time; print('READY x', flush=True); time.sleep(60)"
    child = children.start(Program("child", (sys.executable, "-c", code)))
    children.wait_ready(child)
    print(child.process.pid, flush=True)
    time.sleep(60)
"""


def python(name: str, code: str, *, holds_state: bool = False) -> Program:
    return Program(name, (sys.executable, "-c", code), holds_state=holds_state)


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Children]:
    with Children(cwd=tmp_path, logs=tmp_path / "logs") as children:
        yield children


def test_a_program_is_ready_when_it_says_so(family: Children) -> None:
    child = family.start(python("one", SERVES))

    family.wait_ready(child)

    assert child.running
    assert child.log.read_text() == "hello\nREADY http://x\n"


def test_a_program_that_ends_before_it_serves_is_refused_with_its_last_lines(family: Children) -> None:
    child = family.start(python("one", "print('no such file'); raise SystemExit(7)"))

    with pytest.raises(RefusedError, match=r"one ended with code 7.*\n    no such file"):
        family.wait_ready(child)


def test_leaving_ends_every_program_and_the_stores_last(tmp_path: Path) -> None:
    ended = tmp_path / "ended"
    code = (
        "import signal, sys, time\n"
        "def end(*_):\n"
        f"    open({str(ended)!r}, 'a').write('NAME ')\n"
        "    sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('READY x', flush=True)\n"
        "time.sleep(60)"
    )
    with Children(cwd=tmp_path, logs=tmp_path) as children:
        store = children.start(python("store", code.replace("NAME", "store"), holds_state=True))
        user = children.start(python("user", code.replace("NAME", "user")))
        children.wait_ready(store, user)

    assert not store.running
    assert not user.running
    assert ended.read_text() == "user store "


def test_an_interruption_ends_the_waiting(family: Children) -> None:
    silent = family.start(python("silent", "import time; time.sleep(60)"))

    family.interrupt()

    with pytest.raises(InterruptedRunError):
        family.wait_ready(silent)
    with pytest.raises(InterruptedRunError):
        family.start(python("late", "pass"))


def test_a_death_is_told_and_watching_goes_on_until_interrupted(family: Children) -> None:
    child = family.start(python("one", SERVES))
    family.wait_ready(child)
    child.signal(signal.SIGKILL)

    deaths = family.deaths()

    assert next(deaths) is child
    assert child.epitaph().startswith("one was ended by signal 9")
    Timer(0.1, family.interrupt).start()
    assert list(deaths) == []


def test_a_step_that_has_ended_as_it_should_is_no_death(family: Children) -> None:
    step = family.run(python("step", "print('done')"))
    family.interrupt()

    assert step.process.returncode == 0
    assert list(family.deaths()) == []


def test_a_gated_program_goes_on_only_when_its_gate_opens(family: Children) -> None:
    command = (sys.executable, "-c", "import sys; print('READY x', flush=True); sys.stdin.read(); print('through')")
    gated = family.start(Program("gated", command, gated=True))
    family.wait_ready(gated)

    assert list(gated.last) == ["READY x"]
    assert list(family.finish(gated).last) == ["READY x", "through"]


@pytest.mark.slow
def test_programs_end_though_their_starter_was_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
        start_new_session=True,
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()

    for _ in range(500):
        if not alive(child):
            break
        time.sleep(0.02)
    assert not alive(child)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # Ended, but not yet collected by whoever inherits it, counts as ended.
    told = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(told.stdout.strip()) and not told.stdout.strip().startswith("Z")


def test_the_watchdog_forgets_what_has_ended() -> None:
    assert watchdog.listed(["+12\n", "+13\n", "-12\n"]) == {13}
