"""The rule that a skipped test fails, tried on a small suite of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

from devhost.services.state import CHECKOUT

SUITE = {
    "in_a_test": "import pytest\ndef test_it(): pytest.skip('later')",
    "by_a_mark": "import pytest\n@pytest.mark.skip(reason='later')\ndef test_it(): pass",
    "of_a_module": "import pytest\npytest.skip('later', allow_module_level=True)",
    "of_a_missing_import": "import pytest\npytest.importorskip('no_such_module_at_all', reason='later')",
    "expected_to_fail": "import pytest\n@pytest.mark.xfail(reason='later')\ndef test_it(): assert False",
    "in_a_fixture": "import pytest\n@pytest.fixture\ndef f(): pytest.skip('later')\ndef test_it(f): pass",
}


@pytest.mark.slow
def test_a_test_that_is_left_out_fails_the_run(tmp_path: Path) -> None:
    for name, suite in SUITE.items():
        (tmp_path / f"test_{name}.py").write_text(suite)
    command = [sys.executable, "-m", "pytest", "-p", "tests.no_skips", "-p", "no:cacheprovider", str(tmp_path)]

    ran = subprocess.run(
        [*command, "--continue-on-collection-errors"], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )

    assert ran.returncode == 1, ran.stdout
    assert ran.stdout.count("not accepted here: ") >= len(SUITE), ran.stdout
    counted = ran.stdout.splitlines()[-1]
    assert "2 failed, 4 errors" in counted
