"""What `./dev up` tells when everything serves: where it is, who may sign in, what to try."""

import json
from pathlib import Path
from typing import Any

from devhost.command.terminal import bold, table


def demo_accounts(seed: Path) -> list[dict[str, str]]:
    """Read from a seed which accounts a person can sign in with."""
    accounts = json.loads(seed.read_text("utf-8")).get("accounts", [])
    return [
        {"email": account["email"], "password": account["password"]}
        for account in accounts
        if "password" in account and not account.get("disabled")
    ]


def ready(account: dict[str, Any], *, seconds: float) -> list[str]:
    """Tell what runs; the lines NAME=value are the contract's, the rest is for people."""
    lines = ["", bold(f"Ready in {seconds:.1f} s."), "", f"ISSUER={account['issuer']}"]
    lines += [f"{name.upper()}={url}" for name, url in account["sites"].items()]
    lines += [f"MAIL={account['mail']}"]
    if account["command"] == "services":
        return [*lines, "", *_services_only()]
    people = [(person["email"], person["password"]) for person in account["accounts"]]
    if people:
        lines += ["", "Sign in with (e-mail, password):", table(people)]
    return [*lines, "", *_to_try(account)]


def _services_only() -> list[str]:
    return [
        "The services run. The other command, in another terminal:",
        "  cp local.settings.sample.json local.settings.json && func start",
        "Ctrl-C ends the services; what they hold is there again next time (--fresh forgets it).",
    ]


def _to_try(account: dict[str, Any]) -> list[str]:
    lines = [
        "Try:",
        f"  1. Open {account['sites']['shop']} and sign in.",
        f"  2. Open {account['sites']['desk']}: it knows you without asking.",
        f"  3. Look at {account['issuer']}/.well-known/openid-configuration.",
        "  4. `./dev audit ACCOUNT` in another terminal shows what was recorded about an account.",
    ]
    if account["ca"]:
        lines += [f"The certificate is signed by {account['ca']}: let your browser trust it, or accept the warning."]
    return [*lines, "Ctrl-C ends everything; what was made is there again next time (--fresh forgets it)."]
