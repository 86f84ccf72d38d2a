"""Every kind of row is read as it was written, old rows for ever, newer ones and broken ones never."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from shared.domain.accounts import Account, Revoked
from shared.domain.chains import Event, Head
from shared.domain.clients import Client
from shared.domain.errors import Tampered, TooNew
from shared.domain.families import Use
from shared.domain.letters import Letter
from shared.domain.lockout import Attempts, Touched
from shared.domain.rows import Fields, Row
from shared.domain.sessions import Listed
from shared.domain.stored import Chained
from shared.storage import records

EVENT = Event(seq=3, id="evt_1", name="session.began", at=1_800_000_000_000, canonical=b'{"v":1}', hash=b"\x01\x02")

FROZEN_V1: dict[str, tuple[Callable[[Row], object], dict[str, Any], object]] = {
    "account": (
        lambda row: records.to_account(row, "acc_1"),
        {
            "v": 1,
            "status": "disabled",
            "profile": "v1.kid.a.b",
            "password": "v1.kid.c.d",
            "revoked_before": 1_800_000_000_000,
            "last_began": 1_800_000_000_001,
            "revoked": '{"grt_1":[5,6],"ses_1":[7,8]}',
            "cleared": '{"abc":4}',
        },
        Account(
            account_id="acc_1",
            profile="v1.kid.a.b",
            password="v1.kid.c.d",
            status="disabled",
            revoked_before=1_800_000_000_000,
            last_began=1_800_000_000_001,
            revoked={"grt_1": Revoked(5, 6), "ses_1": Revoked(7, 8)},
            cleared={"abc": 4},
        ),
    ),
    "key": (records.to_key, {"v": 1, "wrapped": "v1.kid.w.x"}, "v1.kid.w.x"),
    "session": (
        records.to_listed,
        {"v": 1, "session_id": "ses_1", "began": 5, "ends": 9, "write_id": "wri_1"},
        Listed("ses_1", 5, 9),
    ),
    "head": (
        records.to_head,
        {"v": 1, "chain": "acc_1~self", "seq": 3, "hash": b"\x01\x02", "closed": True, "pruned_to": 1},
        Head(chain="acc_1~self", seq=3, hash=b"\x01\x02", closed=True, pruned_to=1),
    ),
    "event": (
        records.to_link,
        {
            "v": 1,
            "seq": 3,
            "event_id": "evt_1",
            "name": "session.began",
            "at": 1_800_000_000_000,
            "canonical": b'{"v":1}',
            "hash": b"\x01\x02",
            "sealed": "[]",
            "write_id": "wri_1",
        },
        Chained(EVENT, "[]"),
    ),
    "client": (
        lambda row: records.to_client(row, "org_1"),
        {
            "v": 1,
            "client_id": "site",
            "client_name": "Site",
            "redirect_uris": '["https://site.example/callback"]',
            "scope": "openid email",
            "token_endpoint_auth_method": "client_secret_post",
            "grant_types": '["authorization_code"]',
            "response_types": '["code"]',
            "id_token_signed_response_alg": "ES256",
            "application_type": "native",
            "cors_origins": '["https://site.example"]',
            "require_pkce": False,
            "secret_hash": "ab",
        },
        Client(
            client_id="site",
            organisation="org_1",
            client_name="Site",
            redirect_uris=("https://site.example/callback",),
            scope=("openid", "email"),
            token_endpoint_auth_method="client_secret_post",
            id_token_signed_response_alg="ES256",
            application_type="native",
            cors_origins=("https://site.example",),
            require_pkce=False,
            secret_hash="ab",
        ),
    ),
    "attempts": (records.to_attempts, {"v": 1, "count": 7, "base": 2, "last_at": 9}, Attempts(7, 2, 9)),
    "touched": (records.to_touched, {"v": 1, "count": 7, "addresses": '["a","b"]'}, Touched(7, ("a", "b"))),
    "owner": (records.to_owner, {"v": 1, "owner": "acc_1", "at": 9}, "acc_1"),
    "use": (records.to_use, {"v": 1, "at": 9, "scope": "openid", "write_id": "wri_1"}, Use(9, "openid")),
    "letter": (
        lambda row: records.to_letter(row, "acc_1"),
        {"v": 1, "letter_id": "let_1", "name": "family_ended", "thing": "site", "at": 9, "write_id": "wri_1"},
        Letter("let_1", "acc_1", "family_ended", "site", 9),
    ),
}
"""Rows of version 1 as they stand in storage somewhere. Never edit one; add a version beside it."""

WRITTEN: dict[str, Fields] = {
    "account": records.from_account(FROZEN_V1["account"][2]),  # type: ignore[arg-type]  # each kind by its name
    "key": records.from_key("v1.kid.w.x"),
    "head": records.from_head(FROZEN_V1["head"][2]),  # type: ignore[arg-type]
    "event": records.from_event(Chained(EVENT, "[]")),
    "client": records.from_client(FROZEN_V1["client"][2]),  # type: ignore[arg-type]
    "attempts": records.from_attempts(Attempts(7, 2, 9)),
    "touched": records.from_touched(Touched(7, ("a", "b"))),
    "owner": records.from_owner("acc_1", 9),
}


def _row(fields: dict[str, Any]) -> Row:
    return Row("p", "r", fields, "etag")


@pytest.mark.parametrize("kind", FROZEN_V1)
def test_a_row_of_version_1_is_read_for_ever(kind: str) -> None:
    read, fields, value = FROZEN_V1[kind]

    assert read(_row(fields)) == value


@pytest.mark.parametrize("kind", WRITTEN)
def test_today_writes_what_version_1_wrote(kind: str) -> None:
    fields = {name: value for name, value in FROZEN_V1[kind][1].items() if name != "write_id"}

    assert WRITTEN[kind] == fields


@pytest.mark.parametrize("kind", FROZEN_V1)
def test_a_row_newer_than_the_code_is_refused(kind: str) -> None:
    read, fields, _ = FROZEN_V1[kind]

    with pytest.raises(TooNew):
        read(_row(fields | {"v": 2}))


@pytest.mark.parametrize("version", [None, "1", 1.0, b"1"])
@pytest.mark.parametrize("kind", FROZEN_V1)
def test_a_row_without_a_version_is_refused(kind: str, version: object) -> None:
    read, fields, _ = FROZEN_V1[kind]

    with pytest.raises(Tampered):
        read(_row(fields | {"v": version}))


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (kind, name)
        for kind, (_, fields, _) in FROZEN_V1.items()
        for name in fields
        if name not in {"v", "write_id", "closed", "require_pkce", "client_id"} and (kind, name) != ("owner", "at")
    ],
)
def test_a_field_that_is_missing_or_of_another_type_is_refused(kind: str, name: str) -> None:
    read, fields, _ = FROZEN_V1[kind]
    without = {one: value for one, value in fields.items() if one != name}

    for broken in (without, fields | {name: True}):
        with pytest.raises(Tampered):
            read(_row(broken))


@pytest.mark.parametrize(
    ("kind", "name"), [("account", "revoked"), ("account", "cleared"), ("client", "redirect_uris")]
)
def test_a_list_that_was_edited_into_no_json_is_refused(kind: str, name: str) -> None:
    read, fields, _ = FROZEN_V1[kind]

    with pytest.raises(Tampered):
        read(_row(fields | {name: fields[name][:-1] + "y"}))


def test_a_client_demands_pkce_unless_its_row_says_no() -> None:
    read, fields, _ = FROZEN_V1["client"]
    without = {name: value for name, value in fields.items() if name != "require_pkce"}

    client = read(_row(without))

    assert isinstance(client, Client)
    assert client.require_pkce


def test_where_a_client_says_goodbye_is_kept_and_absent_where_there_is_none() -> None:
    client = FROZEN_V1["client"][2]
    assert isinstance(client, Client)
    with_farewell = replace(client, post_logout_redirect_uris=("https://site.example/goodbye",))

    assert records.to_client(_row(records.from_client(with_farewell)), "org_1") == with_farewell
    assert "post_logout_redirect_uris" not in records.from_client(client)


def test_a_client_s_own_sign_in_page_is_kept_and_absent_where_there_is_none() -> None:
    client = FROZEN_V1["client"][2]
    assert isinstance(client, Client)
    with_page = replace(client, sign_in_uri="https://site.example/sign-in")

    assert records.to_client(_row(records.from_client(with_page)), "org_1") == with_page
    assert "sign_in_uri" not in records.from_client(client)
    with pytest.raises(Tampered):
        records.to_client(_row(records.from_client(client) | {"sign_in_uri": 1}), "org_1")
