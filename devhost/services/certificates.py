"""The throw-away authority of `./dev up --https`, and the certificate the app serves with.

The authority is kept, so that a browser told to trust `.local/ca.pem` need not be told again. Its key never leaves
the state folder and signs nothing but the names below.
"""

from dataclasses import dataclass
from pathlib import Path

from devhost.services.state import State, write_private

NAMES = ("localhost", "127.0.0.1", "::1", "shop.localhost", "desk.localhost")


@dataclass(frozen=True, slots=True)
class Certificates:
    """Where the authority is for clients, and what the server needs."""

    ca: Path
    certfile: Path
    keyfile: Path


def certificates(state: State) -> Certificates:
    """Find the certificates, or make them."""
    folder = state.folder / "tls"
    made = Certificates(ca=state.folder / "ca.pem", certfile=folder / "server.pem", keyfile=folder / "server-key.pem")
    if not all(path.is_file() for path in (made.ca, made.certfile, made.keyfile)):
        folder.mkdir(parents=True, exist_ok=True)
        _make(made)
    return made


def _make(made: Certificates) -> None:
    import trustme  # noqa: PLC0415 - slow to import, and needed once in a checkout's life

    authority = trustme.CA(organization_name="Sluis development", organization_unit_name="throw-away")
    served = authority.issue_cert(*NAMES, organization_name="Sluis development")
    chain = b"".join(part.bytes() for part in served.cert_chain_pems)
    write_private(made.keyfile, served.private_key_pem.bytes().decode())
    write_private(made.certfile, chain.decode())
    # Last: a run that is cut short makes all three again.
    write_private(made.ca, authority.cert_pem.bytes().decode())
