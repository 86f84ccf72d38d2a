"""`python -m devhost.seeds prepare|audit`: what `./dev` runs beside Azurite and the vault, before the app and after it."""

import argparse
import asyncio
import sys
from pathlib import Path

DEMO = Path(__file__).with_name("demo.json")


def main() -> int:
    """Run one of the two. Exit codes: 0 done or whole, 1 broken or failed, 5 refused."""
    parser = argparse.ArgumentParser(prog="devhost.seeds")
    verbs = parser.add_subparsers(dest="verb", required=True)
    preparing = verbs.add_parser("prepare", help="make what is missing and load a seed")
    preparing.add_argument("--seed", type=Path, default=DEMO)
    preparing.add_argument(
        "--asked", action="store_true", help="somebody asked for this seed: say so when it adds nothing"
    )
    auditing = verbs.add_parser("audit", help="print an account's events and say whether the chain is whole")
    auditing.add_argument("account")
    asked = parser.parse_args()
    return asyncio.run(_prepare(asked.seed, asked=asked.asked) if asked.verb == "prepare" else _audit(asked.account))


async def _prepare(seed: Path, *, asked: bool) -> int:
    from devhost.seeds.load import prepare  # noqa: PLC0415 - usage errors need no Azure
    from devhost.seeds.model import SeedError  # noqa: PLC0415 - as above
    from shared.domain.errors import IdentityError  # noqa: PLC0415 - as above

    try:
        told = await prepare(seed, print)
        if asked and not told:
            print("nothing new: all that the seed declares is there already")
    except SeedError as error:
        print(error, file=sys.stderr)
        return 5
    except IdentityError as error:
        print(error.detail or error.public, file=sys.stderr)
        return 5
    finally:
        await _close()
    return 0


async def _audit(account: str) -> int:
    from shared.app import the_app  # noqa: PLC0415 - usage errors need no Azure
    from shared.domain.chains import Broken, Event, Whole  # noqa: PLC0415 - as above
    from shared.domain.errors import IdentityError  # noqa: PLC0415 - as above
    from shared.domain.times import rfc3339  # noqa: PLC0415 - as above
    from shared.flows.audit import audit_account  # noqa: PLC0415 - as above

    def show(event: Event) -> None:
        print(f"{event.seq:>6}  {rfc3339(event.at)}  {event.name:<28} {event.hash.hex()[:16]}")

    try:
        match await audit_account(await the_app(), account, show=show):
            case Whole(count):
                print(f"whole: {count} events")
                return 0
            case Broken(seq, why):
                print(f"broken at seq {seq}: {why}")
                return 1
            case None:
                print("there is no such account", file=sys.stderr)
                return 1
    except IdentityError as error:
        print(error.detail or error.public, file=sys.stderr)
        return 1
    finally:
        await _close()


async def _close() -> None:
    from shared import app as assembly  # noqa: PLC0415 - as above

    for opened in (assembly.shelf, assembly.vault):
        if opened.cache_info().currsize:
            await opened().aclose()


if __name__ == "__main__":
    sys.exit(main())
