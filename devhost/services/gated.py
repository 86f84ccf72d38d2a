"""Start a program early and let it go on late: it imports what is slow to import, then waits for its gate.

`python -m devhost.services.gated MODULE ARGUMENTS…` runs MODULE once its standard input has ended. Preparing the
stores can so load the Azure libraries while the stores themselves still start, which halves the wait at `./dev up`.
"""

import contextlib
import importlib
import runpy
import sys

SLOW = ("azure.data.tables.aio", "azure.keyvault.secrets.aio", "aiohttp", "devhost.seeds.load")


def main() -> None:
    """Load, wait, run."""
    for module in SLOW:
        # What is really missing, the program itself reports better.
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
    sys.stdin.read()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
