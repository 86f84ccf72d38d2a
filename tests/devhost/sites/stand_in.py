"""A stand-in for the provider, as small as the demo sites' tests allow: it signs one person in without a page.

What it does wrong on request (`spoil_*`) is what a site must notice.
"""

import base64
import hashlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from starlette.applications import Starlette
from starlette.datastructures import FormData
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

SUBJECT = "person-1"
AUTH_TIME = 1_767_225_600
BASIC = "Basic " + base64.b64encode(b"shop:shop-demo-secret").decode()


class StandIn:
    """One issuer, one person, and the ways to make its answers wrong."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.signed_in = False
        self.discovery: dict[str, Any] = {}
        self.spoil_answer: dict[str, str | None] = {}
        self.spoil_id_token: dict[str, Any] = {}
        self.spoil_userinfo: dict[str, Any] = {}
        self.signer: ECKey | RSAKey = ECKey.generate_key("P-256", {"kid": "ec"})
        self.algorithm = "ES256"
        self.key_set = [self.signer.as_dict(private=False)]
        self.asked: list[dict[str, str]] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.refreshable: dict[str, dict[str, str]] = {}
        self.id_tokens: list[str] = []

    def app(self) -> Starlette:
        """Serve the five doors a client knocks at."""
        return Starlette(
            routes=[
                Route("/id/.well-known/openid-configuration", self.metadata),
                Route("/id/jwks", self.jwks),
                Route("/id/authorize", self.authorize),
                Route("/id/token", self.token, methods=["POST"]),
                Route("/id/userinfo", self.userinfo),
            ],
            middleware=[Middleware(CORSMiddleware, allow_origins=["*"], allow_headers=["*"])],
        )

    async def metadata(self, _request: Request) -> Response:
        doors = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        return JSONResponse(
            {
                "issuer": self.issuer,
                **{f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in doors.items()},
                "jwks_uri": f"{self.issuer}/jwks",
                "end_session_endpoint": f"{self.issuer}/end-session",
                "id_token_signing_alg_values_supported": ["ES256", "RS256"],
                **self.discovery,
            }
        )

    async def jwks(self, _request: Request) -> Response:
        return JSONResponse({"keys": self.key_set})

    async def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        self.asked.append(asked)
        if asked.get("prompt") == "none" and not self.signed_in:
            answer: dict[str, str | None] = {"error": "login_required"}
        else:
            self.signed_in = True
            code = f"code-{len(self.asked)}"
            self.codes[code] = asked
            answer = {"code": code}

        answer |= {"state": asked["state"], "iss": self.issuer, **self.spoil_answer}
        query = urlencode({name: value for name, value in answer.items() if value is not None})
        return RedirectResponse(f"{asked['redirect_uri']}?{query}", status_code=303)

    async def token(self, request: Request) -> Response:
        async with request.form() as form:
            if form["grant_type"] == "refresh_token":
                asked = self.refreshable.pop(str(form["refresh_token"]), None)
            else:
                asked = self._redeemed(form)
        if asked is None:
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        assert (request.headers.get("authorization") == BASIC) == (asked["client_id"] == "shop")
        nonce = {"nonce": asked["nonce"]} if form["grant_type"] == "authorization_code" else {}
        self.id_tokens.append(self._id_token(asked["client_id"], nonce))
        refresh_token = f"refresh-{len(self.id_tokens)}"
        self.refreshable[refresh_token] = asked
        return JSONResponse(
            {
                "access_token": "access",
                "token_type": "Bearer",
                "expires_in": 300,
                "scope": asked["scope"],
                "refresh_token": refresh_token,
                "id_token": self.id_tokens[-1],
            }
        )

    def _redeemed(self, form: FormData) -> dict[str, str]:
        asked = self.codes.pop(str(form["code"]))
        challenge = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        assert base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() == asked["code_challenge"]
        assert form["redirect_uri"] == asked["redirect_uri"]
        return asked

    def _id_token(self, client_id: str, nonce: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": SUBJECT,
            "aud": client_id,
            "iat": now,
            "exp": now + 300,
            **nonce,
            "amr": ["pwd", "otp"],
            "auth_time": AUTH_TIME,
            **self.spoil_id_token,
        }
        header = {"alg": self.algorithm, "kid": self.signer.kid}
        return jwt.encode(header, claims, self.signer, algorithms=[self.algorithm])

    async def userinfo(self, request: Request) -> Response:
        assert request.headers["authorization"] == "Bearer access"
        return JSONResponse({"sub": SUBJECT, "name": "Noor <b>de Wit</b>", **self.spoil_userinfo})


@contextmanager
def serving(app: Starlette, listener: socket.socket, tls: ssl.SSLContext | None = None) -> Iterator[None]:
    """Answer on a listening socket from a thread of our own, as the world outside a test does."""
    factory = None if tls is None else (lambda _config, _default: tls)
    config = uvicorn.Config(app, lifespan="off", ws="none", log_config=None, ssl_context_factory=factory)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield
    finally:
        server.should_exit = server.force_exit = True
        thread.join()
