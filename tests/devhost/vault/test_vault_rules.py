"""The vault's rules, without a server: what is kept, what is refused, and the very millisecond a secret is gone."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from devhost.vault import state
from devhost.vault.refusals import Refused
from devhost.vault.state import DAY, Change, Draft, Rules, Vault

NOON = 1_900_000_000_000
PROTECTED = Rules()
LENIENT = Rules(purge_protection=False, recoverable_days=7)


def a_vault(*names: str) -> Vault:
    vault = Vault()
    for number, name in enumerate(names):
        vault = state.set_secret(vault, name, Draft("old"), version=f"v{number}", now=NOON)
    return vault


def after_delete(rules: Rules = PROTECTED) -> Vault:
    return state.delete(a_vault("pepper"), "pepper", rules, now=NOON)


def set_one(name: str = "pepper", draft: Draft | None = None, vault: Vault | None = None) -> Vault:
    return state.set_secret(vault or Vault(), name, draft or Draft("new"), version="f" * 32, now=NOON)


REFUSED: list[tuple[str, Callable[[], object], int, str]] = [
    ("an empty name", lambda: set_one(""), 400, "BadParameter"),
    ("a name of 128 characters", lambda: set_one("a" * 128), 400, "BadParameter"),
    ("a name with an underscore", lambda: set_one("pepper_1"), 400, "BadParameter"),
    ("a name with an accent", lambda: set_one("poivré"), 400, "BadParameter"),
    ("a name ending in a line feed", lambda: set_one("pepper\n"), 400, "BadParameter"),
    ("a value over 25 KiB", lambda: set_one(draft=Draft("é" * 12_801)), 400, "BadParameter"),
    ("16 tags", lambda: set_one(draft=Draft("x", tags={str(n): "" for n in range(16)})), 400, "BadParameter"),
    ("a tag name of 257", lambda: set_one(draft=Draft("x", tags={"t" * 257: ""})), 400, "BadParameter"),
    ("a tag value of 257", lambda: set_one(draft=Draft("x", tags={"t": "v" * 257})), 400, "BadParameter"),
    ("a content type of 256", lambda: set_one(draft=Draft("x", content_type="c" * 256)), 400, "BadParameter"),
    ("a deleted name", lambda: set_one(vault=after_delete()), 409, "Conflict"),
    ("a deleted name in capitals", lambda: set_one("PEPPER", vault=after_delete()), 409, "Conflict"),
    ("reading an unknown secret", lambda: state.read(Vault(), "pepper"), 404, "SecretNotFound"),
    ("reading an unknown version", lambda: state.read(a_vault("pepper"), "pepper", "v9"), 404, "SecretNotFound"),
    ("reading a deleted secret", lambda: state.read(after_delete(), "pepper"), 404, "SecretNotFound"),
    ("updating an unknown secret", lambda: state.update(Vault(), "a", None, Change(), now=NOON), 404, "SecretNotFound"),
    ("deleting an unknown secret", lambda: state.delete(Vault(), "a", PROTECTED, now=NOON), 404, "SecretNotFound"),
    ("deleting twice", lambda: state.delete(after_delete(), "pepper", PROTECTED, now=NOON), 404, "SecretNotFound"),
    ("recovering what is not deleted", lambda: state.recover(a_vault("a"), "a"), 404, "SecretNotFound"),
    ("purging what is not deleted", lambda: state.purge(a_vault("a"), "a", LENIENT), 404, "SecretNotFound"),
    ("purging under protection", lambda: state.purge(after_delete(), "pepper", PROTECTED), 403, "Forbidden"),
]


@pytest.mark.parametrize(("act", "status", "code"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_the_vault_refuses_what_the_service_refuses(act: Callable[[], object], status: int, code: str) -> None:
    with pytest.raises(Refused) as refused:
        act()

    assert (refused.value.status, refused.value.code) == (status, code)


def test_the_largest_secret_fits() -> None:
    tags = {f"{n:0256}": "v" * 256 for n in range(15)}
    draft = Draft("é" * 12_800, content_type="c" * 255, tags=tags)

    vault = set_one("a" * 127, draft)

    _, kept = state.read(vault, "a" * 127)
    assert (kept.value, kept.tags, kept.content_type) == (draft.value, tags, draft.content_type)


@pytest.mark.parametrize("days", [6, 91])
def test_a_vault_of_less_than_7_or_more_than_90_days_cannot_be(days: int) -> None:
    with pytest.raises(ValueError, match="from 7 to 90"):
        Rules(recoverable_days=days)


def test_setting_a_name_again_adds_a_version_and_leaves_the_old_one_as_it_was() -> None:
    first = a_vault("pepper")

    second = state.set_secret(first, "pepper", Draft("new"), version="v1", now=NOON + 5)

    assert state.read(second, "pepper")[1].value == "new"
    assert state.read(second, "pepper", "v0") == (second.secrets["pepper"], state.read(first, "pepper")[1])


def test_upper_and_lower_case_name_the_same_secret_and_the_first_spelling_stays() -> None:
    vault = state.set_secret(a_vault("Pepper"), "PEPPER", Draft("new"), version="v1", now=NOON)

    secret, latest = state.read(vault, "pepper")

    assert (secret.name, latest.value) == ("Pepper", "new")


def test_a_disabled_version_is_not_read_and_can_be_enabled_again() -> None:
    vault = state.update(a_vault("pepper"), "pepper", "v0", Change(enabled=False), now=NOON + 1)

    with pytest.raises(Refused, match="not allowed on a disabled secret") as refused:
        state.read(vault, "pepper")
    vault = state.update(vault, "pepper", "v0", Change(enabled=True), now=NOON + 2)

    assert (refused.value.status, refused.value.inner) == (403, "SecretDisabled")
    assert state.read(vault, "pepper")[1].value == "old"


def test_a_change_leaves_what_it_does_not_name_and_replaces_all_tags() -> None:
    draft = Draft("x", content_type="text", tags={"a": "1", "b": "2"}, not_before=NOON, expires_at=NOON + DAY)
    vault = state.set_secret(Vault(), "pepper", draft, version="v0", now=NOON)
    before = state.read(vault, "pepper")[1]

    after = state.read(state.update(vault, "pepper", None, Change(tags={"c": "3"}), now=NOON + 7), "pepper")[1]

    assert after == replace(before, tags={"c": "3"}, updated_at=NOON + 7)


def test_a_value_before_its_time_or_past_its_end_is_still_read_as_the_service_does() -> None:
    draft = Draft("x", not_before=NOON + DAY, expires_at=NOON - DAY)

    vault = state.set_secret(Vault(), "pepper", draft, version="v0", now=NOON)

    assert state.read(vault, "pepper")[1].value == "x"


def test_a_recovered_secret_has_all_its_versions_back() -> None:
    before = set_one(vault=a_vault("pepper", "salt"))
    deleted = state.delete(before, "Pepper", PROTECTED, now=NOON)

    assert state.recover(deleted, "pepper") == before


def test_a_deleted_secret_is_gone_at_the_very_millisecond_its_days_are_over() -> None:
    deleted = after_delete()

    assert state.sweep(deleted, NOON + 90 * DAY - 1) is deleted
    assert state.sweep(deleted, NOON + 90 * DAY) == Vault()


def test_the_name_is_free_when_the_days_of_recovery_are_over() -> None:
    swept = state.sweep(after_delete(LENIENT), NOON + 7 * DAY)

    assert state.read(set_one(vault=swept), "pepper")[1].value == "new"


def test_without_protection_a_purged_name_is_free_at_once() -> None:
    purged = state.purge(after_delete(LENIENT), "PEPPER", LENIENT)

    assert state.read(set_one(vault=purged), "pepper")[1].value == "new"


def test_versions_come_in_the_order_of_their_ids() -> None:
    vault = Vault()
    for version in ("b", "c", "a"):
        vault = state.set_secret(vault, "pepper", Draft("x"), version=version, now=NOON)

    assert [kept.version for kept in state.versions(vault, "pepper")[1]] == ["a", "b", "c"]
    assert state.versions(vault, "salt")[1] == []


def test_no_value_shows_where_records_are_printed() -> None:
    vault = state.set_secret(Vault(), "pepper", Draft("canary"), version="v0", now=NOON)

    assert "canary" not in repr((Draft("canary"), vault))
