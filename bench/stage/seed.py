"""Who and what the benchmark's environment begins with: as many accounts as connections, twice, and one client."""

from typing import Any, Final

from bench.driving.visitor import CLIENT_ID, CLIENT_SECRET, PASSWORD, REDIRECT_URI, SCOPE

_ORGANISATION: Final = "org_00000000000000000000000000"
GRANTS: Final = ["authorization_code", "refresh_token", "client_credentials"]


def addresses(count: int, *, cheap: bool) -> list[str]:
    """Name accounts; those of the second kind have passwords whose hash costs next to nothing."""
    return [f"{'cheap' if cheap else 'full'}-{number:03d}@bench.example" for number in range(count)]


def ours(count: int, *, cheap: bool) -> dict[str, Any]:
    """Write the seed of ours, for one kind of account."""
    return {
        "organisations": [{"id": _ORGANISATION, "name": "Benchmark"}],
        "accounts": [
            {"email": address, "email_verified": True, "password": PASSWORD, "profile": _profile()}
            for address in addresses(count, cheap=cheap)
        ],
        "clients": [
            {"organisation": _ORGANISATION, "client_name": "Benchmark", **_client()},
        ],
    }


def peers(count: int) -> dict[str, Any]:
    """Write the seed of the peer: the same people and the same client."""
    everybody = addresses(count, cheap=False) + addresses(count, cheap=True)
    return {
        "accounts": [{"sub": address, "email": address, "email_verified": True, **_profile()} for address in everybody],
        "clients": [_client()],
    }


def _profile() -> dict[str, str]:
    return {"name": "Ada Lovelace", "given_name": "Ada", "family_name": "Lovelace", "locale": "en"}


def _client() -> dict[str, Any]:
    return {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "redirect_uris": [REDIRECT_URI],
        "grant_types": GRANTS,
        "response_types": ["code"],
        "scope": SCOPE,
        "token_endpoint_auth_method": "client_secret_basic",
        "id_token_signed_response_alg": "ES256",
    }
