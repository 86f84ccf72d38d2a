"""What `./dev up` tells when everything serves: where it is, who may sign in, what to try."""

import json
from pathlib import Path
from typing import Any

from devhost.command.terminal import bold, table
from devhost.services.ports import DEFAULT_BASE


def demo_accounts(seed: Path) -> list[dict[str, str]]:
    """Read from a seed which accounts a person can sign in with."""
    accounts = json.loads(seed.read_text("utf-8")).get("accounts", [])
    return [
        {"email": account["email"], "password": account["password"]}
        for account in accounts
        if "password" in account and not account.get("disabled")
    ]


def registers_sites(seed: Path) -> bool:
    """Tell whether a seed registers both demo sites."""
    clients = json.loads(seed.read_text("utf-8")).get("clients", [])
    return {"shop", "desk"} <= {client.get("client_id") for client in clients}


def ready(account: dict[str, Any], *, seconds: float, with_sites: bool = True) -> list[str]:
    """Tell what runs; the lines NAME=value are the contract's, the rest is for people."""
    lines = ["", bold(f"Ready in {seconds:.1f} s."), "", f"ISSUER={account['issuer']}"]
    lines += [f"{name.upper()}={url}" for name, url in account["sites"].items()]
    lines += [f"MAIL={account['mail']}"]
    if account["command"] == "services":
        return [*lines, "", *_services_only(account["port"])]
    people = [(person["email"], person["password"]) for person in account["accounts"]]
    if people:
        lines += ["", "Sign in with (e-mail, password):", table(people)]
    return [*lines, "", *_to_try(account, with_sites=with_sites)]


def _services_only(port: int) -> list[str]:
    lines = [
        "The services run. The other command, in another terminal:",
        "  cp local.settings.sample.json local.settings.json && func start",
    ]
    if port != DEFAULT_BASE:
        lines += [f"That file spells the ports from {DEFAULT_BASE}: change them in the copy, or leave --port out here."]
    return [
        *lines,
        "Ctrl-C ends the services; what they hold is there again next time (--fresh forgets it).",
    ]


def _to_try(account: dict[str, Any], *, with_sites: bool) -> list[str]:
    sites = [
        f"Open {account['sites']['shop']} and sign in.",
        f"Open {account['sites']['desk']}: it knows you without asking.",
    ]
    tries = [
        *(sites if with_sites else ["Sign in at a client of your seed; the two demo sites are not registered in it."]),
        f"Look at {account['issuer']}/.well-known/openid-configuration.",
        "`./dev audit ACCOUNT` in another terminal shows what was recorded about an account.",
    ]
    lines = ["Try:", *(f"  {number}. {one}" for number, one in enumerate(tries, start=1))]
    if account["ca"]:
        lines += [f"The certificate is signed by {account['ca']}: let your browser trust it, or accept the warning."]
    return [*lines, "Ctrl-C ends everything; what was made is there again next time (--fresh forgets it)."]
