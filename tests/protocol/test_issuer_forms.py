"""The issuer without a path, and the walls between environments: who refuses to start, and what it says."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from devhost.services import programs
from devhost.services.children import Child, Children
from devhost.services.ports import choose_base
from shared.app import now
from tests.protocol.browser import EMAIL, NO_TLS, PASSWORD, Browser, Site, claims_of, told
from tests.protocol.keys import with_vault
from tests.services import TOKEN, RunningVault
from tests.stack import Stack, prepare, settings_of, start_host

pytestmark = pytest.mark.slow


def get(url: str) -> httpx.Response:
    return httpx.get(url, timeout=30, verify=NO_TLS)


def another_app(stack: Stack, children: Children, name: str, **changed: str) -> Iterator[Stack]:
    """Run one more app on the same storage and vault, and end it."""
    port = choose_base().app
    issuer = f"http://localhost:{port}{urlsplit(changed.pop('issuer', stack.issuer)).path}"
    environment = {**stack.environment, "SLUIS_ISSUER": issuer, **changed}
    with Children(cwd=children.cwd, logs=children.logs) as own:
        yield Stack(issuer, environment, start_host(own, environment, port, name))


@pytest.fixture(scope="module")
def bare(stack: Stack, children: Children) -> Iterator[Stack]:
    """Give an app whose issuer is a bare host."""
    yield from another_app(stack, children, "bare", issuer="http://localhost")


def test_a_bare_issuer_has_its_documents_at_the_root(bare: Stack) -> None:
    openid = get(f"{bare.issuer}/.well-known/openid-configuration")
    oauth = get(f"{bare.issuer}/.well-known/oauth-authorization-server")

    assert openid.json() == oauth.json()
    assert openid.json()["issuer"] == bare.issuer
    assert openid.json()["token_endpoint"] == f"{bare.issuer}/token"
    assert get(f"{bare.issuer}/id/.well-known/openid-configuration").status_code == 404


def test_a_bare_issuer_signs_a_person_in_from_page_to_userinfo(bare: Stack) -> None:
    browser, site = Browser(bare), Site(bare)
    page = browser.authorize(scope="openid profile")
    answer = browser.send(page, email=EMAIL, password=PASSWORD)
    said = told(answer)
    tokens = site.tokens(said["code"])

    assert said["iss"] == claims_of(tokens["id_token"])["iss"] == bare.issuer
    assert site.userinfo(tokens["access_token"]).json()["name"] == "Grace Hopper"
    cookies = [*page.headers.get_list("set-cookie"), *answer.headers.get_list("set-cookie")]
    assert len(cookies) == 2
    assert all("path=/;" in f"{cookie.lower()};".replace(" ", "") for cookie in cookies)


def test_a_bare_issuers_pages_find_their_style(bare: Stack) -> None:
    page = Browser(bare).authorize()
    [style] = [part.partition('"')[0] for part in page.text.split('<link rel="stylesheet" href="')[1:]]

    assert style.startswith("/static/page.css?v=")
    assert get(bare.issuer + style).headers["content-type"].startswith("text/css")


def test_line_58_a_token_of_the_same_keys_under_another_issuer_is_refused(bare: Stack, stack: Stack) -> None:
    tokens = Site(bare).tokens(Browser(bare).code())

    assert Site(bare).userinfo(tokens["access_token"]).status_code == 200
    assert Site(stack).userinfo(tokens["access_token"]).status_code == 401


@pytest.fixture(scope="module")
def misplaced(stack: Stack, children: Children) -> Iterator[Stack]:
    """Give an app of development on the storage and vault of a test."""
    yield from another_app(stack, children, "misplaced", SLUIS_ENVIRONMENT="development")


def log_of(child: Child) -> str:
    return child.log.read_text("utf-8")


def test_an_app_on_another_environments_storage_serves_nobody(misplaced: Stack) -> None:
    for answer in (
        get(f"{misplaced.origin}/healthz"),
        get(f"{misplaced.issuer}/jwks"),
        Browser(misplaced).authorize(),
        Site(misplaced).redeem("x"),
    ):
        assert answer.status_code == 503
        assert "retry-after" in answer.headers
        assert "'test'" not in answer.text
    assert get(f"{misplaced.issuer}/.well-known/openid-configuration").status_code == 200


def test_its_log_says_which_environment_and_what_to_do(misplaced: Stack) -> None:
    get(f"{misplaced.origin}/healthz")

    assert "belongs to 'test', but this app runs as 'development'" in log_of(misplaced.host)
    assert "SLUIS_ENVIRONMENT" in log_of(misplaced.host)


def test_prepare_refuses_another_environments_vault_in_a_sentence(stack: Stack) -> None:
    refused = prepare({**stack.environment, "SLUIS_ENVIRONMENT": "development"})

    assert refused.returncode == 5
    assert "belongs to 'test', but this app runs as 'development'" in refused.stderr
    assert "set SLUIS_VAULT_URL to this environment's own vault" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_prepare_refuses_another_environments_storage_in_a_sentence(
    stack: Stack, children: Children, tmp_path: Path
) -> None:
    ports = choose_base()
    with Children(cwd=children.cwd, logs=tmp_path) as own:
        own.wait_ready(own.start(replace(programs.vault(ports, tmp_path, TOKEN), name="other-vault")))
        vault = RunningVault(f"https://localhost:{ports.vault}", tmp_path / "vault-ca.pem", TOKEN)
        settings = settings_of(stack.issuer, stack.environment["SLUIS_STORAGE"], vault)
        settings["SLUIS_ENVIRONMENT"] = "development"
        without_keys = prepare(settings)
        asyncio.run(with_vault(settings, lambda vault: vault.create_missing(now())))
        refused = prepare(settings)

    assert (without_keys.returncode, refused.returncode) == (5, 5)
    assert "The vault is empty, but the storage is not" in without_keys.stderr
    assert "The storage belongs to 'test', not to 'development': set SLUIS_STORAGE to" in refused.stderr
    assert "Traceback" not in without_keys.stderr + refused.stderr


WRONG: list[tuple[Mapping[str, str], str]] = [
    ({"SLUIS_STORAGE_TABLES": "https://x.example"}, "SLUIS_STORAGE_TABLES cannot be set in this environment."),
    ({"SLUIS_ISSUER": "http://id.example/id", "SLUIS_ROLE": "boss"}, "SLUIS_ISSUER: must be https. SLUIS_ROLE: "),
]


@pytest.mark.parametrize(("changed", "sentence"), WRONG)
def test_settings_that_are_wrong_are_named_in_a_sentence(
    stack: Stack, changed: Mapping[str, str], sentence: str
) -> None:
    refused = prepare({**stack.environment, **changed})

    assert refused.returncode == 5
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr
    assert stack.environment["SLUIS_STORAGE"] not in refused.stderr


def test_settings_that_are_missing_are_named_in_a_sentence(stack: Stack) -> None:
    left_out = {"SLUIS_VAULT_URL", "SLUIS_ISSUER"}
    refused = prepare({name: value for name, value in stack.environment.items() if name not in left_out})

    assert refused.returncode == 5
    assert "SLUIS_ISSUER: is missing." in refused.stderr
    assert "SLUIS_VAULT_URL: is missing." in refused.stderr


@pytest.fixture(scope="module")
def unusable(stack: Stack, children: Children) -> Iterator[Stack]:
    """Give an app with a setting that belongs to another kind of environment."""
    yield from another_app(stack, children, "unusable", SLUIS_STORAGE_TABLES="https://x.example")


def test_an_app_with_unusable_settings_says_so_at_every_door_without_a_stack(unusable: Stack) -> None:
    for answer in (
        get(f"{unusable.origin}/healthz"),
        get(f"{unusable.issuer}/.well-known/openid-configuration"),
        get(f"{unusable.issuer}/jwks"),
        Browser(unusable).authorize(),
        Site(unusable).redeem("x"),
    ):
        assert answer.status_code == 503
        assert "retry-after" in answer.headers
        assert answer.headers["x-request-id"].startswith("req_")
        assert "SLUIS" not in answer.text
    assert "SLUIS_STORAGE_TABLES cannot be set in this environment. Remove it." in log_of(unusable.host)
    assert "Traceback" not in log_of(unusable.host)
