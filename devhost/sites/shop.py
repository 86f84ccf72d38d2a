"""The shop: how a site with a server signs people in through Sluis (OpenID Connect Core §3.1, with Authlib).

Read it from `sign_in` to `callback`: these two are the whole integration. The rest shows what came of it.
"""

import functools
import json
import secrets
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped] # Authlib publishes no types
from authlib.integrations.starlette_client import OAuth, OAuthError  # type: ignore[import-untyped] # the same
from joserfc.errors import JoseError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from devhost.sites import moved_time, serving

HOST = "shop.localhost"
CLIENT_ID = "shop"
# Known to everyone, because this is a demo. A site of yours keeps its secret in a vault.
CLIENT_SECRET = "shop-demo-secret"  # noqa: S105 - the demo seed's published secret
SESSION_SECONDS = 8 * 60 * 60
POLICY = [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
]


@dataclass(frozen=True, slots=True)
class Shop:
    """The site's pages, and the issuer that knows its people."""

    issuer: str
    origin: str
    provider: Any
    pages: Jinja2Templates

    async def start(self, request: Request) -> Response:
        """Show who is signed in, or the way to sign in."""
        return self._page(request, claims=request.session.get("claims"))

    async def sign_in(self, request: Request) -> Response:
        """Send the browser to the issuer. Authlib adds state, nonce and PKCE, and keeps its half in the session."""
        await self._meet_issuer()
        prompt = {"prompt": "none"} if "silent" in request.query_params else {}

        answer: Response = await self.provider.authorize_redirect(request, f"{self.origin}/callback", **prompt)
        return answer

    async def callback(self, request: Request) -> Response:
        """Take the issuer's answer: the code becomes tokens, and the tokens become a session of our own."""
        await self._expect(request)
        await self._meet_issuer()

        expected = {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": CLIENT_ID},
        }
        token = await self.provider.authorize_access_token(request, claims_options=expected)
        id_token = token.get("userinfo")  # Authlib's name for the claims of the verified ID token
        if id_token is None:
            raise OAuthError("no_id_token", "The issuer answered without an ID token.")
        userinfo = await self.provider.userinfo(token=token)
        if userinfo.get("sub") != id_token["sub"]:
            raise OAuthError("wrong_subject", "The userinfo is about someone else than the ID token.")

        # A new session for a new person; and 303 away from here, so that the code leaves the address bar.
        request.session.clear()
        request.session["claims"] = {**userinfo, **id_token}
        return RedirectResponse("/", status_code=303)

    async def sign_out(self, request: Request) -> Response:
        """End the session here; the one at the issuer goes on, and a silent sign-in brings the person back."""
        request.session.clear()
        return RedirectResponse("/", status_code=303)

    async def refused(self, request: Request, error: Exception) -> Response:
        """Show in words what the issuer, or a check of ours, refused."""
        if not isinstance(error, AuthlibBaseError | JoseError):
            raise error
        # With prompt=none this is a plain answer: nobody is signed in at the issuer yet.
        expected = error.error == "login_required"
        return self._page(
            request, error=error.error, description=error.description, status_code=200 if expected else 400
        )

    async def away(self, request: Request, error: Exception) -> Response:
        """Say that the issuer is out of reach; whoever is signed in here stays signed in."""
        description = f"{self.issuer} does not answer as it should ({type(error).__name__}). Try again in a moment."
        return self._page(request, error="issuer_away", description=description, status_code=503)

    async def _expect(self, request: Request) -> None:
        """Check, before a word of the answer is believed or shown, that we asked for it (RFC 9700 §4.7, RFC 9207)."""
        state, iss = request.query_params.get("state"), request.query_params.get("iss")
        if await self.provider.framework.get_state_data(request.session, state) is None:
            raise OAuthError("unknown_state", "This answer belongs to no sign-in begun in this browser. Begin again.")
        if iss != self.issuer:
            raise OAuthError("wrong_issuer", "This answer does not come from the issuer that was asked.")

    async def _meet_issuer(self) -> None:
        """Read the discovery document, once and not before it is needed: the issuer may start after this site."""
        try:
            metadata = await self.provider.load_server_metadata()
        except ValueError as not_json:
            raise OAuthError("wrong_metadata", f"{self.issuer} has no discovery document.") from not_json
        if metadata.get("issuer") != self.issuer:
            raise OAuthError("wrong_issuer", f"The discovery document of {self.issuer} names another issuer.")
        # Authlib accepts every algorithm the issuer can sign with; this client registered one.
        metadata["id_token_signing_alg_values_supported"] = ["ES256"]

    def _page(self, request: Request, *, status_code: int = 200, **words: Any) -> Response:  # noqa: ANN401 - as Jinja
        return self.pages.TemplateResponse(
            request, "shop.html", {"issuer": self.issuer, **words}, status_code=status_code
        )


