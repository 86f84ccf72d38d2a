"""npm's openid-client 6, with every check it has, is content with all we offer: over https, and the smoke of it over http."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from devhost.services.children import Children
from tests.e2e.parties import CLIENT_ID, Party, party, registered
from tests.e2e.people import Person, launched, objections, visiting
from tests.e2e.running import Up, dev, up
from tests.stack import Stack, prepare

pytestmark = pytest.mark.slow

ADA = Person("ada@demo.example", "correct horse battery staple")
GRACE = Person("grace@tests.example", "a password for tests")
REFUSED_GRANT = {"refused": "ResponseBodyError", "error": "invalid_grant", "status": 400}
A_FAMILY = {"scope": "openid profile email offline_access"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    with up(tmp_path_factory.mktemp("proof") / "state", "--https") as started:
        yield started


@pytest.fixture(scope="module")
def site(running: Up, children: Children, tmp_path_factory: pytest.TempPathFactory) -> Party:
    made = party(children, running.issuer, running.state / "ca.pem")
    seed = registered(made, tmp_path_factory.mktemp("seed"))
    loaded = dev("seed", str(seed), "--state", str(running.state))
    assert loaded.returncode == 0, loaded.stderr
    return made


@pytest.fixture(scope="module")
def browser(running: Up, chromium: Path) -> Iterator[Browser]:
    with launched(chromium, running.state / "tls" / "server.pem") as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with visiting(browser) as opened:
        yield opened


def part(answer: dict[str, Any], like: dict[str, Any]) -> dict[str, Any]:
    return {name: answer.get(name) for name in like}


def test_discovery_the_code_and_userinfo(site: Party, page: Page) -> None:
    told = site.sign_in(page, ADA, scope="openid profile email")

    assert told["claims"]["iss"] == site.issuer
    assert told["claims"]["aud"] == CLIENT_ID
    assert told["claims"]["sub"] == told["userinfo"]["sub"]
    assert (told["userinfo"]["name"], told["userinfo"]["email"]) == ("Ada Lovelace", ADA.email)
    assert (told["scope"], told["token_type"]) == ("openid profile email", "bearer")


def test_a_session_answers_the_next_request_silently(site: Party, page: Page) -> None:
    first = site.sign_in(page, ADA)
    site.leave_for_the_authority(page, prompt="none")
    again = site.told(page)

    assert again["claims"]["sub"] == first["claims"]["sub"]
    assert again["claims"]["auth_time"] == first["claims"]["auth_time"]


def test_a_refusal_arrives_as_one(site: Party, page: Page) -> None:
    site.leave_for_the_authority(page, prompt="none")
    told = site.told(page)

    assert part(told, {"refused": "", "error": ""}) == {
        "refused": "AuthorizationResponseError",
        "error": "login_required",
    }


def test_a_refresh_gives_new_tokens_of_the_same_sign_in(site: Party, page: Page) -> None:
    first = site.sign_in(page, ADA, **A_FAMILY)
    again = site.ask("refresh")
    narrower = site.ask("refresh", scope="openid profile")

    assert first["scope"] == again["scope"] == A_FAMILY["scope"]
    assert narrower["scope"] == "openid profile"
    for claim in ("iss", "sub", "aud", "auth_time", "sid"):
        assert again["claims"][claim] == first["claims"][claim], claim
    assert "email" not in site.ask("userinfo", of="access")


def test_a_refresh_token_that_comes_back_ends_the_family(site: Party, page: Page) -> None:
    site.sign_in(page, ADA, **A_FAMILY)
    site.ask("refresh")
    site.ask("refresh")
    assert site.ask("introspect")["active"] is True

    reused = site.ask("refresh", at=0)

    assert part(reused, REFUSED_GRANT) == REFUSED_GRANT
    assert part(site.ask("refresh"), REFUSED_GRANT) == REFUSED_GRANT
    assert site.ask("introspect") == site.ask("introspect", of="access") == {"active": False}
    assert site.ask("userinfo", of="access")["challenge"]["error"] == "invalid_token"


def test_introspection_says_whose_a_token_is_and_how_long(site: Party, page: Page) -> None:
    told = site.sign_in(page, ADA, **A_FAMILY)
    access, refresh = site.ask("introspect", of="access"), site.ask("introspect")

    for found in (access, refresh):
        assert (found["active"], found["client_id"], found["iss"]) == (True, CLIENT_ID, site.issuer)
        assert (found["sub"], found["scope"]) == (told["claims"]["sub"], A_FAMILY["scope"])
    assert access["exp"] < refresh["exp"]


def test_a_revoked_token_is_dead_at_once_with_what_came_of_it(site: Party, page: Page) -> None:
    site.sign_in(page, ADA, **A_FAMILY)

    assert site.ask("revoke") == {}
    assert site.ask("introspect") == site.ask("introspect", of="access") == {"active": False}
    assert part(site.ask("refresh"), REFUSED_GRANT) == REFUSED_GRANT
    assert site.ask("revoke") == {}


def test_the_site_signs_the_person_out_without_a_question_when_it_proves_whom(site: Party, page: Page) -> None:
    site.sign_in(page, ADA)
    page.goto(f"{site.origin}/sign-out?unasked")
    assert site.told(page) == {"state": "a state of ours"}

    site.leave_for_the_authority(page, prompt="none")
    assert site.told(page)["error"] == "login_required"


def test_without_that_proof_the_person_is_asked_and_may_stay(site: Party, page: Page) -> None:
    site.sign_in(page, ADA)
    page.goto(f"{site.origin}/sign-out")
    found = objections(page)
    page.get_by_role("button", name="Stay signed in").click()
    page.wait_for_load_state()
    site.leave_for_the_authority(page, prompt="none")
    assert site.told(page)["claims"]["iss"] == site.issuer

    page.goto(f"{site.origin}/sign-out")
    page.get_by_role("button", name="Sign out").click()
    site.told(page)
    site.leave_for_the_authority(page, prompt="none")

    assert site.told(page)["error"] == "login_required"
    assert found == []


def test_a_refresh_token_of_a_session_ends_with_it(site: Party, page: Page) -> None:
    site.sign_in(page, ADA, scope="openid profile")
    assert site.ask("refresh")["claims"]["iss"] == site.issuer
    page.goto(f"{site.origin}/sign-out?unasked")
    site.told(page)

    assert part(site.ask("refresh"), REFUSED_GRANT) == REFUSED_GRANT
    assert site.ask("introspect", of="access") == {"active": False}


def test_offline_access_outlives_the_session(site: Party, page: Page) -> None:
    site.sign_in(page, ADA, **A_FAMILY)
    page.goto(f"{site.origin}/sign-out?unasked")
    site.told(page)

    assert site.ask("refresh")["claims"]["iss"] == site.issuer


def test_a_client_has_a_token_of_its_own(site: Party, page: Page) -> None:
    site.sign_in(page, ADA)
    given = site.ask("client-credentials")
    found = site.ask("introspect", of="access")

    assert given["token_type"] == "bearer"
    assert "claims" not in given
    assert (found["active"], found["client_id"]) == (True, CLIENT_ID)


def test_over_http_on_this_machine(stack: Stack, children: Children, page: Page, tmp_path: Path) -> None:
    site = party(children, stack.issuer)
    prepared = prepare(stack.environment, registered(site, tmp_path))
    assert prepared.returncode == 0, prepared.stderr
    told = site.sign_in(page, GRACE, **A_FAMILY)
    again = site.ask("refresh")
    page.goto(f"{site.origin}/sign-out?unasked")
    signed_out = site.told(page)

    assert again["claims"]["sub"] == told["claims"]["sub"]
    assert signed_out == {"state": "a state of ours"}
