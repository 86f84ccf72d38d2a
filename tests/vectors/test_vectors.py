"""The committed vectors are what the code makes today: a format that changes unnoticed would end here."""

import pytest

from tests.vectors.make import FOLDER, vector_files, written

FILES = vector_files()


@pytest.mark.parametrize("name", FILES)
def test_the_committed_vectors_are_made_again_byte_for_byte(name: str) -> None:
    committed = (FOLDER / name).read_text()

    assert written(FILES[name]) == committed


def test_every_committed_file_of_vectors_has_a_maker() -> None:
    committed = {file.name for file in FOLDER.glob("*.json")}

    assert committed == {*FILES, "keys.json"}
