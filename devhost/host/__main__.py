"""`python -m devhost.host --app-dir DIR --port P`: serve a Functions app from this checkout, on this machine only."""

import argparse
import asyncio
import logging
import os
import sys
from pathlib import Path

import uvloop

from devhost.host import worker
from devhost.host.admin import Admin
from devhost.host.application import Application
from devhost.host.background import Background
from devhost.host.functions import AppRefusedError, HttpFunction
from devhost.host.health import check_health
from devhost.host.keys import load_keys
from devhost.host.server import listen, serve, tls_context
from devhost.host.settings import Settings, load_settings
from devhost.host.strict import examined


def main() -> int:
    """Run until told to stop; 1 when the app cannot be served, with the reason on stderr."""
    arguments = _arguments()
    # The SDKs under "azure" log every call at INFO; the app's own words at WARNING and above are enough here.
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        asyncio.run(_run(arguments), loop_factory=uvloop.new_event_loop)
    except AppRefusedError as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


async def _run(arguments: argparse.Namespace) -> None:
    app_dir = arguments.app_dir.resolve()
    settings = load_settings(app_dir, fallback=arguments.settings, environment=os.environ)
    keys = load_keys(arguments.keys)
    tls = tls_context(arguments.certfile, arguments.keyfile) if arguments.certfile else None
    sockets = listen(arguments.port)
    # Before the app is imported: it reads its settings from the environment, as in production.
    os.environ.update(settings.values)
    functions, routes = examined(await worker.load(app_dir), settings)
    background = Background(functions, settings, app_dir)
    print(worker.versions(), flush=True)
    if functions.others:
        print(f"indexed but not run: {', '.join(sorted(functions.others))}")
    if arguments.verbose:
        _list(functions.http, settings)
        print("\n".join(f"  {line}" for line in background.described()))
    application = Application(routes, settings, keys, Admin(keys, background.by_hand(), background.keep))
    if arguments.health:
        await check_health(application, arguments.health)
    await serve(application, background=background, sockets=sockets, tls=tls)


def _list(functions: list[HttpFunction], settings: Settings) -> None:
    for function in sorted(functions, key=lambda function: function.name.upper()):
        methods = ",".join(sorted(function.methods)) or "every method"
        path = "/".join(part for part in (settings.route_prefix, function.route.strip("/")) if part)
        print(f"  {function.name}: /{path} [{methods}] {function.level.lower()}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m devhost.host", description=__doc__)
    parser.add_argument("--app-dir", type=Path, required=True, help="where host.json and function_app.py are")
    parser.add_argument("--port", type=int, default=7071, help="0 takes a free one (default: %(default)s)")
    parser.add_argument("--certfile", type=Path, help="serve https with this certificate")
    parser.add_argument("--keyfile", type=Path, help="the key of --certfile")
    parser.add_argument("--settings", type=Path, help="stands in where there is no local.settings.json")
    parser.add_argument("--keys", type=Path, help="function keys, as JSON")
    parser.add_argument(
        "--health", help="a path that must answer 200 before anything is served, as Azure's health check"
    )
    parser.add_argument("--verbose", action="store_true", help="list the functions")
    arguments = parser.parse_args()
    if bool(arguments.certfile) != bool(arguments.keyfile):
        parser.error("--certfile and --keyfile go together")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
