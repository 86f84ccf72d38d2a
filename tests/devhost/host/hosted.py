"""Starts the local host on a fixture app in a process of its own: the worker library takes one app per process."""

import http.client
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

APPS = Path(__file__).parents[1] / "apps"
_PATIENCE = 20


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def values(self, name: str) -> list[str]:
        return [value for header, value in self.headers if header.lower() == name.lower()]


@dataclass
class Hosted:
    process: subprocess.Popen[str]
    lines: queue.Queue[str] = field(default_factory=queue.Queue)
    seen: list[str] = field(default_factory=list)
    address: str = ""

    def wait_for(self, start: str) -> str:
        while True:
            line = self.lines.get(timeout=_PATIENCE)
            self.seen.append(line)
            if line.startswith(start):
                return line

    @property
    def port(self) -> int:
        return urlsplit(self.address).port or 0

    def send(
        self,
        method: str,
        target: str,
        headers: list[tuple[str, str]] | None = None,
        body: bytes = b"",
        address: str = "127.0.0.1",
    ) -> Answer:
        """Send exactly these bytes of path and headers, which no comfortable client would."""
        connection = http.client.HTTPConnection(address, self.port, timeout=_PATIENCE)
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        names = {name.lower() for name, _ in headers or []}
        own = [] if "host" in names else [("Host", f"localhost:{self.port}")]
        if body and not names & {"content-length", "transfer-encoding"}:
            own.append(("Content-Length", str(len(body))))
        for name, value in [*own, *(headers or [])]:
            connection.putheader(name, value)
        connection.endheaders(body or None)
        response = connection.getresponse()
        answer = Answer(response.status, response.getheaders(), response.read())
        connection.close()
        return answer

    def stop(self, ending: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(ending)
        return self.process.wait(timeout=_PATIENCE)


def command(app_dir: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "devhost.host", "--app-dir", str(app_dir), "--port", "0", *arguments]


@contextmanager
def hosting(app_dir: Path, *arguments: str, **environment: str) -> Iterator[Hosted]:
    process = subprocess.Popen(
        command(app_dir, *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **environment},
    )
    assert process.stdout is not None
    hosted = Hosted(process)

    def pump() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            hosted.lines.put(line.rstrip("\n"))

    reader = threading.Thread(target=pump, daemon=True)
    reader.start()
    try:
        hosted.address = hosted.wait_for("READY ").removeprefix("READY ")
        yield hosted
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        reader.join()
        process.stdout.close()


def refused(app_dir: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """Start on an app that cannot be served; return the exit code and what stderr says."""
    ended = subprocess.run(
        command(app_dir, *arguments),
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
        env={**os.environ, **environment},
    )
    return ended.returncode, ended.stderr
