"""`basin <verb>`: reads the command line, calls, prints.

No verb computes anything here.
"""

from typing import Annotated

import duckdb
import typer
from dotenv import load_dotenv
from rich.console import Console

from extract import config
from extract.pipeline import extract as extract_sources
from scripts import connections, explain, flags, identity
from scripts import daily as day
from scripts import doctor as examination
from scripts import export as exports
from scripts import status as screen
from scripts import webhooks as receiver
from scripts.sandbox.cli import app as sandbox_app
from scripts.sync import run as syncs

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="A customer warehouse in one DuckDB file.",
)
webhooks_app = typer.Typer(help="What vendors send us by themselves.", no_args_is_help=True)
app.add_typer(sandbox_app, name="sandbox")
app.add_typer(identity.app, name="identity")
app.add_typer(connections.app, name="connections")
app.add_typer(flags.app, name="flags")
app.add_typer(syncs.app, name="sync")
app.command()(identity.why)
app.command()(identity.customer)
app.command()(identity.review)
app.add_typer(webhooks_app, name="webhooks")
console = Console()


@app.command()
def daily(
    full: Annotated[bool, typer.Option(help="Read every source whole.")] = False,
    accept_shrink: Annotated[
        bool, typer.Option(help="Accept that a source lost more than a fifth of its rows.")
    ] = False,
    accept_retired_ids: Annotated[
        bool, typer.Option(help="Accept that many customer ids are retired by merges.")
    ] = False,
    accept_smaller: Annotated[
        bool, typer.Option(help="Accept that an exported file loses more than a fifth of its rows.")
    ] = False,
) -> None:
    """A day's work: extract, build, test, publish, export.

    Sends nothing to anybody.
    """
    raise typer.Exit(
        day.run_day(
            console,
            full=full,
            accept_shrink=accept_shrink,
            accept_retired_ids=accept_retired_ids,
            accept_smaller_files=accept_smaller,
        )
    )


@app.command()
def extract(
    sources: Annotated[list[str] | None, typer.Argument(help="All when none is named.")] = None,
    full: Annotated[bool, typer.Option(help="Read every table whole.")] = False,
    accept_shrink: Annotated[
        bool, typer.Option(help="Accept that a source lost more than a fifth of its rows.")
    ] = False,
) -> None:
    """Only copy the sources into the raw schemas of the working file."""
    with day.lock(), day.sandbox_if_needed(console):
        results = extract_sources(sources, day.as_of(), full, accept_shrink, console)
    if day.stale_sources(results):
        raise typer.Exit(day.SOURCE_STALE)


@app.command()
def export(
    accept_smaller: Annotated[
        bool, typer.Option(help="Accept that a file loses more than a fifth of its rows.")
    ] = False,
) -> None:
    """Write the exports again from the published file."""
    with day.lock():
        for one in exports.export(accept_smaller):
            console.print(one.path, highlight=False)


@app.command()
def status() -> None:
    """One screen: mode, last run, sources, tests, customers, events."""
    screen.show(console)


@app.command()
def doctor() -> None:
    """Ask every source one cheap question and say what is wrong with it.

    Changes nothing.
    """
    with day.sandbox_if_needed(console):
        code = examination.show(console)
    raise typer.Exit(code)


@webhooks_app.command()
def serve(
    port: Annotated[int, typer.Option(help="0 chooses a free one.")] = 8080,
    host: Annotated[str, typer.Option(help="0.0.0.0 to be reached from elsewhere.")] = "127.0.0.1",
) -> None:
    """Receive the events of SendGrid, Twilio and Stripe until stopped."""
    receiver.serve(host, port, console)


def main() -> None:
    """Run the command line; what a person can mend is one sentence and exit code 2.

    Variables of a file `.env` in the project's folder are used where the environment has none.
    """
    load_dotenv(day.PROJECT / ".env")
    try:
        app()
    except (config.ConfigError, day.Busy, exports.ExportRefused, explain.NotFound) as error:
        console.print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
        raise SystemExit(2) from None
    except duckdb.IOException as error:
        console.print(
            f"a database file cannot be opened: {str(error).splitlines()[0]}",
            style="red",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
        raise SystemExit(2) from None
