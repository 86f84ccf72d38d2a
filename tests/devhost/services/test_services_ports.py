"""The nine ports: named once, refused before anything starts."""

import socket
from contextlib import closing

import pytest

from devhost.command.exits import Exit, RefusedError
from devhost.services.ports import Ports, choose_base, free, refuse_busy


def listen(port: int) -> closing[socket.socket]:
    return closing(socket.create_server(("127.0.0.1", port)))


def test_nine_ports_in_a_row_each_have_a_name() -> None:
    ports = Ports(7071)

    assert list(ports.named()) == list(range(7071, 7080))
    assert ports.named()[ports.vault] == "vault"
    assert ports.named()[ports.smtp] == "mail catcher"
    assert (ports.app, ports.shop, ports.desk, ports.mail, ports.blob, ports.queue, ports.table) == (
        7071,
        7072,
        7073,
        7074,
        7077,
        7078,
        7079,
    )


def test_a_port_somebody_listens_on_is_not_free() -> None:
    ports = choose_base()

    assert free(ports.desk)
    with listen(ports.desk):
        assert not free(ports.desk)
    assert free(ports.desk)


def test_a_busy_port_is_refused_by_number_and_name_with_what_to_do() -> None:
    ports = choose_base()

    with listen(ports.desk), pytest.raises(RefusedError) as refused:
        refuse_busy(ports, needed=list(ports.named()), command="up")

    assert refused.value.code is Exit.PORT_BUSY
    assert refused.value.sentence.startswith(f"Port {ports.desk} (desk site) is in use")
    assert f"./dev up --port {ports.base + 100}" in refused.value.sentence


def test_a_busy_port_that_is_not_needed_is_nobodys_concern() -> None:
    ports = choose_base()

    with listen(ports.shop):
        refuse_busy(ports, needed=[ports.vault, ports.blob], command="services")
