"""What a cold start must not pay for: the dear packages are imported by the first request that needs them."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Each costs a tenth of the whole budget of `./dev bench cold` or more.
DEAR = (
    "aiohttp",
    "argon2",
    "azure.core",
    "azure.data",
    "azure.identity",
    "azure.keyvault",
    "azure.storage",
    "cryptography",
    "difflib",
    "idna",
    "jinja2",
    "jwt",
    "pydantic",
    "pydantic_settings",
)


@pytest.fixture(scope="module")
def loaded() -> frozenset[str]:
    """Give the names of all modules that importing the app loads, in an interpreter of its own."""
    program = "import sys, function_app; print(*sys.modules)"
    return frozenset(
        subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.split()
    )


@pytest.mark.parametrize("package", DEAR)
def test_indexing_the_app_does_not_import_what_only_requests_need(loaded: frozenset[str], package: str) -> None:
    assert package not in loaded


def test_indexing_the_app_loads_no_flow_and_no_shelf(loaded: frozenset[str]) -> None:
    rooms = ("shared.flows", "shared.storage", "shared.crypto.ring", "shared.crypto.vault", "shared.ports")

    assert {name for name in loaded if name.startswith(rooms)} == set()
    assert "functions.token" in loaded


def test_the_app_is_indexed_without_any_setting() -> None:
    # The host indexes before it knows the settings of a slot that is being swapped in.
    bare = subprocess.run(
        [sys.executable, "-c", "import function_app"], cwd=ROOT, env={}, capture_output=True, check=False
    )

    assert (bare.returncode, bare.stderr) == (0, b"")


def test_a_role_that_nobody_plays_is_named_with_those_there_are() -> None:
    refused = subprocess.run(
        [sys.executable, "-c", "import function_app"],
        cwd=ROOT,
        env={"SLUIS_ROLE": "boss"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert refused.returncode != 0
    assert "SLUIS_ROLE must be one of front, keeper, all." in refused.stderr
