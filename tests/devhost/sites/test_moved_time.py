"""The shop's time: its process lives on the clock of `./dev clock`, so its session ends when it should (devhost/sites)."""

import subprocess
import sys
from pathlib import Path

from devhost.services.state import CHECKOUT

LIVE = """
import sys, time
from pathlib import Path
from itsdangerous import SignatureExpired, TimestampSigner
from devhost.sites import moved_time
from devhost.sites.shop import SESSION_SECONDS

file = Path(sys.argv[1])
machine = time.time()
moved_time.follow(file)
signer = TimestampSigner("a key")
session = signer.sign("a session")
print(abs(time.time() - machine) < 10)
file.write_text(str((SESSION_SECONDS + 60) * 1000))
time.sleep(0.2)
print(abs(time.time() - machine - SESSION_SECONDS - 60) < 10)
try:
    signer.unsign(session, max_age=SESSION_SECONDS)
except SignatureExpired:
    print("ended")
"""


def test_a_session_of_the_shop_ends_when_the_clock_is_moved_past_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LIVE, str(tmp_path / "clock")]
    told = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout

    assert told.split() == ["True", "True", "ended"]
