"""Start the mail catcher: `python -m devhost.mail --port 7074 --smtp-port 7075 --state .local/mail`."""

import argparse
import asyncio
import contextlib
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from devhost.mail.mailbox import Mailbox
from devhost.mail.server import mail_app
from devhost.mail.smtp import Catcher, catching
from devhost.vault.loopback import PortTakenError, listen, port_of, server

PORT_TAKEN = 3


def main() -> int:
    """Catch and show until told to stop."""
    arguments = _arguments()
    arguments.state.mkdir(parents=True, exist_ok=True)
    try:
        pages, mails = listen(arguments.port), listen(arguments.smtp_port)
    except PortTakenError as error:
        print(error, file=sys.stderr)
        return PORT_TAKEN

    print(f"SMTP smtp://localhost:{port_of(mails)}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(Mailbox(arguments.state), pages, mails))
    return 0


async def _serve(mailbox: Mailbox, pages: Sequence[socket.socket], mails: Sequence[socket.socket]) -> None:
    serving = server(mail_app(mailbox), ready=f"http://localhost:{port_of(pages)}")
    async with catching(Catcher(mailbox, _now), mails):
        await serving.serve(list(pages))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m devhost.mail", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="of the pages; 0 takes any, the READY line says which")
    parser.add_argument(
        "--smtp-port", type=int, required=True, help="of the mails; 0 takes any, the SMTP line says which"
    )
    parser.add_argument("--state", type=Path, required=True, help="the folder of the mails")
    return parser.parse_args()


def _now() -> int:
    return time.time_ns() // 1_000_000


if __name__ == "__main__":
    sys.exit(main())
