"""What a checkout remembers between runs, and what its settings are."""

import json
import os
import ssl
import stat
from pathlib import Path

import pytest
from cryptography import x509

from devhost.command.exits import Exit, RefusedError
from devhost.services.certificates import NAMES, certificates
from devhost.services.chromium import find_chromium
from devhost.services.ports import Ports
from devhost.services.settings import SAMPLE, app_settings, overrides, sample_file
from devhost.services.state import State, held, make_fresh, read_running, write_private


def test_the_sample_file_is_what_the_default_ports_give() -> None:
    assert SAMPLE.read_text("utf-8") == sample_file()


def test_on_the_default_ports_the_app_needs_no_setting_beside_the_sample_file() -> None:
    assert overrides(app_settings(Ports(), State())) == {}


def test_on_other_ports_every_address_moves_along() -> None:
    changed = overrides(app_settings(Ports(9000), State(), https=True))

    assert changed["SLUIS_ISSUER"] == "https://localhost:9000/id"
    assert changed["SLUIS_VAULT_URL"] == "https://localhost:9005"
    assert changed["SLUIS_MAIL"] == "smtp://localhost:9004"
    assert "TableEndpoint=http://127.0.0.1:9008/devstoreaccount1;" in changed["SLUIS_STORAGE"]
    assert "707" not in "".join(changed.values())


def test_a_fresh_start_forgets_the_state_and_keeps_what_is_installed(tmp_path: Path) -> None:
    for name in ("azurite", "vault", "mail", "node", "browsers", "tls"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").touch()
    for name in ("vault-ca.pem", "up.json", "ca.pem"):
        (tmp_path / name).touch()

    make_fresh(State(tmp_path))

    assert {entry.name for entry in tmp_path.iterdir()} == {"node", "browsers", "tls", "ca.pem"}


def test_only_one_may_run_on_a_state(tmp_path: Path) -> None:
    with held(State(tmp_path)), pytest.raises(RefusedError, match="already runs") as refused, held(State(tmp_path)):
        pass

    assert refused.value.code is Exit.PORT_BUSY
    with held(State(tmp_path)):
        pass


def test_what_is_written_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    write_private(tmp_path / "up.json", "{}")

    assert stat.S_IMODE((tmp_path / "up.json").stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["up.json"]


@pytest.mark.parametrize("text", ["", "{}", json.dumps({"pid": 2**22 + 1}), "not json"])
def test_a_leftover_of_a_killed_run_counts_as_nothing_running(tmp_path: Path, text: str) -> None:
    (tmp_path / "up.json").write_text(text)

    with pytest.raises(RefusedError, match="Nothing runs here"):
        read_running(State(tmp_path))


def test_what_runs_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "up.json").write_text(json.dumps({"pid": os.getpid(), "settings": {}}))

    assert read_running(State(tmp_path))["settings"] == {}


def test_the_certificate_names_every_site_and_its_authority_is_kept(tmp_path: Path) -> None:
    made = certificates(State(tmp_path))
    served = x509.load_pem_x509_certificate(made.certfile.read_bytes())
    names = served.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    authority = made.ca.read_bytes()

    assert {str(name.value) for name in names} == set(NAMES)
    assert stat.S_IMODE(made.keyfile.stat().st_mode) == 0o600
    assert certificates(State(tmp_path)) == made
    assert made.ca.read_bytes() == authority
    served.verify_directly_issued_by(x509.load_pem_x509_certificate(authority))
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(made.certfile, made.keyfile)


def test_a_browser_on_the_path_is_taken_before_playwrights(tmp_path: Path) -> None:
    bundled = tmp_path / "chromium-1200" / "chrome-linux64" / "chrome"
    bundled.parent.mkdir(parents=True)
    bundled.touch()
    on_path = tmp_path / "bin" / "chromium"
    on_path.parent.mkdir()
    on_path.touch(mode=0o755)

    assert find_chromium(tmp_path, on_path=str(on_path.parent)) == on_path
    assert find_chromium(tmp_path, on_path=str(tmp_path / "empty")) == bundled


def test_without_a_browser_one_sentence_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="The tests need Chromium: install it") as refused:
        find_chromium(tmp_path, on_path=str(tmp_path))

    assert refused.value.code is Exit.TO_INSTALL
