"""What may stand in a row, and what may go together in one write."""

import pytest

from shared.domain.rows import Change, Insert, Put, Remove, Replace, Value, check_changes, check_keys, written


def _check(*changes: Change, partition: str = "acc_1", write_id: str = "wri_1") -> None:
    check_changes(partition, changes, write_id=write_id)


@pytest.mark.parametrize("value", ["", "x" * 32_768, 0, 2**63 - 1, -(2**63), True, b"", b"\x00" * 65_536])
def test_what_a_row_can_hold_is_let_through(value: Value) -> None:
    _check(Put("a", {"field": value}))


@pytest.mark.parametrize(
    "value", [None, 1.5, 2**63, -(2**63) - 1, "x" * 32_769, "𝄞" * 16_385, b"\x00" * 65_537, "\ud800", ["a"]]
)
def test_what_a_row_cannot_hold_is_refused(value: Value) -> None:
    with pytest.raises(ValueError, match=r"field|surrogates"):
        _check(Put("a", {"field": value}))


@pytest.mark.parametrize(
    "name",
    ["PartitionKey", "RowKey", "Timestamp", "timestamp", "etag", "odata.etag", "odatatype", "a b", "1a", "", "é"],
)
def test_names_that_storage_keeps_for_itself_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        _check(Put("a", {name: 1}))


@pytest.mark.parametrize("key", ["", "a/b", "a\\b", "a#b", "a?b", "a%b", "a b", "a'b", "é", "a\n", "x" * 513])
def test_what_cannot_be_a_key_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(ValueError, match=r"^not a key: \d+ characters$"):
        check_keys("fine", key)


def test_the_longest_key_is_a_key() -> None:
    check_keys("x" * 512)


def test_a_write_has_one_to_a_hundred_changes() -> None:
    rows = [Put(f"row-{number}", {}) for number in range(101)]

    _check(*rows[:100])
    for wrong in ([], rows):
        with pytest.raises(ValueError, match="1 to 100"):
            _check(*wrong)


def test_a_row_stands_once_in_a_write() -> None:
    with pytest.raises(ValueError, match="twice"):
        _check(Insert("a", {}), Remove("a", "*"))


def test_a_write_says_whose_it_is() -> None:
    with pytest.raises(ValueError, match="write_id"):
        _check(Put("a", {}), write_id="")


@pytest.mark.parametrize(
    "changes",
    [
        [Replace("a", {}, "e")],
        [Remove("a", "e"), Replace("b", {}, "e")],
        [Put("b", {}), Replace("a", {}, "e")],
        [Replace("b", {}, "e", reservation=True), Replace("a", {}, "e")],
    ],
)
def test_a_conditional_write_without_an_inserted_row_is_refused(changes: list[Change]) -> None:
    with pytest.raises(ValueError, match="inserted row"):
        _check(*changes)

    _check(*changes, Insert("9-event~1", {}))


def test_what_is_safe_to_do_twice_needs_no_inserted_row() -> None:
    _check(Put("a", {}), Put("b", {}))
    _check(Replace("a", {}, "e", reservation=True))


def test_a_conditional_change_names_what_was_read() -> None:
    for change in (Replace("a", {}, ""), Replace("a", {}, "*"), Remove("a", "")):
        with pytest.raises(ValueError, match=r"ETag|put it"):
            _check(Insert("b", {}), change)
    _check(Insert("b", {}), Remove("a", "*"))


@pytest.mark.parametrize(
    "change", [Insert("a", {"write_id": "wri_other"}), Replace("a", {"write_id": "wri_other"}, "e", reservation=True)]
)
def test_only_the_shelf_says_whose_an_inserted_or_reserved_row_is(change: Change) -> None:
    with pytest.raises(ValueError, match="set by the shelf"):
        _check(change)


@pytest.mark.parametrize("change", [Insert("a", {"v": 1}), Replace("a", {"v": 1}, "e", reservation=True)])
def test_an_inserted_or_reserved_row_tells_whose_write_it_was(change: Insert | Replace) -> None:
    assert written(change, write_id="wri_1") == {"v": 1, "write_id": "wri_1"}


@pytest.mark.parametrize("change", [Put("a", {"v": 1}), Replace("a", {"v": 1}, "e")])
def test_a_row_that_others_overwrite_tells_nothing_of_the_write(change: Put | Replace) -> None:
    assert written(change, write_id="wri_1") == {"v": 1}


def test_a_row_that_was_read_may_be_put_back_whole() -> None:
    _check(Put("a", {"v": 1, "write_id": "wri_before"}))


def test_rows_and_writes_have_a_greatest_size() -> None:
    heavy = {f"field{number}": b"\x00" * 65_000 for number in range(15)}

    _check(*(Put(f"row-{number}", heavy) for number in range(4)))
    with pytest.raises(ValueError, match="one write"):
        _check(*(Put(f"row-{number}", heavy) for number in range(5)))
    with pytest.raises(ValueError, match="row is too large"):
        _check(Put("a", heavy | {"one": b"\x00" * 65_000, "two": b"\x00" * 65_000}))
    with pytest.raises(ValueError, match="fields"):
        _check(Put("a", {f"field{number}": 1 for number in range(253)}))
