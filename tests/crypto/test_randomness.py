"""Randomness: as many bytes as asked, never the same twice."""

import pytest

from shared.crypto.randomness import random_bytes


@pytest.mark.parametrize("count", [0, 1, 16, 32])
def test_as_many_bytes_come_as_were_asked_for(count: int) -> None:
    assert len(random_bytes(count)) == count


def test_a_thousand_draws_are_a_thousand_different_ones() -> None:
    assert len({random_bytes(16) for _ in range(1_000)}) == 1_000
