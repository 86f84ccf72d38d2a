"""Reads the golden vectors for the tests of the modules they belong to."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def golden(name: str) -> Any:
    """Give the committed content of one file of vectors."""
    return json.loads((FOLDER / f"{name}.json").read_text())
