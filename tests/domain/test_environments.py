"""The four environments, by the names that stamps and keys carry."""

from shared.domain.environments import ENVIRONMENTS


def test_there_are_four_environments_and_production_is_one_of_them() -> None:
    assert ENVIRONMENTS == ("development", "test", "staging", "production")
