"""Start the Key Vault double: `python -m devhost.vault --port 7076 --state .local --token development`."""

import argparse
import asyncio
import contextlib
import sys
import time
from pathlib import Path

from devhost.vault import certificates
from devhost.vault.loopback import PortTakenError, listen, port_of, server
from devhost.vault.server import vault_app
from devhost.vault.state import Rules
from devhost.vault.storage import UnreadableVaultError

PORT_TAKEN = 3


def main() -> int:
    """Serve until told to stop."""
    arguments = _arguments()
    arguments.state.mkdir(parents=True, exist_ok=True)
    try:
        rules = Rules(purge_protection=arguments.purge_protection, recoverable_days=arguments.recoverable_days)
        app = vault_app(arguments.state, token=arguments.token, rules=rules, now=_now)
        sockets = listen(arguments.port)
    except PortTakenError as error:
        print(error, file=sys.stderr)
        return PORT_TAKEN
    except (UnreadableVaultError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1

    certificate = certificates.prepare(arguments.state).server
    serving = server(app, ready=f"https://localhost:{port_of(sockets)}", certificate=str(certificate))
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serving.serve(sockets))
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m devhost.vault", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="0 takes any free port; the READY line says which")
    parser.add_argument("--state", type=Path, required=True, help="the folder of the secrets and certificates")
    parser.add_argument("--token", required=True, help="the one bearer token that is let in")
    parser.add_argument("--recoverable-days", type=int, default=90, help="how long a deleted secret can come back")
    parser.add_argument("--purge-protection", action=argparse.BooleanOptionalAction, default=True)
    return parser.parse_args()


def _now() -> int:
    return time.time_ns() // 1_000_000


if __name__ == "__main__":
    sys.exit(main())
