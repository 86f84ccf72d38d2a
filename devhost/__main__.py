"""What ./dev runs once the environment stands: the command line, with refusals said in one sentence."""

import os
import sys
from pathlib import Path

from devhost.command.exits import RefusedError
from devhost.command.line import build
from devhost.command.terminal import complain


def main() -> int:
    """Run one command and give its exit code."""
    # Taken out at once: it is ./dev's word to us, not a setting for the programs we start.
    called_from = Path(os.environ.pop("SLUIS_CALLED_FROM", str(Path.cwd())))
    try:
        build(called_from)(prog_name="./dev")
    except RefusedError as refused:
        complain(refused.sentence)
        return refused.code
    return 0


if __name__ == "__main__":
    sys.exit(main())
