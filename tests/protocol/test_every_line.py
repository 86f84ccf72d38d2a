"""No obligation is forgotten: each line from 1 to 58, from 69 to 72 and from 76 to 78 has a test of its number."""

import re
from pathlib import Path

NUMBERS = {*range(1, 59), *range(69, 73), *range(76, 79)}


def test_each_line_of_the_standards_has_a_test_of_its_number() -> None:
    texts = [path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py")]
    found = {int(number) for text in texts for number in re.findall(r"^def test_line_(\d\d)_", text, re.MULTILINE)}

    assert sorted(NUMBERS - found) == []
    assert sorted(found - NUMBERS) == []
