"""Which address a request came from, and the network whose attempts are counted together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.networks import UNKNOWN, client_address, network_of


@pytest.mark.parametrize(
    ("forwarded_for", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:51234", "192.0.2.7"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]:51234", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("::ffff:192.0.2.7", "192.0.2.7"),  # the same person over a socket that speaks both
        ("10.0.0.1, 203.0.113.5, 192.0.2.7:443", "192.0.2.7"),  # all before the last hop is the sender's word
        (" 192.0.2.7 ", "192.0.2.7"),
    ],
)
def test_the_last_hop_counts_without_its_port(forwarded_for: str, address: str) -> None:
    assert str(client_address(forwarded_for)) == address


@pytest.mark.parametrize(
    "forwarded_for", ["", ",", "192.0.2.7,", "unknown", "_hidden", "192.0.2", "192.0.2.7:1:2", "[x]"]
)
def test_what_is_no_address_is_none(forwarded_for: str) -> None:
    assert client_address(forwarded_for) is None


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        ("192.0.2.255", "192.0.2.0/24"),
        ("192.0.3.0", "192.0.3.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("2001:db8:1:ffff::", "2001:db8:1::/48"),
        ("2001:db8:2::", "2001:db8:2::/48"),
        ("fe80::1%eth0", "fe80::/48"),
    ],
)
def test_neighbours_are_counted_together(address: str, network: str) -> None:
    assert network_of(client_address(address)) == network


def test_requests_without_an_address_are_counted_together() -> None:
    assert network_of(None) == UNKNOWN


@given(st.text(max_size=60) | st.text(alphabet="0123456789abcdef:.,[]% ", max_size=60))
def test_whatever_is_sent_a_network_comes_out(forwarded_for: str) -> None:
    assert network_of(client_address(forwarded_for))
