"""The real client libraries of Azure Key Vault, synchronous and asynchronous, against the double over https."""

import ssl
from datetime import UTC, datetime

import httpx
import pytest
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
)
from azure.keyvault.secrets import SecretClient

from tests.devhost.vault.served import NOON, Served

DAY = 24 * 60 * 60 * 1000


def test_the_client_sets_a_secret_and_gets_it_back_latest_and_by_version(client: SecretClient) -> None:
    first = client.set_secret("set-get", "one", content_type="text/plain", tags={"state": "active"})
    second = client.set_secret("set-get", "two")

    latest, older = client.get_secret("set-get"), client.get_secret("set-get", first.properties.version)

    assert (latest.value, latest.id) == ("two", second.id)
    assert (older.value, older.properties.content_type, older.properties.tags) == (
        "one",
        "text/plain",
        {"state": "active"},
    )


def test_the_client_reads_attributes_as_it_wrote_them(client: SecretClient) -> None:
    begins, ends = datetime(2030, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)

    properties = client.set_secret("attributes", "x", not_before=begins, expires_on=ends).properties

    assert (properties.not_before, properties.expires_on, properties.enabled) == (begins, ends, True)
    assert properties.created_on == properties.updated_on == datetime.fromtimestamp(NOON // 1000, UTC)
    assert (properties.recovery_level, properties.recoverable_days) == ("Recoverable", 90)


def test_an_empty_value_is_a_value(client: SecretClient) -> None:
    client.set_secret("empty", "")

    assert client.get_secret("empty").value == ""


def test_the_client_lists_all_names_and_all_versions_across_pages(client: SecretClient) -> None:
    names = {f"listed-{number:02}" for number in range(26)}
    for name in names:
        client.set_secret(name, "x")
    versions = {client.set_secret("listed-00", str(number)).properties.version for number in range(4)}

    listed = {properties.name for properties in client.list_properties_of_secrets()}
    seen = {
        properties.version for properties in client.list_properties_of_secret_versions("listed-00", max_page_size=2)
    }

    assert names <= listed
    assert versions < seen
    assert len(seen) == 5


def test_a_disabled_secret_is_listed_but_not_given(client: SecretClient) -> None:
    version = client.set_secret("disabled", "x").properties.version
    client.update_secret_properties("disabled", version, enabled=False)

    with pytest.raises(HttpResponseError, match="not allowed on a disabled secret") as refused:
        client.get_secret("disabled")
    listed = {properties.name: properties.enabled for properties in client.list_properties_of_secrets()}

    assert refused.value.status_code == 403
    assert listed["disabled"] is False


def test_the_client_updates_the_latest_version_when_it_names_none(client: SecretClient) -> None:
    client.set_secret("updated", "x", tags={"state": "active"})

    client.update_secret_properties("updated", tags={"state": "retired"})

    latest = client.get_secret("updated")
    assert (latest.value, latest.properties.tags) == ("x", {"state": "retired"})


def test_a_deleted_secret_comes_back_whole(client: SecretClient) -> None:
    client.set_secret("recovered", "one")
    client.set_secret("recovered", "two")

    client.begin_delete_secret("recovered").wait()
    with pytest.raises(ResourceNotFoundError):
        client.get_secret("recovered")
    deleted = {gone.name for gone in client.list_deleted_secrets()}
    client.begin_recover_deleted_secret("recovered").wait()

    assert "recovered" in deleted
    assert client.get_secret("recovered").value == "two"
    assert len(list(client.list_properties_of_secret_versions("recovered"))) == 2


def test_a_protected_vault_keeps_the_name_and_does_not_purge(client: SecretClient) -> None:
    client.set_secret("kept", "x")
    gone = client.begin_delete_secret("kept").result()

    with pytest.raises(ResourceExistsError, match="cannot be reused") as conflict:
        client.set_secret("kept", "y")
    with pytest.raises(HttpResponseError, match="purge protection is enabled") as forbidden:
        client.purge_deleted_secret("kept")

    assert (conflict.value.status_code, forbidden.value.status_code) == (409, 403)
    assert gone.scheduled_purge_date == datetime.fromtimestamp((NOON + 90 * DAY) // 1000, UTC)
    assert client.get_deleted_secret("kept").name == "kept"


def test_an_unprotected_vault_purges(lenient_vault: Served) -> None:
    with lenient_vault.client() as client:
        client.set_secret("purged", "x")
        client.begin_delete_secret("purged").wait()

        client.purge_deleted_secret("purged")

        with pytest.raises(ResourceNotFoundError):
            client.get_deleted_secret("purged")
        assert client.set_secret("purged", "y").value == "y"


def test_a_deleted_secret_is_gone_when_its_days_are_over(lenient_vault: Served) -> None:
    with lenient_vault.client() as client:
        client.set_secret("forgotten", "x")
        client.begin_delete_secret("forgotten").wait()
        lenient_vault.clock.now += 7 * DAY

        with pytest.raises(ResourceNotFoundError):
            client.get_deleted_secret("forgotten")
        with pytest.raises(ResourceNotFoundError):
            client.begin_recover_deleted_secret("forgotten")


@pytest.mark.parametrize("name", ["with_underscore", "a" * 128])
def test_a_name_the_service_refuses_is_refused(client: SecretClient, name: str) -> None:
    with pytest.raises(HttpResponseError, match="invalid name") as refused:
        client.set_secret(name, "x")

    assert refused.value.status_code == 400


def test_a_wrong_token_is_not_let_in(vault: Served) -> None:
    with vault.client(token="stolen") as client, pytest.raises(ClientAuthenticationError) as refused:
        client.get_secret("anything")

    assert refused.value.status_code == 401


def test_without_a_token_the_vault_says_where_to_get_one(vault: Served) -> None:
    trusting = ssl.create_default_context(cafile=str(vault.ca))

    answer = httpx.get(f"{vault.url}/secrets?api-version=7.6", verify=trusting)

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "Unauthorized"
    assert answer.headers["WWW-Authenticate"].startswith('Bearer authorization="https://login.')
    assert 'resource="https://vault.azure.net"' in answer.headers["WWW-Authenticate"]


def test_a_body_larger_than_any_secret_is_refused(client: SecretClient) -> None:
    with pytest.raises(HttpResponseError) as refused:
        client.set_secret("large", "x" * (600 * 1024))

    assert refused.value.status_code == 413


def test_who_does_not_trust_the_authority_does_not_connect(vault: Served) -> None:
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(f"{vault.url}/secrets?api-version=7.6")


async def test_the_asynchronous_client_does_all_of_it_too(lenient_vault: Served) -> None:
    async with lenient_vault.aio_client() as client:
        for number in range(3):
            await client.set_secret("aio", str(number), tags={"n": str(number)})
        await client.update_secret_properties("aio", tags={"n": "last"})
        latest = await client.get_secret("aio")
        versions = [one.version async for one in client.list_properties_of_secret_versions("aio", max_page_size=1)]
        await client.delete_secret("aio")
        with pytest.raises(ResourceExistsError):
            await client.set_secret("aio", "again")
        await client.recover_deleted_secret("aio")
        await client.delete_secret("aio")
        await client.purge_deleted_secret("aio")
        left = [one.name async for one in client.list_properties_of_secrets()]

    assert (latest.value, latest.properties.tags, len(versions)) == ("2", {"n": "last"}, 3)
    assert "aio" not in left
