"""What we say of ourselves: one dictionary for OpenID Connect Discovery and RFC 8414, so that they cannot drift."""

from typing import Any

from shared.domain.authorize_request import PROMPTS, RESPONSE_MODES
from shared.domain.claims import ACR_PASSWORD
from shared.domain.clients import AUTH_METHODS, CONFIDENTIAL_METHODS, GRANT_TYPES, SIGNING_ALGORITHMS
from shared.domain.issuer import ISSUER_PLACES, Issuer
from shared.domain.pkce import METHOD
from shared.domain.scopes import CLAIMS_BY_SCOPE, SCOPES

_TOKEN_CLAIMS = ("iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash")


def metadata(issuer: Issuer, *, ui_locales: tuple[str, ...]) -> dict[str, Any]:
    """Give the provider metadata (OIDC Discovery §3, RFC 8414 §2, RFC 9207 §3)."""
    return {
        "issuer": issuer.url,
        **{name: issuer.at(place) for name, place in ISSUER_PLACES.items()},
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": list(RESPONSE_MODES),
        "grant_types_supported": list(GRANT_TYPES),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": list(SIGNING_ALGORITHMS),
        "token_endpoint_auth_methods_supported": list(AUTH_METHODS),
        "introspection_endpoint_auth_methods_supported": list(CONFIDENTIAL_METHODS),
        "revocation_endpoint_auth_methods_supported": list(AUTH_METHODS),
        "code_challenge_methods_supported": [METHOD],
        "prompt_values_supported": sorted(PROMPTS),
        "acr_values_supported": [ACR_PASSWORD],
        "claims_supported": [
            *_TOKEN_CLAIMS,
            *(claim for claims in CLAIMS_BY_SCOPE.values() for claim in claims),
        ],
        "ui_locales_supported": list(ui_locales),
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "require_request_uri_registration": False,
        "authorization_response_iss_parameter_supported": True,
    }
