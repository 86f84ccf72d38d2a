"""The command line of ./dev: which commands there are and what they are called with."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from devhost.command import by_hand, checks, running, steps, terminal
from devhost.services.ports import DEFAULT_BASE, HIGHEST_BASE, LOWEST, Ports
from devhost.services.state import State

HELP = "Run, test and check Sluis on this machine. Everything it installs or makes stays in .venv/ and .local/."
EXITS = (
    "Exit codes: 0 ok · 1 failed · 2 called wrongly · 3 a port or the state is in use · 4 something must be installed "
    "· 5 the seed was refused · 130 stopped."
)
PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}

Port = Annotated[
    int, typer.Option("--port", min=LOWEST, max=HIGHEST_BASE, help="The first of nine ports in a row; the app's own.")
]
Seed = Annotated[Path | None, typer.Option("--seed", help="What to create at the start (default: the demo).")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Forget everything kept from earlier runs first.")]
Https = Annotated[bool, typer.Option("--https", help="Serve https, with the throw-away CA .local/ca.pem.")]
Where = Annotated[Path | None, typer.Option("--state", help="Keep the state here instead of in .local/.")]


def build(called_from: Path) -> typer.Typer:
    """Build the commands; file names are read from the folder that ./dev was called in."""
    line = typer.Typer(help=HELP, epilog=EXITS, no_args_is_help=True, add_completion=False, rich_markup_mode=None)
    _running(line, called_from)
    _checking(line)
    _on_running(line, called_from)

    @line.command("help")
    def show_help(context: typer.Context) -> None:
        """Say what the commands are."""
        assert context.parent is not None
        terminal.say(context.parent.get_help())

    return line


def _state(called_from: Path, where: Path | None) -> State:
    return State() if where is None else State(terminal.from_caller(where, called_from))


def _running(line: typer.Typer, called_from: Path) -> None:
    def wish(command: str, port: int, seed: Path | None, where: Path | None) -> running.Wish:
        chosen = running.SEED if seed is None else terminal.from_caller(seed, called_from)
        return running.Wish(command=command, ports=Ports(port), state=_state(called_from, where), seed=chosen)

    @line.command("up")
    def up(
        *, port: Port = DEFAULT_BASE, https: Https = False, seed: Seed = None, fresh: Fresh = False, state: Where = None
    ) -> None:
        """Start the app and all it needs. Load the demo, say where everything is, run until Ctrl-C."""
        asked = replace(wish("up", port, seed, state), https=https, fresh=fresh)
        raise typer.Exit(running.run(asked))

    @line.command("services")
    def services(*, port: Port = DEFAULT_BASE, seed: Seed = None, fresh: Fresh = False, state: Where = None) -> None:
        """Start storage, vault and mail only. Then `func start` of Core Tools is the other command."""
        raise typer.Exit(running.run(replace(wish("services", port, seed, state), fresh=fresh)))


def _checking(line: typer.Typer) -> None:
    @line.command("test", context_settings=PASSED_ON)
    def test(context: typer.Context) -> None:
        """Run the tests. Arguments are pytest's own, as in `./dev test -m "not slow"`."""
        raise typer.Exit(checks.test(context.args))

    @line.command("check")
    def check() -> None:
        """Check format, lint, types, contracts, shape. Every check runs, even after one has failed."""
        raise typer.Exit(checks.check())

    @line.command("bench", context_settings=PASSED_ON)
    def bench(context: typer.Context) -> None:
        """Run a benchmark. By name, as in `./dev bench cold`."""
        raise typer.Exit(steps.bench(context.args))


def _on_running(line: typer.Typer, called_from: Path) -> None:
    @line.command("seed")
    def seed(file: Annotated[Path, typer.Argument(help="The seed file.")], state: Where = None) -> None:
        """Load a seed into what runs. It creates and never overwrites."""
        raise typer.Exit(steps.seed(_state(called_from, state), terminal.from_caller(file, called_from)))

    @line.command("audit")
    def audit(account: Annotated[str, typer.Argument(help="An account.")], state: Where = None) -> None:
        """Print an account's recorded events. The last line says whether the chain is whole."""
        raise typer.Exit(steps.audit(_state(called_from, state), account))

    @line.command("timer")
    def timer(name: Annotated[str, typer.Argument(help="A function.")], state: Where = None) -> None:
        """Run a timer's function once, now. On what runs; its schedule goes on as before."""
        raise typer.Exit(by_hand.timer(_state(called_from, state), name))

    # A move back begins with a dash, as options do.
    @line.command("clock", context_settings={"ignore_unknown_options": True})
    def clock(
        by: Annotated[str | None, typer.Argument(metavar="[+31d|-1h|reset]", help="From where it stands.")] = None,
        state: Where = None,
    ) -> None:
        """Move the time of everything that runs on this state. Alone, say where it stands."""
        raise typer.Exit(by_hand.clock(_state(called_from, state), by))
