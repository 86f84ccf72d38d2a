"""What is read carries what a conditional write needs, and cannot be changed on the way."""

from dataclasses import FrozenInstanceError

import pytest

from shared.domain.chains import genesis
from shared.domain.stored import Entry, Grown, Stored


def test_what_was_read_keeps_its_etag_beside_its_value() -> None:
    read = Stored(genesis("acc_x~self"), "an etag")

    assert (read.value.seq, read.etag) == (0, "an etag")
    with pytest.raises(FrozenInstanceError):
        read.etag = "another"  # type: ignore[misc]


def test_a_new_chain_is_one_that_was_never_read() -> None:
    assert Grown(None, genesis("acc_x~self"), ()).read is None


def test_an_address_nobody_has_is_an_entry_without_owner() -> None:
    assert Entry(None, {}).account_id is None
