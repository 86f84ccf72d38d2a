"""The pages of the mail catcher: a stranger's mail does nothing in the developer's browser."""

from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from devhost.mail import pages
from devhost.mail.mailbox import Mailbox
from devhost.mail.message import Mail
from devhost.mail.server import mail_app

NOON = 1_900_000_000_000
SCRIPT = "<script>alert(1)</script>"


def a_mail(subject: str = "s", text: str | None = "t", html: str | None = None) -> Mail:
    return Mail("1900000000000-0000", NOON, "a@example.test", ("b@example.test",), subject, text, html)


def client(app: Starlette, host: str = "localhost:7074") -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=f"http://{host}")


def caught(folder: Path, content: bytes = b"Subject: s\r\n\r\nt", to: str = "b@example.test") -> str:
    return Mailbox(folder).keep(content, sender="a@example.test", recipients=[to], now=NOON)


@pytest.mark.parametrize(
    "mail", [a_mail(subject=SCRIPT), a_mail(text=SCRIPT), a_mail(text=f"http://x/{SCRIPT}"), a_mail(html=SCRIPT)]
)
def test_nothing_of_a_mail_is_markup_of_the_page(mail: Mail) -> None:
    assert "<script" not in pages.one_mail(mail)
    assert "<script" not in pages.mail_list([mail])


def test_a_link_in_the_text_can_be_followed() -> None:
    shown = pages.one_mail(a_mail(text='Go to http://localhost:7071/id/reset?a=1&b="2" now'))

    assert '<a href="http://localhost:7071/id/reset?a=1&amp;b=" rel="noreferrer">' in shown
    assert "Go to " in shown


async def test_the_list_shows_to_subject_and_time_and_leads_to_the_mail(tmp_path: Path) -> None:
    identifier = caught(tmp_path)

    async with client(mail_app(Mailbox(tmp_path))) as browser:
        front = await browser.get("/")
        page = await browser.get(f"/mails/{identifier}")

    assert all(word in front.text for word in ("b@example.test", ">s</a>", "2030-03-17 17:46:40", identifier))
    assert '<pre id="text">t</pre>' in page.text
    assert "iframe" not in page.text


async def test_the_html_part_is_locked_in(tmp_path: Path) -> None:
    identifier = caught(tmp_path, b"Subject: s\r\nContent-Type: text/html\r\n\r\n" + SCRIPT.encode())

    async with client(mail_app(Mailbox(tmp_path))) as browser:
        page = await browser.get(f"/mails/{identifier}")
        html = await browser.get(f"/mails/{identifier}/html")

    assert f'src="/mails/{identifier}/html"' in page.text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert html.text == f'<base target="_blank">{SCRIPT}'
    policy = html.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'")
    assert "script-src" not in policy


async def test_a_test_reads_all_mails_or_one_persons_as_json_and_throws_them_away(tmp_path: Path) -> None:
    caught(tmp_path)
    caught(tmp_path, to="c@example.test")

    async with client(mail_app(Mailbox(tmp_path))) as caller:
        everyone = (await caller.get("/mails")).json()
        one = (await caller.get("/mails", params={"to": "c@example.test"})).json()
        thrown = await caller.delete("/mails")
        left = (await caller.get("/mails")).json()

    assert [mail["recipients"] for mail in everyone] == [["c@example.test"], ["b@example.test"]]
    assert one == [
        {
            "id": "1900000000000-0001",
            "received_at": NOON,
            "sender": "a@example.test",
            "recipients": ["c@example.test"],
            "subject": "s",
            "text": "t",
            "html": None,
        }
    ]
    assert (thrown.status_code, left) == (204, [])


@pytest.mark.parametrize("path", ["/mails/1900000000000-0000", "/mails/x", "/mails/x/source", "/mails/..%2fx", "/x"])
async def test_a_mail_that_is_not_there_is_404(tmp_path: Path, path: str) -> None:
    async with client(mail_app(Mailbox(tmp_path))) as browser:
        assert (await browser.get(path)).status_code == 404


async def test_a_mail_without_html_has_no_html_page(tmp_path: Path) -> None:
    identifier = caught(tmp_path)

    async with client(mail_app(Mailbox(tmp_path))) as browser:
        assert (await browser.get(f"/mails/{identifier}/html")).status_code == 404


async def test_the_source_is_shown_as_text(tmp_path: Path) -> None:
    identifier = caught(tmp_path, SCRIPT.encode())

    async with client(mail_app(Mailbox(tmp_path))) as browser:
        source = await browser.get(f"/mails/{identifier}/source")

    assert source.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert source.headers["X-Content-Type-Options"] == "nosniff"
    assert source.text.endswith(SCRIPT)


async def test_another_name_for_this_machine_is_not_served(tmp_path: Path) -> None:
    async with client(mail_app(Mailbox(tmp_path)), host="attacker.example") as browser:
        assert (await browser.get("/mails")).status_code == 400
