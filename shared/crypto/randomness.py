"""The one place that makes randomness: everything else is given it (invariant 13)."""

import secrets


def random_bytes(count: int) -> bytes:
    """Draw bytes from the operating system's generator."""
    return secrets.token_bytes(count)


def random_fraction() -> float:
    """Draw a number, 0 ≤ x < 1."""
    return secrets.randbelow(2**53) / 2**53
