"""`./dev bench NAME` runs a benchmark, `./dev bench list` lists them: every other file of this folder is one."""

import ast
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from devhost.command.exits import RefusedError

USAGE = 2
FIRST = "flows"
"""The one that runs when none is named."""


def names() -> dict[str, str]:
    """Give each benchmark with the first line of what it says of itself."""
    files = sorted(path for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))
    return {
        path.stem: (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").partition("\n")[0] for path in files
    }


def main(arguments: Sequence[str]) -> int:
    """Run the one that is named. 0: within its limit, 1: not, 2: called wrongly."""
    known = names()
    named = bool(arguments) and not arguments[0].startswith("-")
    name, *rest = arguments if named else (FIRST, *arguments)
    if name == "list":
        print("\n".join(f"  {name:<12} {purpose}" for name, purpose in known.items()))
        return 0
    if name not in known:
        print(f"There is no benchmark {name!r}; there are: {', '.join(known)}.", file=sys.stderr)
        return USAGE
    try:
        return int(import_module(f"bench.{name}").main(rest))
    except RefusedError as refused:
        print(refused, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
