"""A client, a request, a session, a code and an account that are right; a test changes the one thing it is about."""

from dataclasses import replace
from typing import Any

from shared.domain.accounts import Account
from shared.domain.authorize_request import AuthorizeRequest, check, check_redirect_uri
from shared.domain.clients import Client, hash_secret
from shared.domain.families import Family
from shared.domain.grants import Code, Grant
from shared.domain.lifetimes import CODE, OFFLINE, SESSION
from shared.domain.parameters import Parameters
from shared.domain.sessions import Session
from shared.domain.times import MINUTE, Millis

NOON: Millis = 1_800_000_000_000
ADA = "acc_00041061050r3gg28a1c60t3gf"
BOB = "acc_00041061050r3gg28a1c60t3gg"
ISSUER = "https://id.example/id"
SECRET = "a-secret-of-some-length"
CALLBACK = "https://site.example/callback"
# RFC 7636 appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

SITE = Client(
    client_id="site",
    organisation="org_00000000000000000000000000",
    client_name="Site",
    redirect_uris=(CALLBACK,),
    scope=("openid", "profile", "email"),
    secret_hash=hash_secret(SECRET),
)
APP = replace(SITE, client_id="app", token_endpoint_auth_method="none", secret_hash="")

SESSION_OF_ADA = Session(
    account_id=ADA,
    session_id="ses_ada",
    began=NOON - 10 * MINUTE,
    auth_time=NOON - 10 * MINUTE,
    ends=NOON - 10 * MINUTE + SESSION,
    amr=("pwd",),
)

GRANT_OF_ADA = Grant(
    grant_id="grt_1",
    client_id="site",
    account_id=ADA,
    session_id="ses_ada",
    began=SESSION_OF_ADA.began,
    auth_time=SESSION_OF_ADA.auth_time,
    amr=("pwd",),
    scope=("openid", "profile"),
    ends=SESSION_OF_ADA.ends,
)

CODE_OF_ADA = Code(
    code_id="cod_1",
    redirect_uri=CALLBACK,
    code_challenge=CHALLENGE,
    nonce="a nonce",
    ends=NOON + CODE,
    grant=GRANT_OF_ADA,
)

OFFLINE_GRANT = replace(GRANT_OF_ADA, scope=("openid", "offline_access"), ends=NOON + OFFLINE)
FAMILY_OF_ADA = Family(OFFLINE_GRANT)


def an_account(**changed: Any) -> Account:
    return replace(Account(ADA, profile="sealed", password="sealed"), **changed)


def asked(**changed: str | None) -> Parameters:
    """Give the parameters of a good request, changed; None leaves one out."""
    good = {
        "client_id": "site",
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": "openid profile",
        "state": "a state",
        "nonce": "a nonce",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return Parameters(tuple((name, value) for name, value in (good | changed).items() if value is not None))


def judged(parameters: Parameters, client: Client = SITE, hinted_subject: str | None = None) -> AuthorizeRequest:
    """Judge a request from its beginning, as the flow does."""
    redirect_uri = check_redirect_uri(parameters, client)
    return check(parameters, client, redirect_uri=redirect_uri, hinted_subject=hinted_subject)
