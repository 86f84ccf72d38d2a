"""The vault's own authority and server certificate: made once, kept in the state folder, trusted by nobody else.

The client library sends its token over https only, so the double needs a certificate. The authority's private key is
thrown away at once: it can never sign for anything but this server.
"""

from dataclasses import dataclass
from pathlib import Path

import trustme

from devhost.vault.storage import write_whole

NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Certificates:
    """Where they lie: `ca` for the clients, `server` (key and chain) for the server alone."""

    ca: Path
    server: Path


def prepare(folder: Path) -> Certificates:
    """Find the certificates of an earlier start, or make them."""
    certificates = Certificates(folder / "vault-ca.pem", folder / "vault-server.pem")
    if certificates.ca.exists() and certificates.server.exists():
        return certificates

    # The authority is written last: a start that is killed half-way leaves none, and the next one makes both anew.
    certificates.ca.unlink(missing_ok=True)
    authority = trustme.CA(organization_name="Sluis development", organization_unit_name="Key Vault double")
    server = authority.issue_cert(*NAMES, organization_name="Sluis development")
    write_whole(certificates.server, server.private_key_and_cert_chain_pem.bytes())
    write_whole(certificates.ca, authority.cert_pem.bytes())
    return certificates
