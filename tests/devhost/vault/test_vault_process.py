"""The vault as `./dev` starts it: it says when it is ready, loses nothing when killed, and stops when told."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.devhost.vault.served import TOKEN, Served

pytestmark = pytest.mark.slow


@contextmanager
def started(state: Path, *options: str) -> Iterator[tuple["subprocess.Popen[str]", Served]]:
    command = [sys.executable, "-m", "devhost.vault", "--port", "0", "--state", str(state), "--token", TOKEN, *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            word, _, url = process.stdout.readline().strip().partition(" ")
            assert word == "READY"
            yield process, Served(url, state / "vault-ca.pem")
        finally:
            process.kill()


def test_a_vault_killed_outright_has_everything_when_it_starts_again(tmp_path: Path) -> None:
    with started(tmp_path) as (process, served), served.client() as client:
        client.set_secret("pepper", "one", tags={"state": "active"})
        client.set_secret("salt", "x")
        client.begin_delete_secret("salt").wait()
        process.kill()
    authority = (tmp_path / "vault-ca.pem").read_bytes()
    (tmp_path / ".vault.json.half").write_text('{"v": 1')

    with started(tmp_path) as (_, served), served.client() as client:
        pepper, gone = client.get_secret("pepper"), client.get_deleted_secret("salt")

    assert (pepper.value, pepper.properties.tags, gone.name) == ("one", {"state": "active"}, "salt")
    assert (tmp_path / "vault-ca.pem").read_bytes() == authority
    assert sorted(path.name for path in tmp_path.iterdir()) == ["vault-ca.pem", "vault-server.pem", "vault.json"]


def test_told_to_stop_it_stops_though_a_client_holds_a_connection_and_has_logged_no_value(tmp_path: Path) -> None:
    with started(tmp_path) as (process, served), served.client() as client:
        client.set_secret("pepper", "canary")
        process.send_signal(signal.SIGTERM)
        printed, logged = process.communicate()

    assert process.returncode == -signal.SIGTERM
    assert (printed, logged) == ("", "")


def test_it_serves_both_loopback_addresses_and_no_other(tmp_path: Path) -> None:
    with started(tmp_path) as (_, served):
        port = int(served.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)):
            pass
        with pytest.raises(OSError, match="in use"), socket.create_server(("127.0.0.1", port)):
            pass

        # Had the vault taken every address, another loopback address could not be taken any more.
        with socket.create_server(("127.0.0.2", port)):
            pass


def test_a_taken_port_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "devhost.vault", "--port", str(port), "--state", str(tmp_path), "--token", "t"]
        finished = subprocess.run(command, capture_output=True, text=True, check=False)

    assert finished.returncode == 3
    assert finished.stderr == f"Port {port} is taken by another program; stop it, or choose another port.\n"


def test_a_vault_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "vault.json").write_text('{"v": 2, "vault": {"secrets": {}, "deleted": {}}}')
    command = [sys.executable, "-m", "devhost.vault", "--port", "0", "--state", str(tmp_path), "--token", "t"]

    finished = subprocess.run(command, capture_output=True, text=True, check=False)

    assert finished.returncode == 1
    assert "written by a newer program (v 2)" in finished.stderr
    assert "Traceback" not in finished.stderr
