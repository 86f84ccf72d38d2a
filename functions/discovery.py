"""What we say of ourselves and the keys we sign with: public, cacheable, and served whatever happens to storage."""

import azure.functions as func

from functions.doors import at, doors
from shared.domain.issuer import ISSUER_PLACES, oauth_metadata_route
from shared.settings_at_import import ISSUER_PATH
from shared.web.cors import ANYONE
from shared.web.exchange import Exchange
from shared.web.responses import bytes_answer, empty_answer, json_answer

bp = func.Blueprint()

# Shorter than a new key is announced before it signs.
_CACHED = {"Cache-Control": "public, max-age=300", **ANYONE}


@bp.route(at(".well-known/openid-configuration"), auth_level=func.AuthLevel.ANONYMOUS)
@doors.document()
async def openid_configuration(_exchange: Exchange) -> func.HttpResponse:
    """Serve the provider metadata (OpenID Connect Discovery §4)."""
    return _metadata()


@bp.route(oauth_metadata_route(ISSUER_PATH), auth_level=func.AuthLevel.ANONYMOUS)
@doors.document()
async def oauth_metadata(_exchange: Exchange) -> func.HttpResponse:
    """Serve the same at the place of RFC 8414 §3.1."""
    return _metadata()


@bp.route(at(ISSUER_PLACES["jwks_uri"]), auth_level=func.AuthLevel.ANONYMOUS)
@doors.document()
async def jwks(_exchange: Exchange) -> func.HttpResponse:
    """Serve the public halves of the signing keys (RFC 7517)."""
    from shared.app import vault

    return json_answer(await vault().public_keys(), media_type="application/jwk-set+json", headers=_CACHED)


@bp.route("healthz", auth_level=func.AuthLevel.ANONYMOUS)
@doors.document()
async def healthz(_exchange: Exchange) -> func.HttpResponse:
    """Say whether this instance can answer: settings, storage and vault of one environment (503 when not)."""
    from shared.app import look_at_storage, the_app

    app = await the_app()
    await look_at_storage()
    await app.keys.ring()
    return json_answer({"status": "ok", "environment": app.environment})


@bp.route(at("static/{name}"), auth_level=func.AuthLevel.ANONYMOUS)
@doors.document()
async def static(exchange: Exchange) -> func.HttpResponse:
    """Serve a page's style sheet, script or mark."""
    from shared.web.static import static_file

    found = static_file(exchange.request.route_params.get("name", ""))
    if found is None:
        return empty_answer(404, {"Cache-Control": "no-store"})
    # The pages name the version. Asked for another, as in the middle of a release, ours must not be kept under its name.
    current = exchange.query().first("v") == found.version
    kept = "public, max-age=31536000, immutable" if current else "no-cache"
    headers = {"Cache-Control": kept, "ETag": found.etag}
    if exchange.header("if-none-match") == found.etag:
        return empty_answer(304, headers)
    return bytes_answer(found.content, media_type=found.media_type, headers=headers)


def _metadata() -> func.HttpResponse:
    from shared.app import where
    from shared.domain.discovery import metadata
    from shared.web.locales import LOCALES

    issuer, _ = where()
    return json_answer(metadata(issuer, ui_locales=LOCALES), headers=_CACHED)
