"""A demo site as a user starts it: it says READY, stops when told, and says why it cannot start."""

import http.client
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from devhost.sites import desk

pytestmark = pytest.mark.slow

ISSUER = "http://localhost:7071/id"


def command(site: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", f"devhost.sites.{site}", "--issuer", ISSUER, *arguments]


def start(*line: str) -> subprocess.Popen[str]:
    return subprocess.Popen(line, stdout=subprocess.PIPE, text=True)


def fails(*line: str) -> str:
    ended = subprocess.run(line, capture_output=True, text=True, check=False)
    assert ended.returncode != 0
    assert "Traceback" not in ended.stderr
    return ended.stderr


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_the_shop_says_ready_serves_without_its_issuer_and_stops_when_told(stop: signal.Signals) -> None:
    with start(*command("shop", "--port", "0")) as shop:
        assert shop.stdout is not None
        ready = re.fullmatch(r"READY http://shop\.localhost:(\d+)\n", shop.stdout.readline())
        assert ready is not None
        with socket.create_connection(("127.0.0.1", int(ready[1]))):  # an open connection must not keep it up
            page = httpx2.get(
                f"http://127.0.0.1:{ready[1]}/", headers={"host": f"shop.localhost:{ready[1]}"}, trust_env=False
            )
            shop.send_signal(stop)
            rest = shop.stdout.read()
            shop.wait(timeout=10)

    assert page.status_code == 200
    assert rest == ""


def test_a_request_that_hangs_on_a_silent_issuer_is_hung_up_when_the_site_stops() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        issuer = f"http://127.0.0.1:{silent.getsockname()[1]}/id"
        with start(*command("shop", "--port", "0", "--issuer", issuer)) as shop:
            assert shop.stdout is not None
            visitor = http.client.HTTPConnection("127.0.0.1", int(shop.stdout.readline().rpartition(":")[2]))
            visitor.request("GET", "/sign-in", headers={"Host": "shop.localhost"})
            question, _ = silent.accept()
            with question:
                shop.terminate()
                with pytest.raises(http.client.RemoteDisconnected):  # and not the page that says the issuer is away
                    visitor.getresponse()
            visitor.close()


def test_the_desk_says_ready(tmp_path: Path) -> None:
    (tmp_path / desk.BUNDLE).parent.mkdir(parents=True)
    (tmp_path / desk.BUNDLE).touch()

    with start(*command("desk", "--port", "0", "--node-modules", str(tmp_path))) as site:
        assert site.stdout is not None
        assert re.fullmatch(r"READY http://desk\.localhost:\d+\n", site.stdout.readline())
        site.terminate()


def test_a_busy_port_is_named_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        words = fails(*command("shop", "--port", port))

    assert words == f"Port {port} on 127.0.0.1 is taken by another program; choose another with --port.\n"


def test_a_missing_client_library_says_what_installs_it(tmp_path: Path) -> None:
    words = fails(*command("desk", "--port", "0", "--node-modules", str(tmp_path)))

    assert f"oidc-client-ts is not installed in {tmp_path}; `./dev up` installs it" in words


def test_a_missing_ca_file_is_named() -> None:
    assert "there is no CA file absent.pem" in fails(*command("shop", "--port", "0", "--ca", "absent.pem"))
