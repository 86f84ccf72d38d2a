"""host.json, local.settings.json and keys: what is read, what wins, and the sentence for what is wrong."""

import json
from pathlib import Path

import pytest

from devhost.host.functions import AppRefusedError, HttpFunction, Level
from devhost.host.keys import Keys, load_keys, presented_key, refusal
from devhost.host.settings import load_settings


def write(file: Path, content: object) -> Path:
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return file


@pytest.fixture
def app_dir(tmp_path: Path) -> Path:
    write(tmp_path / "host.json", {"version": "2.0"})
    return tmp_path


def test_the_environment_wins_over_the_file(app_dir: Path) -> None:
    write(app_dir / "local.settings.json", {"Values": {"A": "file", "B": "file"}})

    settings = load_settings(app_dir, fallback=None, environment={"A": "environment"})

    assert settings.values == {"A": "environment", "B": "file"}


def test_the_fallback_is_read_only_without_local_settings(app_dir: Path) -> None:
    fallback = write(app_dir / "other.json", {"Values": {"A": "fallback"}})

    assert load_settings(app_dir, fallback=fallback, environment={}).values == {"A": "fallback"}
    write(app_dir / "local.settings.json", {"Values": {}})
    assert load_settings(app_dir, fallback=fallback, environment={}).values == {}


@pytest.mark.parametrize(
    ("host", "prefix"),
    [
        ({"version": "2.0"}, "api"),
        ({"version": "2.0", "extensions": {"http": {"routePrefix": ""}}}, ""),
        ({"version": "2.0", "extensions": {"http": {"routePrefix": "/v1/"}}}, "v1"),
    ],
)
def test_the_prefix_is_api_unless_host_json_says_otherwise(app_dir: Path, host: object, prefix: str) -> None:
    write(app_dir / "host.json", host)

    assert load_settings(app_dir, fallback=None, environment={}).route_prefix == prefix


def test_app_settings_decide_about_homepage_body_and_disabled_functions(app_dir: Path) -> None:
    environment = {
        "AzureWebJobsDisableHomepage": "True",
        "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT": "5",
        "AzureWebJobs.f.Disabled": "1",
    }
    settings = load_settings(app_dir, fallback=None, environment=environment)
    plain = load_settings(app_dir, fallback=None, environment={})

    assert (settings.has_homepage, settings.largest_body, settings.disabled("f")) == (False, 5, True)
    assert (plain.has_homepage, plain.largest_body, plain.disabled("f")) == (True, 104_857_600, False)


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        ("host.json", {}, '"version": "2.0"'),
        ("host.json", "{", "host.json is not JSON"),
        ("host.json", [], "must hold a JSON object"),
        ("local.settings.json", {"IsEncrypted": True}, "encrypted"),
        ("local.settings.json", {"Values": {"A": 1}}, "the value of A must be text"),
        ("local.settings.json", {"Values": {"FUNCTIONS_WORKER_RUNTIME": "node"}}, "must be python"),
        ("local.settings.json", {"Values": {"FUNCTIONS_REQUEST_BODY_SIZE_LIMIT": "1 MB"}}, "number of bytes"),
    ],
)
def test_a_wrong_file_is_refused_in_a_sentence(app_dir: Path, file: str, content: object, sentence: str) -> None:
    write(app_dir / file, content)

    with pytest.raises(AppRefusedError, match=sentence):
        load_settings(app_dir, fallback=None, environment={})


def test_a_missing_host_json_is_named(tmp_path: Path) -> None:
    with pytest.raises(AppRefusedError, match=r"host\.json is missing"):
        load_settings(tmp_path, fallback=None, environment={})


KEYS = Keys(master=("m",), host=("h",), functions={"f": ("k",)})


def a_function(level: Level, name: str = "f") -> HttpFunction:
    return HttpFunction(name, name, "req", "x", frozenset(), level)


@pytest.mark.parametrize(
    ("level", "key", "disabled", "status"),
    [  # [src] AuthUtility, FunctionInvocationMiddleware
        (Level.ANONYMOUS, "", False, None),
        (Level.ANONYMOUS, "wrong", False, None),
        (Level.FUNCTION, "", False, 401),
        (Level.FUNCTION, "wrong", False, 401),
        (Level.FUNCTION, "k", False, None),
        (Level.FUNCTION, "h", False, None),
        (Level.FUNCTION, "m", False, None),
        (Level.ADMIN, "k", False, 401),
        (Level.ADMIN, "h", False, 401),
        (Level.ADMIN, "m", False, None),
        (Level.FUNCTION, "", True, 401),  # the key first, then whether it is off
        (Level.FUNCTION, "k", True, 404),
        (Level.ANONYMOUS, "", True, 404),
        (Level.FUNCTION, "m", True, None),  # the master key reaches a disabled function
    ],
)
def test_a_key_opens_what_its_level_says(level: Level, key: str, disabled: bool, status: int | None) -> None:  # noqa: FBT001 - a column of the table
    function = a_function(level)

    assert refusal(function, granted=KEYS.level(function, key), disabled=disabled) == status


def test_a_functions_key_opens_no_other_function() -> None:
    assert KEYS.level(a_function(Level.FUNCTION, "g"), "k") is Level.ANONYMOUS


def test_the_header_wins_over_the_query() -> None:
    assert presented_key({"x-functions-key": "a"}, {"code": "b"}) == "a"
    assert presented_key({}, {"code": "b"}) == "b"


def test_a_keys_file_is_read(tmp_path: Path) -> None:
    file = write(tmp_path / "keys.json", {"master": "m", "host": ["h"], "functions": {"f": ["k"]}})

    assert load_keys(file) == KEYS
    assert load_keys(None) == Keys()


@pytest.mark.parametrize("content", ["{", "[]"])
def test_a_wrong_keys_file_is_named(tmp_path: Path, content: str) -> None:
    file = write(tmp_path / "keys.json", content)

    with pytest.raises(AppRefusedError, match=r"keys\.json cannot be read"):
        load_keys(file)
