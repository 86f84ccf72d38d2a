"""The desk's server hands out its files, and allows the page no more than it needs."""

from pathlib import Path

import httpx2
import pytest

from devhost.sites import desk

ISSUER = "http://localhost:7071/id"
ORIGIN = "http://desk.localhost:7073"


@pytest.fixture
def node_modules(tmp_path: Path) -> Path:
    bundle = tmp_path / desk.BUNDLE
    bundle.parent.mkdir(parents=True)
    bundle.write_text("var oidc = {};")
    return tmp_path


async def get(path: str, node_modules: Path, *, issuer: str = ISSUER, host: str = "desk.localhost") -> httpx2.Response:
    site = httpx2.ASGITransport(desk.site(ORIGIN, issuer=issuer, node_modules=node_modules))
    async with httpx2.AsyncClient(transport=site, base_url=ORIGIN) as browser:
        return await browser.get(path, headers={"host": host})


@pytest.mark.parametrize("path", ["/", "/callback.html?code=x"])
async def test_start_and_callback_are_one_page_that_knows_its_issuer(node_modules: Path, path: str) -> None:
    page = await get(path, node_modules)

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert f'<main data-issuer="{ISSUER}">' in page.text


async def test_an_issuer_with_odd_characters_stays_inside_its_attribute(node_modules: Path) -> None:
    page = await get("/", node_modules, issuer='http://localhost:7071/"><b>')

    assert "<b>" not in page.text


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/desk.js", "text/javascript"),
        ("/oidc-client-ts.min.js", "text/javascript"),
        ("/site.css", "text/css"),
        ("/icon.svg", "image/svg+xml"),
    ],
)
async def test_each_file_comes_as_what_it_is(node_modules: Path, path: str, media_type: str) -> None:
    answer = await get(path, node_modules)

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media_type)
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_no_other_file_is_handed_out(node_modules: Path) -> None:
    (node_modules / "package.json").write_text("{}")

    for path in ["/package.json", "/desk.html", "/..%2fdesk.py", "/layout.html"]:
        assert (await get(path, node_modules)).status_code == 404


async def test_the_policy_lets_the_page_call_its_issuer_and_nobody_else(node_modules: Path) -> None:
    page = await get("/", node_modules, issuer="https://id.example:8443/id")

    assert page.headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src https://id.example:8443; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'"
    )


async def test_another_host_name_gets_no_page(node_modules: Path) -> None:
    assert (await get("/", node_modules, host="rebound.example")).status_code == 400
