"""The shape of the house: what no linter checks of it, checked here (`./dev check` runs this file alone)."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from shared.config import BY_ENVIRONMENT, PREFIX
from shared.domain.events import EVENT_NAMES
from shared.web.locales import LOCALES, sentences

ROOT = Path(__file__).parents[1]
DEPLOYED = ("functions", "shared")
ROOMS = (*DEPLOYED, "devhost", "bench", "cli", "verify")

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
DEEPEST = {"shared/domain": 2, "functions": 2}
DEEPEST_ELSEWHERE = 3

# The file of the rule, not of us: it has to name what it forbids.
NAMES_WHAT_IT_FORBIDS = {"tests/test_shape.py", "tests/test_no_skips.py", "tests/no_skips.py"}
SAY_NOTHING = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc", "service", "base"}
NOT_REAL = re.compile(
    r"unittest\.mock|\bmonkeypatch\.set(?:attr|item)\b|\bmark\.(?:skip|xfail)|\bpytest\.(?:skip|xfail|importorskip)\b"
)
NOQA_WITH_REASON = re.compile(r"# noqa: [A-Z]+[0-9]+(?:, [A-Z]+[0-9]+)*\s+\S+")

INDEX = """
import json, function_app
print(json.dumps([one.get_trigger().get_dict_repr() for one in function_app.app.get_functions()], default=str))
"""

# Events that the catalogue freezes before the flow that tells them exists, with the issue that brings it. It only shrinks.
NOT_YET_TOLD = {
    "chain.closed": 5,
    "chain.ended": 5,
    "data.restored": 8,
    "environment.stamped": 6,
    "key.created": 6,
    "member.joined": 5,
    "member.left": 5,
}


@cache
def read(path: Path) -> str:
    return path.read_text("utf-8")


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(read(path))


def files(*rooms: str) -> list[Path]:
    return [ROOT / "function_app.py", *(path for room in rooms for path in sorted((ROOT / room).rglob("*.py")))]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


type Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def depth(node: ast.AST) -> int:
    """Count how deep blocks stand in one another. `elif` and the arms of `match` are no deeper; inner functions are apart."""
    deepest = 0
    for name, value in ast.iter_fields(node):
        children = [child for child in (value if isinstance(value, list) else [value]) if isinstance(child, ast.AST)]
        elif_ = isinstance(node, ast.If) and name == "orelse" and len(children) == 1
        for child in children:
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
                continue
            block = isinstance(
                child, ast.If | ast.For | ast.AsyncFor | ast.While | ast.With | ast.AsyncWith | ast.Try | ast.Match
            )
            deepest = max(deepest, depth(child) + (block and not (elif_ and isinstance(child, ast.If))))
    return deepest


def imported(path: Path) -> set[str]:
    """Name every module a file imports, wherever in it, with what it takes from there."""
    found = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_no_file_is_longer_than_300_lines() -> None:
    lengths = {named(path): len(read(path).splitlines()) for path in files(*ROOMS, "tests")}

    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_longer_than_40_lines() -> None:
    lengths = {
        f"{named(path)}:{function.name}": (function.end_lineno or 0) - function.lineno + 1
        for path in files(*ROOMS, "tests")
        for function in functions(path)
    }

    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_blocks_do_not_stand_deep_in_one_another() -> None:
    too_deep = [
        f"{named(path)}:{function.name}"
        for path in files(*ROOMS)
        for function in functions(path)
        if depth(function) > next((n for room, n in DEEPEST.items() if named(path).startswith(room)), DEEPEST_ELSEWHERE)
    ]

    assert too_deep == []


def test_every_file_says_in_its_first_line_why_it_exists() -> None:
    silent = [
        named(path)
        for path in files(*ROOMS, "tests")
        if not read(path).startswith('"""') or not (ast.get_docstring(parsed(path)) or "").partition("\n")[0].strip()
    ]

    assert silent == []


def test_no_file_or_folder_has_a_name_that_says_nothing() -> None:
    names = {named(path): set(path.relative_to(ROOT).with_suffix("").parts) for path in files(*ROOMS, "tests")}

    # `devhost/services` runs real services; the singular names a layer nobody can explain.
    assert {name for name, parts in names.items() if parts & SAY_NOTHING} == set()


