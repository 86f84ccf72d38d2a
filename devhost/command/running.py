"""`./dev up` and `./dev services`: start what belongs together, say where it is, and end all of it.

Order: refuse before anything starts → install → the stores → prepare and seed → the app → say where everything is.
"""

import json
import os
import shlex
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devhost.command import told
from devhost.command.exits import Exit, InterruptedRunError, RefusedError
from devhost.command.terminal import bar, complain, echo, say
from devhost.services import azurite, node, programs
from devhost.services.certificates import Certificates, certificates
from devhost.services.children import Child, Children, Program
from devhost.services.ports import Ports, refuse_busy
from devhost.services.settings import app_settings, overrides
from devhost.services.state import CHECKOUT, State, held, make_fresh, write_private

SEED = CHECKOUT / "devhost" / "seeds" / "demo.json"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person asked for."""

    command: str
    ports: Ports
    state: State
    seed: Path = SEED
    https: bool = False
    fresh: bool = False

    @property
    def with_app(self) -> bool:
        """Whether the app and the sites run too, or the stores only."""
        return self.command == "up"

    @property
    def settings(self) -> dict[str, str]:
        """The app's settings; what the caller's environment says wins, as it does in the app."""
        settings = app_settings(self.ports, self.state, https=self.https)
        return {name: os.environ.get(name, value) for name, value in settings.items()}

    @property
    def sites(self) -> dict[str, str]:
        """Where the demo sites are."""
        return {
            "shop": f"http://shop.localhost:{self.ports.shop}",
            "desk": f"http://desk.localhost:{self.ports.desk}",
        }

    @property
    def needed(self) -> list[int]:
        """The ports that must be free."""
        ports = self.ports
        stores = [ports.mail, ports.smtp, ports.vault, ports.blob, ports.queue, ports.table]
        return [ports.app, ports.shop, ports.desk, *stores] if self.with_app else stores


def run(wish: Wish) -> Exit:
    """Start everything, watch it, and end it."""
    _refuse_bad_seed(wish)
    with held(wish.state):
        refuse_busy(wish.ports, needed=wish.needed, command=wish.command)
        if wish.fresh:
            make_fresh(wish.state)
        try:
            with Children(cwd=CHECKOUT, logs=wish.state.logs) as children, _signals(children):
                return _run(wish, children)
        finally:
            wish.state.up.unlink(missing_ok=True)


def _refuse_bad_seed(wish: Wish) -> None:
    """Refuse a seed before anything starts, and before `--fresh` forgets anything for it."""
    if not wish.seed.is_file():
        raise RefusedError(f"There is no seed file {wish.seed}.", Exit.USAGE)
    if wish.seed == SEED:
        return  # held by a test; reading it here would cost every start a quarter of a second
    from devhost.seeds.model import SeedError, read_seed  # noqa: PLC0415 - slow to import, and not always needed

    try:
        read_seed(wish.seed, sites=wish.sites)
    except SeedError as error:
        raise RefusedError(str(error), Exit.PREPARE_FAILED) from error


@contextmanager
def _signals(children: Children) -> Iterator[None]:
    """Let Ctrl-C and its like end the waiting, so that everything is ended in order."""
    asked = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, lambda *_: children.interrupt()) for number in asked}
    try:
        yield
    finally:
        # Ending takes seconds at most: until it is done a second Ctrl-C must not leave half of it running.
        children.end()
        for number, handler in before.items():
            signal.signal(number, handler)


def _run(wish: Wish, children: Children) -> Exit:
    with bar("Installing npm packages (once)") as progress:
        packages = node.prepare(wish.state.node, children, progress)
    started = time.monotonic()
    say(f"Starting {'the app and its services' if wish.with_app else 'the services'} …")
    tls = certificates(wish.state) if wish.https else None
    stores = _start_stores(wish, children, packages)
    preparing = children.start(programs.prepare(wish.seed, wish.settings, echo("prepare")))
    children.wait_ready(*stores)
    shutil.copyfile(wish.state.vault / "vault-ca.pem", wish.state.vault_ca)
    others = [children.start(program) for program in _others(wish, packages, tls)]
    if wish.with_app:
        # It asks nothing of the stores until it is asked itself, so it may import while they are being prepared.
        others.append(children.start(programs.app(wish.ports, overrides(wish.settings), tls, echo("app"))))
    if children.finish(preparing).process.returncode != 0:
        raise RefusedError(f"The stores could not be prepared with {wish.seed}: read above why.", Exit.PREPARE_FAILED)
    children.wait_ready(*others)
    account = _account(wish, children, tls)
    write_private(wish.state.up, json.dumps(account, indent=2) + "\n")
    say("\n".join(told.ready(account, seconds=time.monotonic() - started, with_sites=told.registers_sites(wish.seed))))
    return _watch(children)


def _start_stores(wish: Wish, children: Children, packages: node.NodePackages) -> tuple[Child, Child]:
    wish.state.azurite.mkdir(parents=True, exist_ok=True)
    emulator = children.start(azurite.program(packages, wish.ports, wish.state.azurite))
    return children.start(programs.vault(wish.ports, wish.state.vault)), emulator


def _others(wish: Wish, packages: node.NodePackages, tls: Certificates | None) -> Iterator[Program]:
    yield programs.mail(wish.ports, wish.state)
    if wish.with_app:
        issuer = wish.settings["SLUIS_ISSUER"]
        yield programs.shop(wish.ports, issuer, None if tls is None else tls.ca, wish.state.clock)
        yield programs.desk(wish.ports, issuer, packages.modules)


def _account(wish: Wish, children: Children, tls: Certificates | None) -> dict[str, Any]:
    """Write down what runs, for people and programs (docs/contract.md)."""
    settings = wish.settings
    ports = wish.ports
    return {
        "v": 1,
        "command": wish.command,
        "pid": os.getpid(),
        "port": ports.base,
        "issuer": settings["SLUIS_ISSUER"],
        "ca": None if tls is None else str(tls.ca),
        "sites": wish.sites if wish.with_app else {},
        "mail": f"http://localhost:{ports.mail}",
        "accounts": told.demo_accounts(wish.seed),
        "settings": settings,
        "children": {child.program.name: _listed(child) for child in children.started},
    }


def _listed(child: Child) -> dict[str, Any]:
    return {
        "pid": child.process.pid,
        "command": list(child.program.command),
        "environment": dict(child.program.environment),
        "cwd": str(CHECKOUT),
        "log": str(child.log),
    }


def _watch(children: Children) -> Exit:
    """Say what ends by itself; only the app's end is the end of all."""
    for child in children.deaths():
        complain(child.epitaph())
        if child.program.name == "app":
            return Exit.FAILED
        again = shlex.join(child.program.command)
        complain(f"Everything else goes on without it. To start it again, in another terminal:\n  {again}")
    say("Stopping …")
    raise InterruptedRunError
