"""The mail catcher as `./dev` starts it: it takes mail by SMTP, keeps it across a kill, and stops when told."""

import signal
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

pytestmark = pytest.mark.slow


class Started(NamedTuple):
    """A running mail catcher."""

    process: "subprocess.Popen[str]"
    url: str
    smtp_port: int


@contextmanager
def started(state: Path) -> Iterator[Started]:
    command = [sys.executable, "-m", "devhost.mail", "--port", "0", "--smtp-port", "0", "--state", str(state)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            smtp = process.stdout.readline().strip()
            word, _, url = process.stdout.readline().strip().partition(" ")
            assert word == "READY"
            yield Started(process, url, int(smtp.rpartition(":")[2]))
        finally:
            process.kill()


def a_mail(subject: str, to: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "id@example.test", to, subject
    mail.set_content("voilà\n.\nafter the dot\n")
    return mail


def test_mails_sent_by_smtp_survive_a_kill(tmp_path: Path) -> None:
    with started(tmp_path) as (process, _, smtp_port):
        with smtplib.SMTP("localhost", smtp_port) as sender:
            sender.send_message(a_mail("one", "ada@example.test"), to_addrs=["ada@example.test", "bob@example.test"])
            sender.send_message(a_mail("two", "rené@exemple.test"))
        process.kill()

    with started(tmp_path) as (_, url, _):
        two, one = httpx.get(f"{url}/mails").json()

    assert (one["subject"], one["recipients"]) == ("one", ["ada@example.test", "bob@example.test"])
    assert (two["subject"], two["recipients"]) == ("two", ["rené@exemple.test"])
    assert one["text"].splitlines() == ["voilà", ".", "after the dot"]


def test_told_to_stop_it_stops_though_connections_are_open_and_has_logged_no_mail(tmp_path: Path) -> None:
    with started(tmp_path) as (process, url, smtp_port), httpx.Client() as browser:
        browser.get(url)
        with socket.create_connection(("localhost", smtp_port)) as idle:
            idle.recv(1)
            process.send_signal(signal.SIGTERM)
            printed, logged = process.communicate()

    assert process.returncode == -signal.SIGTERM
    assert (printed, logged) == ("", "")


def test_a_taken_port_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [
            sys.executable,
            "-m",
            "devhost.mail",
            "--port",
            "0",
            "--smtp-port",
            str(port),
            "--state",
            str(tmp_path),
        ]
        finished = subprocess.run(command, capture_output=True, text=True, check=False)

    assert finished.returncode == 3
    assert finished.stderr == f"Port {port} is taken by another program; stop it, or choose another port.\n"