def test_every_rule_has_a_test_file_of_its_name() -> None:
    rules = {path.stem for path in (ROOT / "shared/domain").rglob("*.py")} - {"__init__"}
    tested = {path.stem.removeprefix("test_") for path in (ROOT / "tests/domain").rglob("test_*.py")}

    assert rules - tested == set()


def test_every_rule_s_test_file_tests_something_by_a_sentence() -> None:
    for path in (ROOT / "tests/domain").rglob("test_*.py"):
        sentences_ = [function.name for function in functions(path) if function.name.startswith("test_")]
        assert sentences_, named(path)
        assert [name for name in sentences_ if name.count("_") < 3] == [], named(path)


def test_every_setting_of_development_is_in_the_sample_and_nothing_else() -> None:
    sample = json.loads(read(ROOT / "local.settings.sample.json"))["Values"]
    settings = {f"{PREFIX}{name.upper()}" for name in BY_ENVIRONMENT["development"].model_fields}

    assert {name for name in sample if name.startswith(PREFIX)} == settings


def test_every_setting_is_in_the_contract() -> None:
    contract = read(ROOT / "docs/contract.md")
    settings = {f"{PREFIX}{name.upper()}" for kind in BY_ENVIRONMENT.values() for name in kind.model_fields}

    assert {name for name in settings if f"`{name}`" not in contract} == set()


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_says_the_same_things(locale: str) -> None:
    written = json.loads(read(ROOT / f"shared/web/locales/{locale}.json"))

    assert set(written) == set(sentences("en"))
    assert {path.stem for path in (ROOT / "shared/web/locales").iterdir()} == set(LOCALES)


def test_every_event_of_the_catalogue_is_told_by_some_flow_or_waits_for_its_issue() -> None:
    spoken = {
        node.value
        for path in (ROOT / "shared/flows").rglob("*.py")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }

    assert {name for name in EVENT_NAMES if name not in spoken} == set(NOT_YET_TOLD)


def test_the_twin_in_memory_is_for_tests_and_benchmarks_and_nothing_deployed_knows_the_rest_of_the_house() -> None:
    outside = {"tests", "bench", "devhost", "cli", "verify"}
    reaching = {named(path): {name.partition(".")[0] for name in imported(path)} for path in files(*DEPLOYED)}

    assert {name for name, tops in reaching.items() if tops & outside} == set()
    assert {
        named(path)
        for path in files("devhost", "cli", "verify")
        if any(name.partition(".")[0] in {"tests", "bench"} for name in imported(path))
    } == set()


def test_an_error_becomes_a_protocol_s_word_in_one_place_only() -> None:
    hits = [named(path) for path in files(*ROOMS) for line in read(path).splitlines() if '"invalid_grant"' in line]

    assert hits == ["shared/web/errors.py"]


def test_table_keys_are_born_in_one_place_and_spoken_in_another() -> None:
    hits = {named(path) for path in files(*DEPLOYED) if "PartitionKey" in read(path)}

    spoken = {"shared/storage/tables.py", "shared/storage/wire_requests.py"}
    assert hits <= {"shared/storage/layout.py", *spoken}


def test_tests_use_real_parts_and_none_is_left_out() -> None:
    paths = [path for path in files(*ROOMS, "tests") if named(path) not in NAMES_WHAT_IT_FORBIDS]

    assert [named(path) for path in paths if NOT_REAL.search(read(path))] == []


def test_every_exception_to_a_rule_has_its_reason_on_the_line() -> None:
    bare = [
        f"{named(path)}:{number}"
        for path in files(*ROOMS, "tests")
        if named(path) not in NAMES_WHAT_IT_FORBIDS
        for number, line in enumerate(read(path).splitlines(), 1)
        if "# noqa" in line and NOQA_WITH_REASON.search(line) is None
    ]

    assert bare == []


def test_every_door_takes_all_methods_and_no_function_key_guards_any() -> None:
    # In an interpreter of its own: the library lets an app be indexed once. It refuses two functions of one name itself.
    indexed = subprocess.run([sys.executable, "-c", INDEX], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    doors = [door for door in json.loads(indexed) if door["type"] == "httpTrigger"]

    # With `methods` the host answers all others with a bare 404; ours is a 405 that says what is allowed.
    assert [door["route"] for door in doors if door.get("methods")] == []
    assert {door["authLevel"].lower() for door in doors} == {"anonymous"}
    assert len({door["route"] for door in doors}) == len(doors) > 0
