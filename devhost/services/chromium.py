"""Find the browser the tests drive: the machine's Chromium, else the one Playwright keeps in `.local/browsers`."""

import os
import shlex
import shutil
from pathlib import Path

from devhost.command.exits import Exit, RefusedError

ON_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BUNDLED = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)
APPLICATION = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def find_chromium(browsers: Path, on_path: str | None = None) -> Path:
    """Give the browser to drive, or say what to install; SLUIS_CHROMIUM, once set, decides."""
    chosen = os.environ.get("SLUIS_CHROMIUM")
    if chosen and on_path is None:
        if shutil.which(chosen) is None:
            raise RefusedError(f"SLUIS_CHROMIUM names {chosen}, and there is no such program.", Exit.TO_INSTALL)
        return Path(chosen)
    for name in ON_PATH:
        found = shutil.which(name, path=on_path)
        if found is not None:
            return Path(found)
    for pattern in BUNDLED:
        for bundled in sorted(browsers.glob(pattern), reverse=True):
            return bundled
    if on_path is None and APPLICATION.is_file():
        return APPLICATION
    here = f"PLAYWRIGHT_BROWSERS_PATH={shlex.quote(str(browsers))}"
    raise RefusedError(
        "The tests need Chromium: install it (`apt-get install chromium`, `brew install --cask chromium`), or let "
        f"Playwright put one here with `{here} .venv/bin/playwright install chromium`.",
        Exit.TO_INSTALL,
    )
