"""Begin each round with short tables: in Azurite a row costs more to change, the more its table holds; in Azure it does not.

Only what nobody needs any more goes: codes, tokens, sessions of earlier rounds, marks of what was used.
"""

from typing import Final

from azure.data.tables import TableServiceClient

from shared.storage.layout import JOURNAL, SPENT

_OURS: Final = (JOURNAL, SPENT)
_PEERS: Final = (
    "AccessToken",
    "AuthorizationCode",
    "ClientCredentials",
    "Grant",
    "Interaction",
    "RefreshToken",
    "ReplayDetection",
    "Session",
)


def sweep(connection_string: str, prefix: str) -> None:
    """Make the growing tables anew, both providers'; those of the peer begin with a prefix."""
    with TableServiceClient.from_connection_string(connection_string) as tables:
        for name in (*_OURS, *(f"{prefix}{model}" for model in _PEERS)):
            tables.delete_table(name)
            tables.create_table(name)
