"""A person's browser at the shop, for its tests."""

import html
import re
import ssl

import httpx2

from devhost.sites import shop

ORIGIN = "http://shop.localhost:7072"
NEVER_ASKED = "http://localhost:7071/id"  # for pages that need no issuer


class Browser:
    """A person's browser: the shop in one tab, cookies, and redirects followed by hand."""

    def __init__(self, issuer: str, tls: ssl.SSLContext | None = None) -> None:
        self.tls = tls or ssl.create_default_context()
        site = httpx2.ASGITransport(shop.site(ORIGIN, issuer=issuer, tls=tls))
        self.shop = httpx2.AsyncClient(transport=site, base_url=ORIGIN)

    async def ask(self, path: str = "/sign-in") -> httpx2.URL:
        """Leave the shop for the issuer; where the issuer sends the browser back to."""
        leaving = await self.shop.get(path)
        assert leaving.status_code == 302
        async with httpx2.AsyncClient(verify=self.tls, trust_env=False) as outside:
            answer = await outside.get(leaving.headers["location"])
        return httpx2.URL(answer.headers["location"])

    async def sign_in(self, path: str = "/sign-in") -> httpx2.Response:
        """Go round; the page that stands at the end."""
        back = await self.shop.get(await self.ask(path))
        return await self.shop.get(back.headers["location"]) if back.status_code == 303 else back


def shown(page: httpx2.Response, element: str) -> str:
    found = re.search(rf'id="{element}"[^>]*>(.*?)</(?:dd|pre|p)>', page.text, re.DOTALL)
    assert found is not None, f"no #{element} on the page"
    return html.unescape(re.sub(r"<[^>]+>", "", found[1])).strip()


async def nobody_is_signed_in(browser: Browser) -> bool:
    return 'id="sign-in"' in (await browser.shop.get("/")).text
