"""What a person sees on a real terminal: a bar while there is work, and nothing where there is none."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from devhost.command.exits import Exit
from devhost.services.state import CHECKOUT

SHOW = "from devhost.command.terminal import bar\nwith bar('Installing') as tell:\n    {work}\n"


def shown_on_a_terminal(work: str) -> str:
    ours, theirs = pty.openpty()
    try:
        subprocess.run([sys.executable, "-c", SHOW.format(work=work)], cwd=CHECKOUT, stdout=theirs, check=True)
        os.write(theirs, b"end")
        return os.read(ours, 65536).decode()
    finally:
        os.close(ours)
        os.close(theirs)


@pytest.mark.parametrize(("work", "visible"), [("pass", False), ("tell(1, 2); tell(2, 2)", True)])
def test_a_bar_is_shown_only_where_there_is_work(work: str, visible: bool) -> None:  # noqa: FBT001 - a parameter of pytest
    shown = shown_on_a_terminal(work)

    assert ("Installing" in shown) is visible
    assert visible or shown == "end"


def test_a_browser_that_is_named_and_not_there_is_said_before_any_test_runs(tmp_path: Path) -> None:
    named = tmp_path / "no-browser"
    command = [sys.executable, "-m", "devhost", "test"]
    environment = {**os.environ, "SLUIS_CHROMIUM": str(named)}
    refused = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)

    assert refused.returncode == Exit.TO_INSTALL
    assert refused.stderr == f"SLUIS_CHROMIUM names {named}, and there is no such program.\n"
    assert refused.stdout == ""
