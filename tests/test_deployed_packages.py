"""What is deployed is what is used: packages that must carry the app do, and none is shipped that nothing imports."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
START = "function_app"

# Packages the app is to stand on, and the name each is imported by.
DEMANDED = {
    "azure-functions": "azure.functions",
    "azure-data-tables": "azure.data.tables",
    "azure-storage-blob": "azure.storage.blob",
    "azure-keyvault-secrets": "azure.keyvault.secrets",
    "pyotp": "pyotp",
    "msal": "msal",
    "pydantic": "pydantic",
    "pyjwt": "jwt",
}
# Those that no door leads to yet, with the issue that brings them. The list only shrinks.
STILL_TO_COME = {
    "azure-storage-blob": "issue 5: files of an organisation",
    "pyotp": "issue 4: one-time codes",
    "msal": "the issue of signing in with Microsoft Entra ID, not filed yet",
}
IMPORTED_AS = DEMANDED | {
    "azure-identity": "azure.identity",
    "azure-storage-queue": "azure.storage.queue",
    "argon2-cffi": "argon2",
    "pydantic-settings": "pydantic_settings",
}


@cache
def imports_of(path: Path) -> frozenset[str]:
    """Name all that a file imports when it runs, inside functions too; what only type checkers read does not count."""
    return frozenset(_imports(ast.parse(path.read_text("utf-8"))))


def _imports(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
        return
    for child in ast.iter_child_nodes(node):
        yield from _imports(child)


def file_of(module: str) -> Path | None:
    place = ROOT / module.replace(".", "/")
    return next((path for path in (place.with_suffix(".py"), place / "__init__.py") if path.is_file()), None)


@cache
def reached() -> frozenset[str]:
    """Follow the imports from the entry point, through our own rooms, to every name they lead to."""
    seen: set[str] = set()
    waiting = [START]
    while waiting:
        module = waiting.pop()
        path = file_of(module)
        if module in seen or path is None:
            seen.add(module)
            continue
        seen.add(module)
        waiting += imports_of(path)
    return frozenset(seen)


def leads_to(modules: frozenset[str], imported_as: str) -> bool:
    return any(f"{module}.".startswith(f"{imported_as}.") for module in modules)


@cache
def pinned() -> frozenset[str]:
    return frozenset(re.findall(r"^([a-z0-9-]+)==\S+ ?(?:;[^\\]*)?\\\n +--hash=", _requirements("txt"), re.MULTILINE))


def wanted() -> list[str]:
    return re.findall(r"^([a-z0-9-]+)", _requirements("in"), re.MULTILINE)


def _requirements(ending: str) -> str:
    return (ROOT / f"requirements.{ending}").read_text("utf-8")


@pytest.mark.parametrize("package", sorted(DEMANDED.keys() - STILL_TO_COME))
def test_what_the_app_is_to_stand_on_is_pinned_with_hashes_and_reached_from_the_entry_point(package: str) -> None:
    assert package in pinned()
    assert leads_to(reached(), DEMANDED[package])


@pytest.mark.parametrize("package", sorted(STILL_TO_COME))
def test_what_is_reached_has_left_the_list_of_those_still_to_come(package: str) -> None:
    assert not leads_to(reached(), DEMANDED[package])


@pytest.mark.parametrize("package", wanted())
def test_every_package_that_is_deployed_is_imported_somewhere_or_says_what_it_waits_for(package: str) -> None:
    files = [path for room in ("functions", "shared") for path in (ROOT / room).rglob("*.py")]
    everywhere = frozenset(name for path in files for name in imports_of(path))

    assert leads_to(everywhere, IMPORTED_AS.get(package, package))


def test_the_list_of_what_is_to_come_names_only_what_is_demanded() -> None:
    assert STILL_TO_COME.keys() <= DEMANDED.keys()


def test_every_pin_has_a_version_and_a_hash() -> None:
    lines = re.findall(r"^[a-z0-9][^\n]*", _requirements("txt"), re.MULTILINE)

    assert len(lines) == len(pinned()) > len(wanted())
    assert set(wanted()) <= pinned()


def test_the_local_host_and_the_tools_of_development_are_not_deployed() -> None:
    assert not {"azure-functions-runtime", "azure-functions-runtime-v1", "pytest", "uvicorn", "typer"} & pinned()
