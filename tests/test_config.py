"""The settings: each wrong one is named in a sentence without its value, and the environment is a wall (invariant 12)."""

from pathlib import Path

import pytest

from shared.app import hash_cost
from shared.config import DevelopmentSettings, ProductionSettings, load
from shared.crypto.passwords import FULL, NEXT_TO_NONE
from shared.domain.errors import UnusableSettings

CA = str(Path(__file__))
LOCAL = {
    "SLUIS_ENVIRONMENT": "development",
    "SLUIS_ISSUER": "http://localhost:7071/id",
    "SLUIS_STORAGE": "UseDevelopmentStorage=true",
    "SLUIS_VAULT_URL": "https://localhost:7076",
    "SLUIS_VAULT_CA": CA,
    "SLUIS_VAULT_TOKEN": "a token",
}
DEPLOYED = {
    "SLUIS_ENVIRONMENT": "production",
    "SLUIS_ISSUER": "https://id.example/id",
    "SLUIS_STORAGE_TABLES": "https://sluis.table.core.windows.net",
    "SLUIS_STORAGE_QUEUES": "https://sluis.queue.core.windows.net",
    "SLUIS_VAULT_URL": "https://sluis.vault.azure.net",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Begin with none of our settings."""
    for name in (*LOCAL, *DEPLOYED, "SLUIS_ROLE", "SLUIS_MAIL", "SLUIS_CLOCK", "SLUIS_HASH_COST"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def put(environment: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    for name, value in values.items():
        environment.setenv(name, value)


def test_a_developers_machine_and_production_load_as_their_own_types(environment: pytest.MonkeyPatch) -> None:
    put(environment, LOCAL)
    assert isinstance(load(), DevelopmentSettings)

    for name in LOCAL:
        environment.delenv(name)
    put(environment, DEPLOYED)
    assert isinstance(load(), ProductionSettings)


@pytest.mark.parametrize("name", ["", "prod", "Production", "dev"])
def test_an_unknown_environment_is_named_with_those_there_are(environment: pytest.MonkeyPatch, name: str) -> None:
    put(environment, LOCAL | {"SLUIS_ENVIRONMENT": name})

    with pytest.raises(UnusableSettings, match="development, test, staging, production"):
        load()


@pytest.mark.parametrize("name", ["SLUIS_STORAGE", "SLUIS_VAULT_CA", "SLUIS_VAULT_TOKEN", "SLUIS_MAIL", "SLUIS_CLOCK"])
def test_what_only_development_may_do_cannot_be_set_in_production(environment: pytest.MonkeyPatch, name: str) -> None:
    put(environment, DEPLOYED | {name: "a secret value"})

    with pytest.raises(UnusableSettings, match=f"{name} cannot be set") as refused:
        load()
    assert "a secret value" not in str(refused.value)


@pytest.mark.parametrize("settings", [LOCAL, DEPLOYED, DEPLOYED | {"SLUIS_ENVIRONMENT": "staging"}])
def test_only_a_test_may_make_a_password_s_hash_cheap(
    environment: pytest.MonkeyPatch, settings: dict[str, str]
) -> None:
    cheap = {"SLUIS_HASH_COST": "next-to-none"}
    put(environment, settings | cheap)

    with pytest.raises(UnusableSettings, match="SLUIS_HASH_COST cannot be set"):
        load()

    put(environment, LOCAL | cheap | {"SLUIS_ENVIRONMENT": "test"})
    for name in DEPLOYED.keys() - LOCAL.keys():
        environment.delenv(name, raising=False)
    assert hash_cost(load()) is NEXT_TO_NONE


@pytest.mark.parametrize("settings", [LOCAL, LOCAL | {"SLUIS_ENVIRONMENT": "test"}, DEPLOYED])
def test_a_password_s_hash_costs_all_it_should_where_nobody_asked_for_less(
    environment: pytest.MonkeyPatch, settings: dict[str, str]
) -> None:
    put(environment, settings)

    assert hash_cost(load()) is FULL


@pytest.mark.parametrize("name", [name for name in LOCAL if name != "SLUIS_ENVIRONMENT"])
def test_a_missing_setting_is_named(environment: pytest.MonkeyPatch, name: str) -> None:
    put(environment, LOCAL)
    environment.delenv(name)

    with pytest.raises(UnusableSettings, match=f"{name}: is missing"):
        load()


@pytest.mark.parametrize(
    ("issuer", "why"),
    [
        ("http://id.example/id", "must be https"),
        ("https://id.example/id/", "without a slash"),
        ("https://id.example/id?", "no query"),
        ("https://id.example/id#x", "no query"),
        ("https://who@id.example/id", "scheme://host"),
        ("https:///id", "scheme://host"),
        ("ftp://id.example", "must be https"),
        ("https://ID.example/id", "in lower case"),
        ("HTTPS://id.example/id", "in lower case"),
        ("https://id.example/a b", "letters, digits"),
        ("https://id.example/{name}", "letters, digits"),
        ("https://id.example/a%20b", "letters, digits"),
        ("https://id.example/..", "letters, digits"),
        ("https://id.example/./id", "letters, digits"),
        ("https://id.example/id//x", "letters, digits"),
        ("https://id.example:99999/id", "out of range"),
    ],
)
def test_an_issuer_that_is_none_is_refused_without_being_repeated(
    environment: pytest.MonkeyPatch, issuer: str, why: str
) -> None:
    put(environment, LOCAL | {"SLUIS_ISSUER": issuer})

    with pytest.raises(UnusableSettings, match=why) as refused:
        load()
    assert issuer not in str(refused.value)


@pytest.mark.parametrize("issuer", ["http://localhost:7071/id", "https://localhost/id", "https://127.0.0.1"])
def test_production_has_no_issuer_on_this_machine(environment: pytest.MonkeyPatch, issuer: str) -> None:
    put(environment, DEPLOYED | {"SLUIS_ISSUER": issuer})

    with pytest.raises(UnusableSettings, match="not on this machine"):
        load()


def test_a_vault_without_tls_is_refused_everywhere(environment: pytest.MonkeyPatch) -> None:
    put(environment, LOCAL | {"SLUIS_VAULT_URL": "http://localhost:7076"})

    with pytest.raises(UnusableSettings, match="SLUIS_VAULT_URL: must be https"):
        load()


def test_a_ca_that_is_no_file_says_who_makes_it(environment: pytest.MonkeyPatch) -> None:
    put(environment, LOCAL | {"SLUIS_VAULT_CA": "nowhere.pem"})

    with pytest.raises(UnusableSettings, match=r"\./dev up"):
        load()


def test_no_secret_shows_when_settings_are_shown(environment: pytest.MonkeyPatch) -> None:
    put(environment, LOCAL)

    assert "a token" not in repr(load())
    assert "UseDevelopmentStorage" not in repr(load())
