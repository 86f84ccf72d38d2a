"""The search that says "nothing is there" must find what is there."""

import base64
from pathlib import Path

import pytest

from tests.e2e.traces import traces

WORD = "Ada Lovelace"


@pytest.mark.parametrize("before", ["", "x", "xy", "xyz"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_word_is_found_wherever_it_stands_in_base64(tmp_path: Path, encoding: str, before: str) -> None:
    raw = before.encode() + WORD.encode(encoding) + b" and more"
    (tmp_path / "file").write_bytes(b"\x00\xff" + base64.b64encode(raw) + b"\n")

    assert traces(tmp_path, [WORD]) == [f"{WORD} in file"]


@pytest.mark.parametrize(
    "spelled",
    [b"...ada lovelace...", b"Ada+Lovelace", b"Ada%20Lovelace", WORD.encode("utf-16"), WORD.encode().hex().encode()],
)
def test_a_word_is_found_in_other_spellings(tmp_path: Path, spelled: bytes) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_bytes(spelled)

    assert traces(tmp_path, [WORD]) == [f"{WORD} in folder/file"]


def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("Ada and Lovelace", "utf-8")

    assert traces(tmp_path, [WORD]) == []
