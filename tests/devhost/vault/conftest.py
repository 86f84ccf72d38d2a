"""The vaults that the tests of this folder share."""

from collections.abc import Iterator

import pytest
from azure.keyvault.secrets import SecretClient

from devhost.vault.state import Rules
from tests.devhost.vault.served import Served, serve


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    yield from serve(tmp_path_factory.mktemp("vault"), Rules())


@pytest.fixture(scope="module")
def lenient_vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    yield from serve(tmp_path_factory.mktemp("lenient"), Rules(purge_protection=False, recoverable_days=7))


@pytest.fixture
def client(vault: Served) -> Iterator[SecretClient]:
    with vault.client() as opened:
        yield opened
