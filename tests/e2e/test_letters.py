"""Somebody uses an old refresh token again: what the person then finds in the mailbox, from `./dev up` as it is started."""

from typing import Any

import httpx
import pytest

from tests.e2e.people import Person
from tests.e2e.running import Up, until, up
from tests.e2e.visitor import VERIFIER, Visit

pytestmark = pytest.mark.slow

SHOP = ("shop", "shop-demo-secret")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with up(tmp_path_factory.mktemp("letters") / "state") as started:
        yield started


def ask(running: Up, **asked: str) -> httpx.Response:
    return httpx.post(f"{running.issuer}/token", data=asked, auth=SHOP, timeout=30)


def mails(running: Up, to: str) -> list[dict[str, Any]]:
    return list(httpx.get(f"{running.account['mail']}/mails", params={"to": to}, timeout=30).json())


def test_whose_token_was_used_twice_finds_one_mail_in_words(running: Up) -> None:
    person = Person(**running.account["accounts"][1])
    redirect_uri = f"{running.site('shop')}/callback"
    code = Visit(running.issuer, "shop", redirect_uri).sign_in(person)
    asked = {"code": code, "redirect_uri": redirect_uri, "code_verifier": VERIFIER}
    tokens = [ask(running, grant_type="authorization_code", **asked).json()["refresh_token"]]
    for _ in range(2):
        tokens.append(ask(running, grant_type="refresh_token", refresh_token=tokens[-1]).json()["refresh_token"])

    assert ask(running, grant_type="refresh_token", refresh_token=tokens[0]).json()["error"] == "invalid_grant"
    assert ask(running, grant_type="refresh_token", refresh_token=tokens[2]).json()["error"] == "invalid_grant"
    until(lambda: len(mails(running, person.email)) == 1)
    [mail] = mails(running, person.email)
    assert mail["subject"] == "Wij hebben uw verbinding met Shop beëindigd"
    assert "Shop was verbonden met uw account" in mail["text"]
    assert mail["sender"] == "no-reply@localhost"
    for token in tokens:
        assert token not in str(mail)
