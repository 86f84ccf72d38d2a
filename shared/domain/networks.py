"""Which address a request came from, and the network it stands for when attempts are counted.

Only the last hop of `X-Forwarded-For` is ours: the platform's front end appends it; all before it is the sender's word.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

UNKNOWN: Final = "unknown"


def client_address(forwarded_for: str) -> IPv4Address | IPv6Address | None:
    """Give the address the front end saw, without port; None when there is none to trust."""
    last = forwarded_for.rsplit(",", 1)[-1].strip()
    if last.startswith("["):
        last = last[1:].split("]", 1)[0]
    elif last.count(":") == 1:
        last = last.split(":", 1)[0]
    try:
        address = ip_address(last)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def network_of(address: IPv4Address | IPv6Address | None) -> str:
    """Give the network whose attempts are counted together: /24 of IPv4, /48 of IPv6."""
    if address is None:
        return UNKNOWN
    prefix = 24 if address.version == 4 else 48  # noqa: PLR2004 - versions of IP
    return str(ip_network(f"{address}/{prefix}", strict=False))
