"""What a seed may say: each mistake is refused in a sentence that names the field, and no mistake is a stack trace."""

import json
from pathlib import Path
from typing import Any

import pytest

from devhost.command.running import SEED
from devhost.seeds.model import SeedError, read_seed

ORGANISATION = "org_00000000000000000000000001"


def client(**members: object) -> dict[str, Any]:
    told = {
        "client_id": "one",
        "client_secret": "a-secret-of-16-or-more",
        "client_name": "One",
        "organisation": ORGANISATION,
        "redirect_uris": ["https://one.example/back"],
        **members,
    }
    return {name: value for name, value in told.items() if value is not None}


def account(**members: object) -> dict[str, Any]:
    return {"email": "a@one.example", "password": "long enough", **members}


def complaint(tmp_path: Path, text: str) -> str:
    file = tmp_path / "seed.json"
    file.write_text(text, "utf-8")
    with pytest.raises(SeedError) as refused:
        read_seed(file, sites={})
    return str(refused.value)


@pytest.mark.parametrize(
    ("seed", "field", "words"),
    [
        ({"people": []}, "people", "is not a member that a seed has here"),
        ({"accounts": {}}, "accounts", "must be a list"),
        ({"accounts": [1]}, "accounts.0", "must be an object"),
        ({"accounts": [account(password="short")]}, "accounts.0.password", "must have at least 8 characters"),
        ({"accounts": [account(email="nope")]}, "accounts.0.email", "is not an e-mail address"),
        ({"accounts": [account(email_verified="yes")]}, "accounts.0.email_verified", "must be true or false"),
        (
            {"accounts": [account(profile={"updated_at": "12"})]},
            "accounts.0.profile.updated_at",
            "must be a whole number",
        ),
        ({"accounts": [account(profile={"updated_at": 2**53})]}, "accounts.0.profile.updated_at", ""),
        ({"accounts": [account(profile={"name": "é" * 20000})]}, "accounts.0.profile", "must have at most 32 KiB"),
        ({"accounts": [account(), account(email="A@ONE.example")]}, "accounts.1.email", "stands in this seed twice"),
        ({"clients": [client(), client(client_name="Two")]}, "clients.1.client_id", "stands in this seed twice"),
        ({"organisations": [{"id": ORGANISATION, "name": "O"}] * 2}, "organisations.1.id", "stands in this seed twice"),
        ({"clients": [client(client_secret=None)]}, "clients.0.client_secret", "is missing"),
        ({"clients": [client(token_endpoint_auth_method="none")]}, "clients.0.client_secret", "must be left out"),
        (
            {"clients": [client(client_secret=None, token_endpoint_auth_method="none", require_pkce=False)]},
            "clients.0.require_pkce",
            "may be false for a confidential client only",
        ),
        (
            {"clients": [client(require_pkce=False), client(client_id="two", require_pkce=False)]},
            "clients.1.require_pkce",
            "may be false for one client only",
        ),
        ({"clients": [client(client_name=None)]}, "clients.0.client_name", "is missing"),
        ({"clients": [client(redirect_uris=["http://one.example/"])]}, "clients.0.redirect_uris.0", "must be https"),
        (
            {"clients": [client(redirect_uris=["https://one.example/" + "a" * 40000])]},
            "clients.0.redirect_uris",
            "32 KiB",
        ),
        ({"clients": [client(cors_origins=["https://one.example/"])]}, "clients.0.cors_origins.0", "must be scheme"),
        ({"clients": [client(sign_in_uri="https://one.example/in")]}, "clients.0.sign_in_uri", "must be at one of"),
        (
            {"clients": [client(sign_in_uri="https://two.example/in", cors_origins=["https://one.example"])]},
            "clients.0.sign_in_uri",
            "must be at one of the client's cors_origins",
        ),
        (
            {"clients": [client(sign_in_uri="https://one.example/#in", cors_origins=["https://one.example"])]},
            "clients.0.sign_in_uri",
            "must be https",
        ),
        ({"clients": [client(scope="openid cake")]}, "clients.0.scope", "must be of openid"),
    ],
)
def test_a_mistake_is_told_with_the_field_it_is_in(tmp_path: Path, seed: object, field: str, words: str) -> None:
    told = complaint(tmp_path, json.dumps(seed))

    assert f"\n  {field}: {words}" in told or (f"\n  {field}: " in told and words in told)
    assert "SeedAccount" not in told


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "[]", "1", '{"accounts": [{"email": "\\ud800"}]}'])
def test_what_is_no_seed_at_all_is_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    assert "\n  the seed: " in complaint(tmp_path, text)


def test_a_refusal_repeats_no_password_and_no_secret(tmp_path: Path) -> None:
    told = complaint(
        tmp_path,
        json.dumps({"accounts": [account(password="hush", email=1)], "clients": [client(client_secret="psst")]}),
    )

    assert "accounts.0.password" in told
    assert "hush" not in told
    assert "psst" not in told


def test_a_client_may_have_a_sign_in_page_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "seed.json"
    told = client(sign_in_uri="https://one.example/in", cors_origins=["https://one.example"])
    file.write_text(json.dumps({"clients": [told, client(client_id="two")]}), "utf-8")

    pages = [one.to_client().sign_in_uri for one in read_seed(file, sites={}).clients]
    assert pages == ["https://one.example/in", ""]


def test_the_demo_seed_is_one() -> None:
    sites = {"shop": "http://shop.localhost:7072", "desk": "http://desk.localhost:7073"}

    assert [one.client_id for one in read_seed(SEED, sites=sites).clients] == ["shop", "desk"]
