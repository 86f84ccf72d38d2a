"""`./dev services` in one terminal and a Functions host in another, on the sample settings as they are.

The sample spells the default ports, so these must be free: nothing else of a checkout may run there meanwhile.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from devhost.services import node
from devhost.services.children import Children
from devhost.services.ports import DEFAULT_BASE, Ports, free
from devhost.services.state import CHECKOUT, State
from tests.e2e.people import Person
from tests.e2e.running import READY, until
from tests.e2e.visitor import Visit

pytestmark = pytest.mark.slow

ADA = Person("ada@demo.example", "correct horse battery staple")
# What a Functions host is started on; `.local` stays the copy's own, so that nobody's state is touched.
NEEDED = ("function_app.py", "host.json", "local.settings.sample.json", "functions", "shared", "devhost")


@pytest.fixture
def checkout(tmp_path: Path, children: Children) -> Path:
    copy = tmp_path / "checkout"
    for name in NEEDED:
        where = CHECKOUT / name
        copying = shutil.copytree if where.is_dir() else shutil.copyfile
        copy.mkdir(exist_ok=True)
        copying(where, copy / name)
    (copy / ".local").mkdir()
    packages = node.prepare(State().node, children, lambda _done, _total: None)
    (copy / ".local" / "node").symlink_to(packages.folder)
    return copy


@contextmanager
def terminal(checkout: Path, words: str, *command: str) -> Iterator[Path]:
    """Run a command in a terminal of its own, whose environment says nothing of the app, from when it says `words`."""
    output = checkout / f"{command[0]}.txt"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SLUIS_", "Azure"))}
    with (
        output.open("wb") as written,
        subprocess.Popen(
            [sys.executable, "-m", *command], cwd=checkout, env=environment, stdout=written, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            until(lambda: words in output.read_text("utf-8") or process.poll() is not None)
            assert process.poll() is None, output.read_text("utf-8")
            yield output
        finally:
            process.terminate()


def test_a_person_signs_in_on_the_sample_settings_as_they_are(checkout: Path) -> None:
    ports = Ports(DEFAULT_BASE)
    busy = [port for port in ports.named() if not free(port)]
    assert busy == [], "the default ports must be free for this test: end the `./dev up` that runs there"
    issuer = f"http://localhost:{DEFAULT_BASE}/id"

    with terminal(checkout, READY, "devhost", "services") as told:
        assert "cp local.settings.sample.json local.settings.json && func start" in told.read_text("utf-8")
        shutil.copyfile(checkout / "local.settings.sample.json", checkout / "local.settings.json")
        with terminal(checkout, "READY", "devhost.host", "--app-dir", "."):
            health = httpx.get(f"http://localhost:{DEFAULT_BASE}/healthz", timeout=30)
            claims = Visit(issuer, "desk", f"http://desk.localhost:{ports.desk}/callback.html").claims(ADA)

    assert health.json() == {"status": "ok", "environment": "development"}
    assert claims["name"] == "Ada Lovelace"
