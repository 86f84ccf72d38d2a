"""The vault's requests and answers in the service's JSON, without a server."""

import json
from typing import Any

import pytest

from devhost.vault.operations import Call, perform
from devhost.vault.refusals import Refused
from devhost.vault.state import Rules, Vault

NOON = 1_900_000_000_000
BASE = "https://localhost:7076"
VERSION = "0123456789abcdef0123456789abcdef"


def a_call(method: str, path: str, body: object = None, query: dict[str, str] | None = None) -> Call:
    return Call(
        method=method,
        path=tuple(path.split("/")),
        query={"api-version": "7.6"} if query is None else query,
        body=body if isinstance(body, bytes) else json.dumps(body).encode(),
        base_url=BASE,
        fresh=VERSION,
    )


def a_vault(*names: str) -> Vault:
    vault = Vault()
    for name in names:
        vault = perform(vault, a_call("PUT", f"secrets/{name}", {"value": "x"}), Rules(), now=NOON).vault
    return vault


REFUSED: list[tuple[str, Call, int, str]] = [
    ("no api-version", a_call("GET", "secrets", query={}), 400, "api-version"),
    ("an unheard-of api-version", a_call("GET", "secrets", query={"api-version": "8"}), 400, "not recognized"),
    ("no value", a_call("PUT", "secrets/a", {}), 400, "Property value"),
    ("a number for a value", a_call("PUT", "secrets/a", {"value": 1}), 400, "Property value"),
    ("a body that is no JSON", a_call("PUT", "secrets/a", b"value=x"), 400, "not a JSON object"),
    ("a body that is no UTF-8", a_call("PUT", "secrets/a", b'{"value":"\xff"}'), 400, "not a JSON object"),
    ("a body that is a list", a_call("PUT", "secrets/a", []), 400, "not a JSON object"),
    ("a tag that is a number", a_call("PUT", "secrets/a", {"value": "x", "tags": {"t": 1}}), 400, "Property tags"),
    ("a word for a time", a_call("PUT", "secrets/a", {"value": "x", "attributes": {"exp": "soon"}}), 400, "attributes"),
    ("a time beyond all years", a_call("PATCH", "secrets/a", {"attributes": {"exp": 10**12}}), 400, "attributes"),
    ("yes as a word", a_call("PATCH", "secrets/a", {"attributes": {"enabled": "yes"}}), 400, "attributes"),
    ("deleting one version", a_call("DELETE", f"secrets/a/{VERSION}"), 405, "DELETE is not allowed"),
    ("setting one version", a_call("PUT", f"secrets/a/{VERSION}", {"value": "x"}), 405, "PUT is not allowed"),
    ("setting the list", a_call("PUT", "secrets", {"value": "x"}), 405, "PUT is not allowed"),
    ("setting a deleted secret", a_call("PUT", "deletedsecrets/a", {"value": "x"}), 405, "PUT is not allowed"),
    ("looking at a recovery", a_call("GET", "deletedsecrets/a/recover"), 405, "GET is not allowed"),
    ("a backup", a_call("POST", "secrets/a/backup"), 404, "without backup"),
    ("a key", a_call("GET", "keys/a"), 404, "speaks Key Vault's secrets"),
    ("the root", a_call("GET", ""), 404, "speaks Key Vault's secrets"),
    ("a page of none", a_call("GET", "secrets", query={"api-version": "7.6", "maxresults": "0"}), 400, "maxresults"),
    ("a page of 26", a_call("GET", "secrets", query={"api-version": "7.6", "maxresults": "26"}), 400, "maxresults"),
    ("a page of many", a_call("GET", "secrets", query={"api-version": "7.6", "maxresults": "many"}), 400, "maxresults"),
    ("a made-up page", a_call("GET", "secrets", query={"api-version": "7.6", "$skiptoken": "é"}), 400, "skiptoken"),
]


