"""The desk: serves the files of a site that signs people in through Sluis in the browser alone.

This server knows nobody and keeps nothing; the integration is `pages/desk.js`, with npm's oidc-client-ts.
"""

import functools
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from devhost.sites import serving

HOST = "desk.localhost"
BUNDLE = Path("oidc-client-ts/dist/browser/oidc-client-ts.min.js")
NODE_MODULES = Path(".local/node/node_modules")


def policy(issuer: str) -> list[str]:
    """Allow our own scripts and calls to the issuer, and nothing else."""
    where = urlsplit(issuer)
    return [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        f"connect-src {where.scheme}://{where.netloc}",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    ]


def site(_origin: str, *, issuer: str, node_modules: Path) -> Starlette:
    """Build the desk: one page under two addresses, its script and its looks."""
    pages = Jinja2Templates(directory=serving.PAGES)

    async def page(request: Request) -> Response:
        return pages.TemplateResponse(request, "desk.html", {"issuer": issuer})

    files = {
        "desk.js": serving.PAGES / "desk.js",
        "site.css": serving.PAGES / "site.css",
        "icon.svg": serving.PAGES / "desk.svg",
        BUNDLE.name: node_modules / BUNDLE,
    }
    return Starlette(
        routes=[
            Route("/", page),
            Route("/callback.html", page),
            *(Route(f"/{name}", functools.partial(_file, path)) for name, path in files.items()),
        ],
        middleware=serving.guards(HOST, policy(issuer)),
    )


async def _file(path: Path, _request: Request) -> Response:
    return FileResponse(path)


def main() -> None:
    """Run the desk from the command line."""
    command = serving.parser("desk", __doc__)
    command.add_argument("--node-modules", type=Path, default=NODE_MODULES, help="where npm put oidc-client-ts")
    asked = command.parse_args()
    if not (asked.node_modules / BUNDLE).is_file():
        command.error(f"oidc-client-ts is not installed in {asked.node_modules}; `./dev up` installs it")
    serving.run(HOST, asked.port, functools.partial(site, issuer=asked.issuer, node_modules=asked.node_modules))


if __name__ == "__main__":
    main()
