"""The JSON of Key Vault's secrets API: bodies in, bundles, pages and errors out; seconds there, milliseconds here."""

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from devhost.vault.refusals import Refused, bad_body, bad_page, bad_property
from devhost.vault.state import Change, Deleted, Draft, Rules, Secret, Version

type Json = dict[str, Any]

SECOND = 1000
LARGEST_PAGE = 25
LATEST_SECOND = 253_402_300_799  # the end of the year 9999

Instant = Annotated[int, Field(ge=0, le=LATEST_SECOND)]


class _Attributes(BaseModel):
    model_config = ConfigDict(strict=True)

    enabled: bool | None = None
    nbf: Instant | None = None
    exp: Instant | None = None


class _Update(BaseModel):
    model_config = ConfigDict(strict=True)

    contentType: str | None = None  # noqa: N815 - the service's spelling
    tags: dict[str, str] | None = None
    attributes: _Attributes | None = None


class _Set(_Update):
    value: str = Field(repr=False)


def draft(body: bytes) -> Draft:
    """Read what to keep; an `enabled` left out means yes."""
    wish = _read(_Set, body)
    attributes = wish.attributes or _Attributes()
    return Draft(
        value=wish.value,
        content_type=wish.contentType,
        tags=wish.tags,
        enabled=attributes.enabled is not False,
        not_before=_milliseconds(attributes.nbf),
        expires_at=_milliseconds(attributes.exp),
    )


def change(body: bytes) -> Change:
    """Read what to change; what is left out stays."""
    wish = _read(_Update, body)
    attributes = wish.attributes or _Attributes()
    return Change(
        content_type=wish.contentType,
        tags=wish.tags,
        enabled=attributes.enabled,
        not_before=_milliseconds(attributes.nbf),
        expires_at=_milliseconds(attributes.exp),
    )


def bundle(base_url: str, secret: Secret, version: Version, rules: Rules) -> Json:
    """Show one version with its value."""
    return {"value": version.value, **described(base_url, secret, version, rules)}


def described(base_url: str, secret: Secret, version: Version, rules: Rules) -> Json:
    """Show one version without its value."""
    return _item(f"{base_url}/secrets/{secret.name}/{version.version}", version, rules)


def listed(base_url: str, secret: Secret, rules: Rules) -> Json:
    """Show a secret in the list of all: its name, and what stands beside its latest version."""
    return _item(f"{base_url}/secrets/{secret.name}", secret.latest, rules)


def deleted(base_url: str, gone: Deleted, rules: Rules, *, whole: bool) -> Json:
    """Show a deleted secret, with the id of its latest version (`whole`) or, in the list, of its name."""
    name = gone.secret.name
    shown = (
        described(base_url, gone.secret, gone.secret.latest, rules) if whole else listed(base_url, gone.secret, rules)
    )
    return {
        "recoveryId": f"{base_url}/deletedsecrets/{name}",
        "deletedDate": gone.deleted_at // SECOND,
        "scheduledPurgeDate": gone.purge_at // SECOND,
        **shown,
    }


def page[T](
    items: Sequence[T], *, key: Callable[[T], str], show: Callable[[T], Json], query: Mapping[str, str], url: str
) -> Json:
    """Show one page of `items`, which are in the order of `key`, and where the next page is."""
    size, after = _page_wanted(query)
    rest = [item for item in items if key(item) > after]
    shown, more = rest[:size], rest[size:]
    next_link = None
    if more:
        token = base64.urlsafe_b64encode(key(shown[-1]).encode()).decode()
        wanted = {"api-version": query["api-version"], "$skiptoken": token, "maxresults": str(size)}
        next_link = f"{url}?{urlencode(wanted, safe='$')}"
    return {"value": [show(item) for item in shown], "nextLink": next_link}


def refusal(refused: Refused) -> Json:
    """Show why not."""
    error: Json = {"code": refused.code, "message": refused.message}
    if refused.inner is not None:
        error["innererror"] = {"code": refused.inner}
    return {"error": error}


def _read[T: BaseModel](shape: type[T], body: bytes) -> T:
    try:
        return shape.model_validate_json(body)
    except ValidationError as error:
        # The library's own words would repeat what was sent, and what was sent is a secret.
        where = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"][:1])
        raise (bad_property(where) if where else bad_body()) from None


def _item(identifier: str, version: Version, rules: Rules) -> Json:
    item: Json = {"id": identifier, "attributes": _attributes(version, rules)}
    if version.content_type is not None:
        item["contentType"] = version.content_type
    if version.tags is not None:
        item["tags"] = dict(version.tags)
    return item


def _attributes(version: Version, rules: Rules) -> Json:
    # "Customized" is what the service says of any choice but the full ninety days.
    level = "Recoverable" if rules.recoverable_days == 90 else "CustomizedRecoverable"  # noqa: PLR2004 - said above
    attributes: Json = {"enabled": version.enabled}
    if version.not_before is not None:
        attributes["nbf"] = version.not_before // SECOND
    if version.expires_at is not None:
        attributes["exp"] = version.expires_at // SECOND
    return attributes | {
        "created": version.created_at // SECOND,
        "updated": version.updated_at // SECOND,
        "recoveryLevel": level if rules.purge_protection else f"{level}+Purgeable",
        "recoverableDays": rules.recoverable_days,
    }


def _page_wanted(query: Mapping[str, str]) -> tuple[int, str]:
    try:
        size = int(query.get("maxresults", LARGEST_PAGE))
        after = base64.b64decode(query.get("$skiptoken", ""), altchars=b"-_", validate=True).decode()
    except ValueError:
        raise bad_page() from None
    if not 1 <= size <= LARGEST_PAGE:
        raise bad_page()
    return size, after


def _milliseconds(seconds: int | None) -> int | None:
    return None if seconds is None else seconds * SECOND
