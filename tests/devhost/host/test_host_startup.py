"""Starting and stopping the local host as a developer does: what it says, how it ends, and what it will not serve."""

import ipaddress
import signal
import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.devhost.host.hosted import APPS, Hosted, hosting, refused

pytestmark = pytest.mark.slow


def test_the_start_names_the_libraries_and_every_function(rules: Hosted) -> None:
    said = "\n".join(rules.seen)

    assert "azure-functions-runtime 1.3." in said
    assert "azure-functions 2." in said
    assert "  a_literal: /api/items/special [GET] anonymous" in said
    assert "  keyed: /api/keyed [every method] function" in said


@pytest.mark.parametrize(
    ("app", "sentence"),
    [
        (
            "unbound",
            "FunctionLoadError: cannot load the item function: the following parameters are declared in Python",
        ),
        ("twice", "Function same does not have a unique function name"),
        ("two_apps", "More than one"),
        ("empty", "declares no functions"),
        ("reserved", "conflicts with one of the host's own"),
        ("type_checking", "name 'Decimal' is not defined"),
        ("broken", "No module named 'a_package_that_is_not_there'"),
    ],
)
def test_an_app_the_worker_library_refuses_ends_with_its_own_words(app: str, sentence: str) -> None:
    code, said = refused(APPS / app)

    assert code == 1
    assert sentence in said


def test_a_taken_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said = refused(APPS / "rules", "--port", str(port))

    assert (code, said.strip()) == (1, f"port {port} is taken or cannot be used")


def test_a_folder_without_host_json_is_refused_in_one_sentence(tmp_path: Path) -> None:
    assert refused(tmp_path) == (1, "host.json is missing or cannot be read\n")


@pytest.mark.parametrize(
    ("ending", "path", "began"), [(signal.SIGINT, "slow", "slow"), (signal.SIGTERM, "stuck", "stuck")]
)
def test_a_signal_ends_the_host_even_in_the_middle_of_a_call(ending: signal.Signals, path: str, began: str) -> None:
    with hosting(APPS / "rules") as hosted, socket.create_connection(("127.0.0.1", hosted.port)) as waiting:
        waiting.sendall(f"GET /api/{path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        hosted.wait_for(f"{began} began")

        assert hosted.stop(ending) == 0


def a_certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    day = datetime(2026, 1, 1, tzinfo=UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key(), serial_number=7)
        .not_valid_before(day)
        .not_valid_after(day.replace(year=2126))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    certfile, keyfile = folder / "cert.pem", folder / "key.pem"
    certfile.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    keyfile.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certfile, keyfile


def handshake(hosted: Hosted, cafile: Path, *, version: ssl.TLSVersion, ciphers: str | None = None) -> str:
    context = ssl.create_default_context(cafile=str(cafile))
    context.minimum_version = context.maximum_version = version
    if ciphers:
        context.set_ciphers(ciphers)
    with (
        socket.create_connection(("127.0.0.1", hosted.port)) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as wrapped,
    ):
        wrapped.sendall(b"GET /api/echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert b'"url": "https://localhost/api/echo"' in b"".join(iter(lambda: wrapped.recv(4096), b""))
        return (wrapped.version() or "") + " " + (wrapped.cipher() or ("", "", 0))[0]


def test_tls_is_1_3_or_1_2_with_ephemeral_keys_only(tmp_path: Path) -> None:
    certfile, keyfile = a_certificate(tmp_path)
    with hosting(APPS / "rules", "--certfile", str(certfile), "--keyfile", str(keyfile)) as hosted:
        assert hosted.address.startswith("https://localhost:")
        assert handshake(hosted, certfile, version=ssl.TLSVersion.TLSv1_3).startswith("TLSv1.3")
        assert handshake(hosted, certfile, version=ssl.TLSVersion.TLSv1_2).startswith("TLSv1.2 ECDHE-")
        with pytest.raises(ssl.SSLError):
            handshake(
                hosted, certfile, version=ssl.TLSVersion.TLSv1_2, ciphers="AES128-GCM-SHA256:DHE+AESGCM:ECDHE+SHA"
            )
        with pytest.warns(DeprecationWarning, match="TLSv1_1"), pytest.raises(ssl.SSLError):
            handshake(hosted, certfile, version=ssl.TLSVersion.TLSv1_1)
