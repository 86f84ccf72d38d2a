"""Rows to values and back: the only place that knows which fields a row has, and which `v` means what.

Fields are added, never re-used. A row with a newer `v` than known is refused and left untouched (`TooNew`).
"""

import json
from collections.abc import Mapping
from typing import Any, Final, cast

from shared.domain.accounts import Account, AccountStatus, Revoked
from shared.domain.chains import Event, Head
from shared.domain.clients import AuthMethod, Client
from shared.domain.errors import Tampered, TooNew
from shared.domain.events import EventName
from shared.domain.families import Use
from shared.domain.keys import SigningAlgorithm
from shared.domain.letters import Letter, LetterName
from shared.domain.lockout import Attempts, Touched
from shared.domain.rows import Fields, Row, Value
from shared.domain.sessions import Listed, Session
from shared.domain.stored import Chained

V: Final = 1
"""The version of every kind of row today."""


def _check(row: Row) -> Fields:
    version = row.fields.get("v")
    if not isinstance(version, int):
        raise Tampered("a row without a version")
    if version > V:
        raise TooNew(f"a row of version {version}")
    return row.fields


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise Tampered(f"{name} is not a text")
    return value


def _parsed(fields: Fields, name: str) -> Any:  # noqa: ANN401 - JSON; the caller says what it must be
    try:
        return json.loads(_text(fields, name))
    except ValueError as error:
        raise Tampered(f"{name} is not JSON") from error


def _number(fields: Fields, name: str) -> int:
    value = fields.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Tampered(f"{name} is not a number")
    return value


def _bytes(fields: Fields, name: str) -> bytes:
    value = fields.get(name)
    if not isinstance(value, bytes):
        raise Tampered(f"{name} is not binary")
    return value


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def from_account(account: Account) -> dict[str, Value]:
    """Write `0-state` of an account."""
    return {
        "v": V,
        "status": account.status,
        "profile": account.profile,
        "password": account.password,
        "revoked_before": account.revoked_before,
        "last_began": account.last_began,
        "revoked": _json({one: [entry.began, entry.ends] for one, entry in account.revoked.items()}),
        "cleared": _json(dict(account.cleared)),
    }


def to_account(row: Row, account_id: str) -> Account:
    """Read `0-state` of an account."""
    fields = _check(row)
    revoked: Mapping[str, list[int]] = _parsed(fields, "revoked")
    return Account(
        account_id=account_id,
        profile=_text(fields, "profile"),
        password=_text(fields, "password"),
        status=cast("AccountStatus", _text(fields, "status")),
        revoked_before=_number(fields, "revoked_before"),
        last_began=_number(fields, "last_began"),
        revoked={one: Revoked(began, ends) for one, (began, ends) in revoked.items()},
        cleared=_parsed(fields, "cleared"),
    )


def from_key(wrapped_key: str) -> dict[str, Value]:
    """Write `0-key`."""
    return {"v": V, "wrapped": wrapped_key}


def to_key(row: Row) -> str:
    """Read `0-key`."""
    return _text(_check(row), "wrapped")


def from_session(session: Session) -> dict[str, Value]:
    """Write `2-session~…`."""
    return {"v": V, "session_id": session.session_id, "began": session.began, "ends": session.ends}


def to_listed(row: Row) -> Listed:
    """Read `2-session~…`."""
    fields = _check(row)
    return Listed(_text(fields, "session_id"), _number(fields, "began"), _number(fields, "ends"))


def from_head(head: Head) -> dict[str, Value]:
    """Write `8-head~…`."""
    return {
        "v": V,
        "chain": head.chain,
        "seq": head.seq,
        "hash": head.hash,
        "closed": head.closed,
        "pruned_to": head.pruned_to,
    }


def to_head(row: Row) -> Head:
    """Read `8-head~…`."""
    fields = _check(row)
    return Head(
        chain=_text(fields, "chain"),
        seq=_number(fields, "seq"),
        hash=_bytes(fields, "hash"),
        closed=bool(fields.get("closed")),
        pruned_to=_number(fields, "pruned_to"),
    )


def from_event(link: Chained) -> dict[str, Value]:
    """Write `9-event~…`: the canonical bytes as they were hashed, and what they say of people, sealed."""
    event = link.event
    return {
        "v": V,
        "seq": event.seq,
        "event_id": event.id,
        "name": event.name,
        "at": event.at,
        "canonical": event.canonical,
        "hash": event.hash,
        "sealed": link.sealed,
    }