@pytest.mark.parametrize(("call", "status", "words"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_request_the_service_would_refuse_is_refused(call: Call, status: int, words: str) -> None:
    with pytest.raises(Refused, match=words) as refused:
        perform(a_vault("a"), call, Rules(), now=NOON)

    assert refused.value.status == status


def test_a_refused_body_is_not_repeated_in_the_refusal() -> None:
    with pytest.raises(Refused) as refused:
        perform(Vault(), a_call("PUT", "secrets/a", {"value": ["canary"]}), Rules(), now=NOON)

    assert "canary" not in refused.value.message
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_a_bundle_has_the_shape_the_service_gives() -> None:
    body = {"value": "x", "contentType": "text", "tags": {"t": "1"}, "attributes": {"nbf": 1, "exp": 2}}

    outcome = perform(Vault(), a_call("PUT", "secrets/a", body), Rules(recoverable_days=7), now=NOON)

    assert outcome.status == 200
    assert outcome.body == {
        "value": "x",
        "id": f"{BASE}/secrets/a/{VERSION}",
        "contentType": "text",
        "tags": {"t": "1"},
        "attributes": {
            "enabled": True,
            "nbf": 1,
            "exp": 2,
            "created": NOON // 1000,
            "updated": NOON // 1000,
            "recoveryLevel": "CustomizedRecoverable",
            "recoverableDays": 7,
        },
    }


def test_a_change_and_a_list_never_show_a_value() -> None:
    vault = a_vault("a")
    calls = [a_call("PATCH", "secrets/a", {}), a_call("GET", "secrets"), a_call("GET", "secrets/a/versions")]
    calls += [a_call("DELETE", "secrets/a")]

    answers = [json.dumps(perform(vault, call, Rules(), now=NOON).body) for call in calls]

    assert all(f"{BASE}/secrets/a" in answer for answer in answers)
    assert not any('"x"' in answer for answer in answers)


@pytest.mark.parametrize(
    ("rules", "level"),
    [
        (Rules(), "Recoverable"),
        (Rules(recoverable_days=89), "CustomizedRecoverable"),
        (Rules(purge_protection=False), "Recoverable+Purgeable"),
        (Rules(purge_protection=False, recoverable_days=7), "CustomizedRecoverable+Purgeable"),
    ],
)
def test_the_recovery_level_says_what_the_owner_chose(rules: Rules, level: str) -> None:
    body = perform(a_vault("a"), a_call("GET", "secrets/a"), rules, now=NOON).body

    assert body is not None
    assert body["attributes"]["recoveryLevel"] == level


def test_a_deleted_secret_says_when_it_will_be_gone() -> None:
    body = perform(a_vault("a"), a_call("DELETE", "secrets/a"), Rules(), now=NOON).body

    assert body is not None
    assert body["recoveryId"] == f"{BASE}/deletedsecrets/a"
    assert (body["deletedDate"], body["scheduledPurgeDate"]) == (NOON // 1000, NOON // 1000 + 90 * 86_400)


def test_pages_follow_each_other_to_the_end() -> None:
    vault = a_vault("d", "b", "e", "a", "c")
    pages: list[dict[str, Any]] = []
    query: dict[str, str] | None = {"api-version": "7.6", "maxresults": "2"}

    while query is not None:
        page = perform(vault, a_call("GET", "secrets", query=query), Rules(), now=NOON).body
        assert page is not None
        pages.append(page)
        link = page["nextLink"]
        query = (
            dict(part.split("=", 1) for part in link.partition("?")[2].replace("%3D", "=").split("&")) if link else None
        )

    assert [[item["id"][-1] for item in page["value"]] for page in pages] == [["a", "b"], ["c", "d"], ["e"]]
    assert pages[0]["nextLink"].startswith(f"{BASE}/secrets?api-version=7.6&$skiptoken=")


def test_an_unknown_secret_has_an_empty_list_of_versions_as_the_service_says() -> None:
    body = perform(Vault(), a_call("GET", "secrets/a/versions"), Rules(), now=NOON).body

    assert body == {"value": [], "nextLink": None}
