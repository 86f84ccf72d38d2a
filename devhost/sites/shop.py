"""The shop: how a site with a server signs people in through Sluis (OpenID Connect Core §3.1, with Authlib).

Read `sign_in` and `callback`: these two are the whole integration. `refresh` asks anew without the person, `sign_out` also
ends their session at the issuer. The rest shows what came of it.
"""

import functools
import json
import secrets
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

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
MOST_KEPT = 1000


def policy(issuer: str) -> list[str]:
    """Allow our own looks, and forms that end at the issuer: browsers hold a sign-out's redirect to `form-action` too."""
    where = urlsplit(issuer)
    return [
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        f"form-action 'self' {where.scheme}://{where.netloc}",
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
    tokens: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """What each session holds of the issuer. It stays here: a signed cookie is still readable. Yours is in a database."""

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

        token = await self.provider.authorize_access_token(request, claims_options=self._expected)
        # `userinfo` is Authlib's name for the claims of the verified ID token.
        await self._welcome(request, token, token.get("userinfo"))
        # 303 away from here, so that the code leaves the address bar.
        return RedirectResponse("/", status_code=303)

    async def refresh(self, request: Request) -> Response:
        """Ask anew, without the person: are they still signed in, and what is true of them now? (Core §12)."""
        refresh_token = self._kept(request).get("refresh_token")
        if refresh_token is None:
            raise OAuthError("no_refresh_token", "There is nothing to refresh with. Sign in again.")
        await self._meet_issuer()
        try:
            token = await self.provider.fetch_access_token(grant_type="refresh_token", refresh_token=refresh_token)
        except OAuthError:
            # Signed out elsewhere, disabled, or the token was stolen: whom the issuer no longer vouches for, we do not keep.
            self._forget(request)
            raise
        id_token = await self.provider.parse_id_token(token, nonce=None, claims_options=self._expected)
        await self._welcome(request, token, id_token, known=request.session["claims"]["sub"])
        return RedirectResponse("/", status_code=303)

    async def sign_out(self, request: Request) -> Response:
        """End the session here, and send the browser to end the one at the issuer (RP-Initiated Logout 1.0 §2)."""
        id_token = self._kept(request).get("id_token")
        self._forget(request)
        await self._meet_issuer()
        ending = (await self.provider.load_server_metadata()).get("end_session_endpoint")
        if ending is None or id_token is None:
            return RedirectResponse("/", status_code=303)
        # The hint says who leaves, so that the issuer need not ask them; it brings them back to where we registered.
        asked = {"id_token_hint": id_token, "post_logout_redirect_uri": f"{self.origin}/"}
        return RedirectResponse(f"{ending}?{urlencode(asked)}", status_code=303)

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

    @property
    def _expected(self) -> dict[str, Any]:
        """What an ID token must say besides holding together."""
        said = {"iss": self.issuer, "aud": CLIENT_ID}
        return {name: {"essential": True, "value": value} for name, value in said.items()}

    async def _welcome(
        self, request: Request, token: Mapping[str, Any], id_token: Mapping[str, Any] | None, known: str | None = None
    ) -> None:
        """Begin a new session for a person whose ID token was checked: what was held before is held no more."""
        if id_token is None:
            raise OAuthError("no_id_token", "The issuer answered without an ID token.")
        userinfo = await self.provider.userinfo(token=token)
        if {id_token["sub"], userinfo.get("sub")} != {known or id_token["sub"]}:
            raise OAuthError("wrong_subject", "The issuer's answers are not all about the same person.")
        self._forget(request)
        while len(self.tokens) >= MOST_KEPT:
            del self.tokens[next(iter(self.tokens))]
        key = secrets.token_urlsafe(16)
        self.tokens[key] = token
        request.session.update(claims={**userinfo, **id_token}, tokens=key)

    def _kept(self, request: Request) -> Mapping[str, Any]:
        return self.tokens.get(request.session.get("tokens", ""), {})

    def _forget(self, request: Request) -> None:
        self.tokens.pop(request.session.get("tokens", ""), None)
        request.session.clear()

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
            Route("/refresh", shop.refresh, methods=["POST"]),
            Route("/sign-out", shop.sign_out, methods=["POST"]),
            Route("/site.css", functools.partial(_file, "site.css")),
            Route("/icon.svg", functools.partial(_file, "shop.svg")),
        ],
        middleware=[*serving.guards(HOST, policy(issuer)), _session(port=origin.rpartition(":")[2])],
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
