"""Which port everything of a running checkout listens on, and whether those ports are free.

Nine ports in a row from one base, so that two checkouts run side by side by giving one of them another `--port`.
"""

import random
import socket
from contextlib import closing
from dataclasses import dataclass

from devhost.command.exits import Exit, RefusedError

DEFAULT_BASE = 7071
LOWEST = 1024
HIGHEST_BASE = 65527
# Below the ports that the kernel hands to outgoing connections, so that nothing takes one between choice and use.
CHOSEN_FROM = range(12000, 32000)
NAMES = (
    "app",
    "shop site",
    "desk site",
    "mail page",
    "mail catcher",
    "vault",
    "Azurite blobs",
    "Azurite queues",
    "Azurite tables",
)


@dataclass(frozen=True, slots=True)
class Ports:
    """The nine ports, counted from the base."""

    base: int = DEFAULT_BASE

    @property
    def app(self) -> int:
        """The app and its issuer."""
        return self.base

    @property
    def shop(self) -> int:
        """The server-side demo site."""
        return self.base + 1

    @property
    def desk(self) -> int:
        """The browser-only demo site."""
        return self.base + 2

    @property
    def mail(self) -> int:
        """The page that shows caught mail."""
        return self.base + 3

    @property
    def smtp(self) -> int:
        """Where the app sends mail to."""
        return self.base + 4

    @property
    def vault(self) -> int:
        """The Key Vault double."""
        return self.base + 5

    @property
    def blob(self) -> int:
        """Azurite's blobs."""
        return self.base + 6

    @property
    def queue(self) -> int:
        """Azurite's queues."""
        return self.base + 7

    @property
    def table(self) -> int:
        """Azurite's tables."""
        return self.base + 8

    def named(self) -> dict[int, str]:
        """Give each port with the name of what listens there."""
        return dict(zip(range(self.base, self.base + len(NAMES)), NAMES, strict=True))


def answers(port: int) -> bool:
    """Tell whether something accepts connections on this port of the loopback."""
    for host in ("127.0.0.1", "::1"):
        try:
            with closing(socket.create_connection((host, port), timeout=0.5)):
                return True
        except OSError:
            continue
    return False


def free(port: int) -> bool:
    """Tell whether a server could listen on this port of the loopback."""
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with closing(socket.socket(family, socket.SOCK_STREAM)) as attempt:
                # Without it a port whose last connections are still fading away would count as busy.
                attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                attempt.bind((host, port))
        except OSError:
            if family == socket.AF_INET or socket_exists("::1"):
                return False
    return not answers(port)


def socket_exists(host: str) -> bool:
    """Tell whether this machine has that loopback address at all: some containers have no IPv6."""
    try:
        with closing(socket.socket(socket.AF_INET6, socket.SOCK_STREAM)) as attempt:
            attempt.bind((host, 0))
    except OSError:
        return False
    return True


def refuse_busy(ports: Ports, *, needed: list[int], command: str) -> None:
    """Name the first busy port before anything is started."""
    names = ports.named()
    for port in needed:
        if free(port):
            continue
        another = ports.base + 100 if ports.base + 100 <= HIGHEST_BASE else DEFAULT_BASE
        raise RefusedError(
            f"Port {port} ({names[port]}) is in use: stop what listens there, or take nine other ports with "
            f"`./dev {command} --port {another}`.",
            Exit.PORT_BUSY,
        )


def choose_base() -> Ports:
    """Find nine free ports in a row, for tests."""
    while True:
        ports = Ports(random.choice(CHOSEN_FROM))  # noqa: S311 - a port, not a secret
        if all(free(port) for port in ports.named()):
            return ports
