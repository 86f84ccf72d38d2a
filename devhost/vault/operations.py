"""Which request asks for which rule: the operations of Key Vault's secrets REST API, each one line of a table."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from devhost.vault import state, wire
from devhost.vault.refusals import missing_api_version, not_allowed, not_spoken, unknown_api_version
from devhost.vault.state import Rules, Secret, Vault, Version
from devhost.vault.wire import Json

API_VERSION = re.compile(r"(7\.\d|20\d\d-\d\d-\d\d)(-preview(\.\d)?)?")


@dataclass(frozen=True, slots=True)
class Call:
    """One request, parsed, with a `fresh` id in case it makes a version."""

    method: str
    path: tuple[str, ...]
    query: Mapping[str, str]
    body: bytes = field(repr=False)
    base_url: str
    fresh: str

    @property
    def url(self) -> str:
        """Where this call went, without its query."""
        return "/".join((self.base_url, *self.path))


@dataclass(frozen=True, slots=True)
class Outcome:
    """The vault afterwards, and the answer."""

    vault: Vault
    body: Json | None = field(repr=False)

    @property
    def status(self) -> int:
        """Nothing to say is 204."""
        return 204 if self.body is None else 200


def perform(vault: Vault, call: Call, rules: Rules, *, now: int) -> Outcome:
    """Do what the call asks. Raises Refused when the service would refuse it."""
    _check_api_version(call)
    vault = state.sweep(vault, now)
    match call.path:
        case ("secrets",) | ("secrets", _, "versions") | ("deletedsecrets",):
            return _list(vault, call, rules)
        case ("secrets", name):
            return _secret(vault, call, rules, name, None, now)
        case ("secrets", _, "backup"):
            raise not_spoken()
        case ("secrets", name, version):
            return _secret(vault, call, rules, name, version, now)
        case ("deletedsecrets", name):
            return _deleted(vault, call, rules, name)
        case ("deletedsecrets", name, "recover"):
            return _recover(vault, call, rules, name)
        case _:
            raise not_spoken()


def _list(vault: Vault, call: Call, rules: Rules) -> Outcome:
    if call.method != "GET":
        raise not_allowed(call.method)
    match call.path:
        case ("secrets",):
            body = wire.page(
                sorted(vault.secrets.items()),
                key=lambda kept: kept[0],
                show=lambda kept: wire.listed(call.base_url, kept[1], rules),
                query=call.query,
                url=call.url,
            )
        case ("deletedsecrets",):
            body = wire.page(
                sorted(vault.deleted.items(), key=lambda gone: gone[0]),
                key=lambda gone: gone[0],
                show=lambda gone: wire.deleted(call.base_url, gone[1], rules, whole=False),
                query=call.query,
                url=call.url,
            )
        case _:
            secret, kept = state.versions(vault, call.path[1])
            body = _versions(call, rules, secret, kept)
    return Outcome(vault, body)


def _versions(call: Call, rules: Rules, secret: Secret, kept: list[Version]) -> Json:
    return wire.page(
        kept,
        key=lambda version: version.version,
        show=lambda version: wire.described(call.base_url, secret, version, rules),
        query=call.query,
        url=call.url,
    )


def _secret(vault: Vault, call: Call, rules: Rules, name: str, version: str | None, now: int) -> Outcome:
    match call.method, version:
        case "GET", _:
            return Outcome(vault, wire.bundle(call.base_url, *state.read(vault, name, version), rules))
        case "PATCH", _:
            vault = state.update(vault, name, version, wire.change(call.body), now=now)
            return Outcome(vault, wire.described(call.base_url, *state.find(vault, name, version), rules))
        case "PUT", None:
            vault = state.set_secret(vault, name, wire.draft(call.body), version=call.fresh, now=now)
            return Outcome(vault, wire.bundle(call.base_url, *state.find(vault, name), rules))
        case "DELETE", None:
            vault = state.delete(vault, name, rules, now=now)
            gone = state.find_deleted(vault, name)
            return Outcome(vault, wire.deleted(call.base_url, gone, rules, whole=True))
        case _:  # with a version, PUT and DELETE: a single version is never replaced or deleted
            raise not_allowed(call.method)


def _deleted(vault: Vault, call: Call, rules: Rules, name: str) -> Outcome:
    match call.method:
        case "GET":
            return Outcome(vault, wire.deleted(call.base_url, state.find_deleted(vault, name), rules, whole=True))
        case "DELETE":
            return Outcome(state.purge(vault, name, rules), None)
        case _:
            raise not_allowed(call.method)


def _recover(vault: Vault, call: Call, rules: Rules, name: str) -> Outcome:
    if call.method != "POST":
        raise not_allowed(call.method)
    vault = state.recover(vault, name)
    return Outcome(vault, wire.described(call.base_url, *state.find(vault, name), rules))


def _check_api_version(call: Call) -> None:
    version = call.query.get("api-version")
    if not version:
        raise missing_api_version()
    if not API_VERSION.fullmatch(version):
        raise unknown_api_version(version)
