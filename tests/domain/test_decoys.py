"""Decoys: an unknown address is always tried on the same one, and all of them have their share."""

from collections import Counter
from hashlib import sha256

from shared.domain.decoys import DECOYS, decoy_for, decoy_id


def test_there_are_256_decoys_with_names_of_one_length() -> None:
    names = {decoy_id(number) for number in range(DECOYS)}

    assert len(names) == DECOYS == 256
    assert {len(name) for name in names} == {len("decoy-000")}


def test_an_address_always_gets_the_same_decoy() -> None:
    assert decoy_for("a-keyed-hash") == decoy_for("a-keyed-hash")


def test_every_decoy_stands_for_some_address_and_none_for_very_many() -> None:
    share = Counter(decoy_for(sha256(bytes([high, low])).hexdigest()) for high in range(40) for low in range(256))

    assert set(share) == {decoy_id(number) for number in range(DECOYS)}
    assert max(share.values()) < 4 * 40
