"""The programs of a running checkout and how each is started."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from devhost.services.certificates import Certificates
from devhost.services.children import Program
from devhost.services.ports import Ports
from devhost.services.settings import VAULT_TOKEN
from devhost.services.state import State

SAMPLE_NAME = "local.settings.sample.json"


def _module(name: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", name, *arguments)


def vault(ports: Ports, folder: Path, token: str = VAULT_TOKEN) -> Program:
    """Start the Key Vault double."""
    command = _module("devhost.vault", "--port", str(ports.vault), "--state", str(folder), "--token", token)
    return Program("vault", command, holds_state=True)


def mail(ports: Ports, state: State) -> Program:
    """Start the mail catcher."""
    where = ("--port", str(ports.mail), "--smtp-port", str(ports.smtp), "--state", str(state.mail))
    return Program("mail", _module("devhost.mail", *where))


def shop(ports: Ports, issuer: str, ca: Path | None, clock: Path) -> Program:
    """Start the server-side demo site."""
    trusting = () if ca is None else ("--ca", str(ca))
    timed = ("--clock", str(clock))
    command = _module("devhost.sites.shop", "--port", str(ports.shop), "--issuer", issuer, *timed, *trusting)
    return Program("shop", command)


def desk(ports: Ports, issuer: str, modules: Path) -> Program:
    """Start the browser-only demo site."""
    where = ("--port", str(ports.desk), "--issuer", issuer, "--node-modules", str(modules))
    return Program("desk", _module("devhost.sites.desk", *where))


def app(ports: Ports, environment: Mapping[str, str], tls: Certificates | None, echo: Callable[[str], None]) -> Program:
    """Start the app itself, on the local host."""
    serving = () if tls is None else ("--certfile", str(tls.certfile), "--keyfile", str(tls.keyfile))
    where = ("--app-dir", ".", "--port", str(ports.app), "--settings", SAMPLE_NAME)
    return Program("app", _module("devhost.host", *where, *serving), environment=environment, echo=echo)


def prepare(seed: Path | None, settings: Mapping[str, str], echo: Callable[[str], None]) -> Program:
    """Make tables, containers and queues, and load the seed."""
    loading = () if seed is None else ("--seed", str(seed))
    command = _module("devhost.services.gated", "devhost.seeds", "prepare", *loading)
    return Program("prepare", command, environment=settings, gated=True, echo=echo)
