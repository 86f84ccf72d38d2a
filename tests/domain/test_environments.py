"""The four environments, by the names that stamps and keys carry."""

from shared.domain.environments import ENVIRONMENTS, is_local


def test_there_are_four_environments_and_production_is_one_of_them() -> None:
    assert ENVIRONMENTS == ("development", "test", "staging", "production")


def test_only_development_and_tests_are_local() -> None:
    assert [one for one in ENVIRONMENTS if is_local(one)] == ["development", "test"]