def site(origin: str, *, issuer: str, tls: ssl.SSLContext | None = None) -> Starlette:
    """Build the shop that lives at `origin` and trusts `issuer`."""
    provider = OAuth().register(
        "issuer",
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile email",
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": "client_secret_basic",
            "verify": tls or ssl.create_default_context(),
            "timeout": 5,
            "trust_env": False,  # a proxy of the machine does not know this machine's localhost
        },
    )
    shop = Shop(issuer=issuer, origin=origin, provider=provider, pages=_pages())
    return Starlette(
        routes=[
            Route("/", shop.start),
            Route("/sign-in", shop.sign_in),
            Route("/callback", shop.callback),
            Route("/sign-out", shop.sign_out, methods=["POST"]),
            Route("/site.css", functools.partial(_file, "site.css")),
            Route("/icon.svg", functools.partial(_file, "shop.svg")),
        ],
        middleware=[*serving.guards(HOST, POLICY), _session(port=origin.rpartition(":")[2])],
        exception_handlers={
            AuthlibBaseError: shop.refused,
            JoseError: shop.refused,
            httpx2.HTTPError: shop.away,
        },
    )


def _session(*, port: str) -> Middleware:
    """Keep the session in a signed cookie; Lax lets it come along when the issuer sends the browser back."""
    return Middleware(
        SessionMiddleware,
        secret_key=secrets.token_hex(32),
        session_cookie=f"shop-{port}",  # ports of one host share their cookies
        max_age=SESSION_SECONDS,
        same_site="lax",
        https_only=False,  # this demo speaks http; a site of yours says True
    )


async def _file(name: str, _request: Request) -> Response:
    return FileResponse(serving.PAGES / name)


def _lines(claims: Mapping[str, Any]) -> str:
    """Give each claim a line, so that the claims of two sites are compared at a glance."""
    each = (f"  {json.dumps(name)}: {json.dumps(claims[name], ensure_ascii=False)}" for name in sorted(claims))
    return "{\n" + ",\n".join(each) + "\n}"


def _pages() -> Jinja2Templates:
    pages = Jinja2Templates(directory=serving.PAGES)
    pages.env.filters["lines"] = _lines
    pages.env.filters["moment"] = lambda seconds: f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"
    return pages


def main() -> None:
    """Run the shop from the command line."""
    command = serving.parser("shop", __doc__)
    command.add_argument("--ca", type=Path, help="the private CA of an https issuer (PEM)")
    command.add_argument("--clock", type=Path, help="the file of `./dev clock`; a site of yours has no such thing")
    asked = command.parse_args()
    if asked.ca and not asked.ca.is_file():
        command.error(f"there is no CA file {asked.ca}")
    tls = ssl.create_default_context(cafile=asked.ca)
    if asked.clock:
        moved_time.follow(asked.clock.resolve())
    serving.run(HOST, asked.port, functools.partial(site, issuer=asked.issuer, tls=tls))


if __name__ == "__main__":
    main()
