"""`./dev up` and `./dev services` as a person meets them: started, troubled, ended, with nothing left behind."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_server
from typing import Any

import pytest

from devhost.command.exits import Exit
from devhost.services.ports import Ports, choose_base, free
from devhost.services.state import CHECKOUT

pytestmark = pytest.mark.slow

PATIENCE_SECONDS = 60


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


class Run:
    """A started ./dev."""

    def __init__(self, command: str, folder: Path, *arguments: str) -> None:
        self.ports = choose_base()
        self.state = folder / "state"
        self.output = folder / "output"
        where = ("--port", str(self.ports.base), "--state", str(self.state))
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "devhost", command, *where, *arguments],
                cwd=CHECKOUT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def told(self) -> str:
        return self.output.read_text()

    @property
    def up(self) -> dict[str, Any]:
        running: dict[str, Any] = json.loads((self.state / "up.json").read_text())
        return running

    def wait_ready(self) -> None:
        until(lambda: "Ctrl-C ends" in self.told or self.process.poll() is not None)
        assert self.process.poll() is None, self.told

    def wait_told(self, words: str) -> None:
        until(lambda: words in self.told)


@contextmanager
def running(command: str, folder: Path, *arguments: str) -> Iterator[Run]:
    run = Run(command, folder, *arguments)
    try:
        yield run
    finally:
        run.process.terminate()
        run.process.wait(timeout=PATIENCE_SECONDS)


def nothing_left(ports: Ports) -> bool:
    return all(free(port) for port in ports.named())


def answers(url: str) -> bool:
    with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 -- our own http
        return bool(answer.status == 200)
    return False


def test_up_serves_survives_the_stores_and_ends_with_the_app(tmp_path: Path) -> None:
    with running("up", tmp_path) as run:
        run.wait_ready()
        up = run.up

        lines = run.told.splitlines()
        assert f"ISSUER=http://localhost:{run.ports.base}/id" in lines
        assert up["issuer"] == f"http://localhost:{run.ports.base}/id"
        assert answers(f"{up['issuer']}/.well-known/openid-configuration")
        assert answers(up["mail"])
        assert set(up["children"]) == {"azurite", "vault", "mail", "shop", "desk", "app"}
        assert (run.state / "up.json").stat().st_mode & 0o777 == 0o600

        again = subprocess.run(
            [sys.executable, "-m", "devhost", "up", "--state", str(run.state)],
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert again.returncode == Exit.PORT_BUSY
        assert "already runs on" in again.stderr

        os.kill(up["children"]["azurite"]["pid"], signal.SIGKILL)
        run.wait_told("Everything else goes on without it.")
        assert run.process.poll() is None
        assert answers(f"{up['issuer']}/.well-known/openid-configuration")

        emulator = up["children"]["azurite"]
        with subprocess.Popen(emulator["command"], cwd=emulator["cwd"], stdout=subprocess.DEVNULL) as by_hand:
            until(lambda: not free(run.ports.table))
            os.kill(up["children"]["app"]["pid"], signal.SIGKILL)
            assert run.process.wait(timeout=PATIENCE_SECONDS) == Exit.FAILED
            by_hand.terminate()

        assert "app was ended by signal 9; its last lines" in run.told
        assert not (run.state / "up.json").exists()
        until(lambda: nothing_left(run.ports))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_everything(tmp_path: Path, number: signal.Signals) -> None:
    with running("services", tmp_path) as run:
        run.wait_ready()
        assert "cp local.settings.sample.json local.settings.json && func start" in run.told
        assert set(run.up["children"]) == {"azurite", "vault", "mail"}

        run.process.send_signal(number)

        assert run.process.wait(timeout=PATIENCE_SECONDS) == Exit.INTERRUPTED
        assert nothing_left(run.ports)
        assert not (run.state / "up.json").exists()


def test_ctrl_c_before_everything_is_ready_leaves_nothing(tmp_path: Path) -> None:
    with running("up", tmp_path) as run:
        run.wait_told("Starting")
        until((run.state / "logs" / "vault.log").is_file)

        run.process.send_signal(signal.SIGINT)

        assert run.process.wait(timeout=PATIENCE_SECONDS) == Exit.INTERRUPTED
        assert nothing_left(run.ports)


def test_a_killed_run_leaves_nothing_running(tmp_path: Path) -> None:
    with running("services", tmp_path) as run:
        run.wait_ready()

        run.process.kill()

        until(lambda: nothing_left(run.ports))


def test_a_refused_seed_leaves_nothing_running(tmp_path: Path) -> None:
    seed = tmp_path / "seed.json"
    seed.write_text('{"accounts": "none"}')
    with running("up", tmp_path, "--seed", str(seed)) as run:
        assert run.process.wait(timeout=PATIENCE_SECONDS) == Exit.PREPARE_FAILED
        assert "accounts" in run.told
        assert nothing_left(run.ports)


def test_a_busy_port_is_said_in_one_sentence_and_nothing_is_started(tmp_path: Path) -> None:
    ports = choose_base()
    with create_server(("127.0.0.1", ports.blob)):
        command = [sys.executable, "-m", "devhost", "up", "--port", str(ports.base), "--state", str(tmp_path)]
        refused = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)

    assert refused.returncode == Exit.PORT_BUSY
    assert refused.stdout == ""
    assert refused.stderr.startswith(f"Port {ports.blob} (Azurite blobs) is in use")
    assert not (tmp_path / "logs").exists()
