"""The documents tell the truth: what they name exists, and what exists is named."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

import function_app
from devhost.command import line
from devhost.command.exits import Exit
from devhost.seeds.model import Seed, SeedAccount, SeedClient, SeedOrganisation, SeedProfile, read_seed
from shared.config import BY_ENVIRONMENT, PREFIX
from shared.domain import lifetimes, lockout
from shared.domain.events import EVENT_NAMES
from shared.domain.times import MINUTE, SECOND
from shared.settings_at_import import ISSUER_PATH
from shared.storage import layout
from shared.web.errors import BUG, WIRE

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("infra/*.md")], key=str)
ROOMS = ("functions", "shared")
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
# What in backticks is a file or folder of ours: it has a slash or an ending that our files have.
FILE = re.compile(r"[\w.-]+(?:/[\w.-]+)*/?")
ENDINGS = (".py", ".md", ".json", ".txt", ".in", ".toml", "/")


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def named_in(document: str) -> set[str]:
    return set(CODE.findall(FENCE.sub("", document)))


def anchors(document: str) -> set[str]:
    """Spell headings as anchors, as GitHub does."""
    titles = re.findall(r"^#+ (.+)$", FENCE.sub("", document), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def dictionary_keys(module: str, function: str) -> set[str]:
    """Find the texts that name the members of every dictionary that a function spells out."""
    tree = ast.parse(read(module))
    (found,) = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == function)
    spelled = (key for node in ast.walk(found) if isinstance(node, ast.Dict) for key in node.keys)
    return {str(key.value) for key in spelled if isinstance(key, ast.Constant)}


def written_fields() -> Iterator[str]:
    tree = ast.parse(read("shared/storage/records.py"))
    names = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for name in names:
        if name.startswith("from_"):
            yield from dictionary_keys("shared/storage/records.py", name)


def commands() -> dict[str, set[str]]:
    """List each command of ./dev with its options."""
    built = typer.main.get_command(line.build(ROOT))
    assert isinstance(built, TyperGroup)
    return {
        name: {option for parameter in command.params for option in parameter.opts}
        for name, command in built.commands.items()
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    broken = []
    for target in LINK.findall(FENCE.sub("", document.read_text("utf-8"))):
        place, _, anchor = target.partition("#")
        if "://" in target:
            continue
        path = (document.parent / place) if place else document
        if not path.exists() or (anchor and anchor not in anchors(path.read_text("utf-8"))):
            broken.append(target)

    assert broken == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_document_names_a_place_on_somebodys_machine(document: Path) -> None:
    text = document.read_text("utf-8")
    ours = [f"{place}/" for place in (ROOT, Path.home()) if len(place.parts) > 1]

    assert [place for place in ours if place in text] == []
    assert re.findall(r"(?<![\w.:/])/(?:home|Users|root|tmp|mnt|srv)/\S*", text) == []


@pytest.mark.parametrize(
    "document",
    [path for path in DOCUMENTS if path.name != "CONTRIBUTING.md"],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_every_source_file_a_document_names_exists(document: Path) -> None:
    named = {
        name
        for name in named_in(document.read_text("utf-8"))
        if FILE.fullmatch(name) and name.startswith(("functions/", "shared/", "devhost/", "tests/", "docs/", "infra/"))
    }

    assert sorted(name for name in named if not (ROOT / name).exists()) == []


def test_everything_the_map_names_exists() -> None:
    places = {name for name in named_in(read("docs/map.md")) if FILE.fullmatch(name) and name.endswith(ENDINGS)}

    assert len(places) > 100
    assert sorted(place for place in places if not (ROOT / place).exists()) == []


def test_the_map_names_every_file_of_the_deployed_rooms() -> None:
    named = named_in(read("docs/map.md"))
    there = {str(path.relative_to(ROOT)) for room in ROOMS for path in (ROOT / room).rglob("*.py")}

    assert sorted(path for path in there if not path.endswith("__init__.py") and path not in named) == []


def test_the_map_names_every_room_of_devhost_and_everything_at_the_top() -> None:
    named = named_in(read("docs/map.md"))
    rooms = {f"{path.parent.relative_to(ROOT)}/" for path in ROOT.glob("devhost/*/__init__.py")}
    top = {path.name for ending in ("*.py", "*.json", "*.toml", "*.txt", "*.in") for path in ROOT.glob(ending)}

    assert sorted((rooms | top) - named - {"local.settings.json"}) == []


def test_storage_names_every_table_container_queue_and_row() -> None:
    storage = read("docs/storage.md")
    places = (*layout.TABLES, *layout.CONTAINERS, *layout.QUEUES)
    rows = {
        value
        for name, value in vars(layout).items()
        if name.isupper() and isinstance(value, str) and re.match(r"[0-9a-z]", value)
    }

    assert [place for place in places if f"`{place}`" not in storage] == []
    assert sorted(row for row in rows if not re.search(rf"[`~]{re.escape(row)}[`~]", storage)) == []


def test_storage_names_every_field_of_every_row() -> None:
    named = named_in(read("docs/storage.md"))

    assert sorted(set(written_fields()) - named) == []


def test_the_contract_names_every_event_of_the_catalogue_and_no_other() -> None:
    _, _, section = read("docs/contract.md").partition("\n## Events\n")
    named = {name for row in re.findall(r"^\| (`.+?) \|", section, re.MULTILINE) for name in CODE.findall(row)}

    assert named == set(EVENT_NAMES)


def test_the_contract_says_which_events_are_not_written_yet() -> None:
    (reserved,) = (
        row
        for row in read("docs/contract.md").splitlines()
        if row.endswith("| | reserved: named, and not written yet |")
    )
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "shared" / "flows").glob("*.py"))

    assert {name for name in EVENT_NAMES if f'"{name}"' not in sources} == set(CODE.findall(reserved))


def test_the_contract_names_every_setting_and_no_other() -> None:
    settings = {f"{PREFIX}{name.upper()}" for kind in BY_ENVIRONMENT.values() for name in kind.model_fields}
    named = {name for name in named_in(read("docs/contract.md")) if name.startswith(PREFIX)}

    assert named - {"SLUIS_CHROMIUM"} == settings


def test_the_contract_names_every_route_and_no_other() -> None:
    rows = re.findall(r"^\| `([^`]+)` \| `(\w+)` \| (?:GET|POST)", read("docs/contract.md"), re.MULTILINE)
    routes = {
        (str(said["route"]), str(function.get_function_name()))
        for function in function_app.app.get_functions()
        if "route" in (said := function.get_trigger().get_dict_repr())  # type: ignore[union-attr] # every function of ours has a trigger
    }
    below = f"{ISSUER_PATH.lstrip('/')}/" if ISSUER_PATH else ""

    assert {(route.removeprefix(below), name) for route, name in routes} == set(rows)


def test_the_contract_names_every_exit_code() -> None:
    contract = read("docs/contract.md")

    assert [code for code in Exit if f"| {code.value} | `{code.name}` |" not in contract] == []


def test_the_contract_names_every_error_of_the_protocol() -> None:
    contract = read("docs/contract.md")
    rows = [*(row for _, row in WIRE), BUG]

    assert {row.oauth for row in rows if row.oauth and f"`{row.oauth}`" not in contract} == set()
    assert {row.page for row in rows if f"`{row.page.replace('_', '-')}`" not in contract} == set()


def test_the_contract_names_every_command_with_its_options() -> None:
    contract = read("docs/contract.md")
    rows = dict(re.findall(r"^\| `\./dev (\w+)([^`]*)`", contract, re.MULTILINE))
    given = {name: set(re.findall(r"--[a-z]+", options)) for name, options in rows.items()}
    there = {name: {option for option in options if option.startswith("--")} for name, options in commands().items()}

    assert given == there


@pytest.mark.parametrize("model", [Seed, SeedOrganisation, SeedAccount, SeedProfile, SeedClient])
def test_the_contract_names_every_member_of_a_seed(model: type[Seed]) -> None:
    named = named_in(read("docs/contract.md"))

    assert sorted(set(model.model_fields) - named) == []


def test_the_contract_names_every_member_of_up_json() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", read("docs/contract.md").partition("### `.local/up.json`")[2], re.MULTILINE)
    written = dictionary_keys("devhost/command/running.py", "_account") - {"shop", "desk"}

    assert written <= set(rows)


def test_the_contract_gives_the_lives_and_locks_of_the_code() -> None:
    contract = read("docs/contract.md")
    policy = lockout.DEFAULT
    locks = ", ".join(f"{policy.first_lock * 2**n // MINUTE}" for n in (1, 2, 3))

    assert f"| an authorization code | {lifetimes.CODE // SECOND} s, once |" in contract
    assert f"| a `continue` link | {lifetimes.CONTINUE // SECOND} s, once, in one browser |" in contract
    assert f"| access token, ID token | {lifetimes.ACCESS_TOKEN // MINUTE} min |" in contract
    assert f"| a session | {lifetimes.SESSION // MINUTE // 60} h |" in contract
    assert f"| a flow (a sign-in page that was opened) | {lifetimes.FLOW // MINUTE // 60} h |" in contract
    assert (
        f"| {policy.threshold}, then {policy.first_lock // MINUTE} min, then after each further one {locks}, "
        in contract
    )
    assert f"{policy.longest_lock // MINUTE} min; forgotten" in contract


def test_every_command_the_documents_tell_you_to_run_exists() -> None:
    told = {word for path in DOCUMENTS for word in re.findall(r"\./dev ([a-z]+)", path.read_text("utf-8"))}

    assert {"up", "test"} <= told
    assert told - set(commands()) == set()


def test_the_seed_in_the_readme_is_one(tmp_path: Path) -> None:
    (seed,) = (body for language, body in FENCE.findall(read("README.md")) if language == "json")
    file = tmp_path / "seed.json"
    file.write_text(seed, "utf-8")

    assert [client.client_id for client in read_seed(file, sites={}).clients] == ["my-site", "my-page"]


def test_the_site_in_the_readme_fits_the_seed_beside_it() -> None:
    blocks = dict(FENCE.findall(read("README.md")))
    site, page = json.loads(blocks["json"])["clients"]

    compile(blocks["python"], "README.md", "exec")
    assert all(f'"{value}"' in blocks["python"] for value in (site["client_id"], site["client_secret"], site["scope"]))
    assert site["redirect_uris"][0] in blocks["python"]
    assert all(f'"{value}"' in blocks["js"] for value in (page["client_id"], page["scope"]))


def test_the_credentials_in_the_readme_are_the_demo_seeds() -> None:
    readme = read("README.md")
    ada = json.loads(read("devhost/seeds/demo.json"))["accounts"][0]

    assert f"`{ada['email']}`" in readme
    assert f"`{ada['password']}`" in readme