def to_link(row: Row) -> Chained:
    """Read `9-event~…` as it is stored; whether it holds is for `chains.verify` to say."""
    fields = _check(row)
    event = Event(
        seq=_number(fields, "seq"),
        id=_text(fields, "event_id"),
        name=cast("EventName", _text(fields, "name")),
        at=_number(fields, "at"),
        canonical=_bytes(fields, "canonical"),
        hash=_bytes(fields, "hash"),
    )
    return Chained(event, _text(fields, "sealed"))


def from_client(client: Client) -> dict[str, Value]:
    """Write `5-client~…`, by RFC 7591's names; lists as JSON."""
    return {
        "v": V,
        "client_id": client.client_id,
        "client_name": client.client_name,
        "redirect_uris": _json(client.redirect_uris),
        "scope": " ".join(client.scope),
        "token_endpoint_auth_method": client.token_endpoint_auth_method,
        "grant_types": _json(client.grant_types),
        "response_types": _json(client.response_types),
        "id_token_signed_response_alg": client.id_token_signed_response_alg,
        "application_type": client.application_type,
        "cors_origins": _json(client.cors_origins),
        "require_pkce": client.require_pkce,
        "secret_hash": client.secret_hash,
        # Later than the first rows, and not of every client: absent is as good as empty.
        **({"post_logout_redirect_uris": _json(after)} if (after := client.post_logout_redirect_uris) else {}),
        **({"sign_in_uri": client.sign_in_uri} if client.sign_in_uri else {}),
    }


def to_client(row: Row, organisation_id: str) -> Client:
    """Read `5-client~…`."""
    fields = _check(row)
    return Client(
        client_id=_text(fields, "client_id"),
        organisation=organisation_id,
        client_name=_text(fields, "client_name"),
        redirect_uris=tuple(_parsed(fields, "redirect_uris")),
        post_logout_redirect_uris=tuple(
            _parsed({"post_logout_redirect_uris": "[]", **fields}, "post_logout_redirect_uris")
        ),
        scope=tuple(_text(fields, "scope").split()),
        token_endpoint_auth_method=cast("AuthMethod", _text(fields, "token_endpoint_auth_method")),
        grant_types=tuple(_parsed(fields, "grant_types")),
        response_types=tuple(_parsed(fields, "response_types")),
        id_token_signed_response_alg=cast("SigningAlgorithm", _text(fields, "id_token_signed_response_alg")),
        application_type="native" if _text(fields, "application_type") == "native" else "web",
        cors_origins=tuple(_parsed(fields, "cors_origins")),
        sign_in_uri=_text(fields, "sign_in_uri") if "sign_in_uri" in fields else "",
        require_pkce=fields.get("require_pkce") is not False,
        secret_hash=_text(fields, "secret_hash"),
    )


def from_attempts(attempts: Attempts) -> dict[str, Value]:
    """Write `try~…`."""
    return {"v": V, "count": attempts.count, "base": attempts.base, "last_at": attempts.last_at}


def to_attempts(row: Row) -> Attempts:
    """Read `try~…`."""
    fields = _check(row)
    return Attempts(_number(fields, "count"), _number(fields, "base"), _number(fields, "last_at"))


def from_touched(touched: Touched) -> dict[str, Value]:
    """Write a network's counter row."""
    return {"v": V, "count": touched.count, "addresses": _json(touched.addresses)}


def to_touched(row: Row) -> Touched:
    """Read a network's counter row."""
    fields = _check(row)
    return Touched(_number(fields, "count"), tuple(_parsed(fields, "addresses")))


def from_letter(letter: Letter) -> dict[str, Value]:
    """Write `7-todo~…` of a letter: ids only."""
    return {"v": V, "letter_id": letter.letter_id, "name": letter.name, "thing": letter.thing, "at": letter.at}


def to_letter(row: Row, account_id: str) -> Letter:
    """Read `7-todo~…` of a letter."""
    fields = _check(row)
    name = cast("LetterName", _text(fields, "name"))
    return Letter(_text(fields, "letter_id"), account_id, name, _text(fields, "thing"), _number(fields, "at"))


def from_use(use: Use) -> dict[str, Value]:
    """Write the mark of a refresh token that was used."""
    return {"v": V, "at": use.at, "scope": use.scope}


def to_use(row: Row) -> Use:
    """Read the mark of a refresh token that was used."""
    fields = _check(row)
    return Use(_number(fields, "at"), _text(fields, "scope"))


def from_owner(owner_id: str, at: int) -> dict[str, Value]:
    """Write whose an address or a client id is."""
    return {"v": V, "owner": owner_id, "at": at}


def to_owner(row: Row) -> str:
    """Read whose an address or a client id is."""
    return _text(_check(row), "owner")
