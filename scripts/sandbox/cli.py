"""`basin sandbox ...`: serve the invented town, move its clock, show its truth, build it anew.

Only parses, calls and prints. Refuses in a data folder that holds live data.
"""

from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from extract import config
from scripts.sandbox import (
    calibration,
    calibration_books,
    calibration_gym,
    calibration_messages,
    calibration_parties,
    calibration_sales,
    calibration_social,
    server,
    town,
    vendors,
)
from scripts.sandbox.settings import SandboxError, Settings

app = typer.Typer(help="The invented town and the vendors' APIs over it.", no_args_is_help=True)
console = Console()


def _folder() -> Path:
    """The data folder, if a town may live in it."""
    try:
        folder = config.data_dir()
        if config.mode() != "sandbox":
            _stop(f"{folder} holds live data: set BASIN_DATA to another folder for the sandbox")
    except config.ConfigError as wrong:
        _stop(str(wrong))
    return folder


def _stop(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(1)


@app.command()
def serve(port: Annotated[int, typer.Option(help="0 chooses a free one.")] = 0) -> None:
    """Serve the vendors' APIs on this machine until interrupted."""
    try:
        server.serve(_folder(), port)
    except SandboxError as wrong:
        _stop(str(wrong))


@app.command()
def advance(days: Annotated[int, typer.Argument(help="How many days pass.")] = 1) -> None:
    """Move the town's clock: new, edited, late and deleted rows appear."""
    try:
        typer.echo(f"the town's clock stands on {town.advance(_folder(), days)}")
    except SandboxError as wrong:
        _stop(str(wrong))


@app.command()
def reset(
    people: Annotated[str | None, typer.Option(help="Customers in Capitan on day 0.")] = None,
    days: Annotated[str | None, typer.Option(help="Days of history before day 0.")] = None,
    seed: Annotated[str | None, typer.Option(help="Another seed, another town.")] = None,
    today: Annotated[str | None, typer.Option(help="Day 0, as YYYY-MM-DD.")] = None,
    places: Annotated[str | None, typer.Option(help="Gyms.")] = None,
    noise: Annotated[
        str | None, typer.Option(help="Multiplies every error rate; 0 is clean.")
    ] = None,
) -> None:
    """Forget the town and build a new one from the environment and these options."""
    try:
        chosen = Settings.from_environment(
            people=people, days=days, seed=seed, today=today, places=places, noise=noise
        )
        made = town.reset(_folder(), chosen)
    except SandboxError as wrong:
        _stop(str(wrong))
    customers = sum(one.exists(made.clock) for one in made.ledger.of("capitan"))
    typer.echo(f"a town of {customers} customers; its clock stands on {made.clock}")


@app.command()
def truth() -> None:
    """Show how the town compares with the real gym's figures, and the pairs of each case."""
    try:
        found = town.open_town(_folder())
    except SandboxError as wrong:
        _stop(str(wrong))
    views = vendors.views(found.ledger)
    console.print(
        f"clock {found.clock}, {found.settings.people} customers, seed {found.settings.seed}"
    )
    figures = Table("figure", "asked", "got", "off")
    measured = [
        *calibration.measure(found.ledger, views),
        *calibration_sales.measure(found.ledger, views),
        *calibration_messages.measure(found.ledger, views),
        *calibration_books.measure(found.ledger),
        *calibration_social.measure(found.ledger, views),
        *calibration_gym.measure(found.ledger, views),
        *calibration_parties.measure(found.ledger),
    ]
    for line in measured:
        asked, got = (f"{value:,.1f}{line.unit}" for value in (line.asked, line.got))
        off = f"{100 * (line.got - line.asked) / line.asked:+.0f} %" if line.asked else ""
        figures.add_row(line.what, asked if line.asked else "", got, off)
    console.print(figures)
    cases = Table("case", "pairs that are one person", "pairs that are not")
    for case, same, other in calibration.pairs(found.ledger, views):
        cases.add_row(case, str(same), str(other))
    console.print(cases)


if __name__ == "__main__":
    app()
