"""Accounts that nobody has: a sign-in with an unknown address does its work on one of them (invariant 5).

So an unknown address takes the same calls, the same opening of seals and the same hash as a known one.
"""

from typing import Final

DECOYS: Final = 256


def decoy_id(number: int) -> str:
    """Name a decoy, 0 to 255."""
    return f"decoy-{number:03d}"


def decoy_for(address: str) -> str:
    """Choose the decoy of an address (its keyed hash): always the same one, so that it behaves as an account would."""
    return decoy_id(sum(address.encode()) % DECOYS)
