"""`basin identity ...`: parses, calls and prints; what is measured stands in accuracy.py."""

from typing import Annotated

import typer
from rich.console import Console

from scripts import accuracy

app = typer.Typer(help="Who is who, and how well that is known.", no_args_is_help=True)
console = Console()


@app.callback()
def identity() -> None:
    """Who is who, and how well that is known."""


@app.command()
def bench(
    people: Annotated[
        int | None, typer.Option(help="Customers of the town; 7,400 if unset.")
    ] = None,
) -> None:
    """Compare the answers with the truth of the town at four noises, and with public sets."""
    accuracy.bench(console, people)
