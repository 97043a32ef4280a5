"""`basin identity`, `why`, `customer` and `review`: parses, calls and prints.

What is looked up stands in explain.py, what is measured in accuracy.py.
"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from scripts import accuracy, explain
from scripts.daily import as_of, lock
from scripts.restore import restore as restored

app = typer.Typer(help="How well it is known who is who.", no_args_is_help=True)
console = Console()


@app.callback()
def identity() -> None:
    """How well it is known who is who."""


@app.command()
def bench(
    people: Annotated[
        int | None, typer.Option(help="Customers of the town; 7,400 if unset.")
    ] = None,
    censuses: Annotated[
        Path | None, typer.Option(help="What scripts/censuses.py drew, to be measured too.")
    ] = None,
) -> None:
    """Compare the answers with the truth of the town at four noises, and with public sets."""
    # What is written into a file is not cut off at the width of a screen.
    shown = console if console.is_terminal else Console(width=140)
    accuracy.bench(shown, people, censuses)


@app.command()
def diff() -> None:
    """Who merges or splits in the last build, published or not, and why."""
    changes = explain.changes()
    for customer_id, change, other_id, record_count, reason in changes:
        say(f"{customer_id} {change} {other_id}: {record_count} records, {reason}")
    say(f"{len(changes)} changes")


@app.command()
def restore(
    exports: Annotated[Path, typer.Argument(help="A folder of exports, with customers/ in it.")],
) -> None:
    """Fill an empty registry of customer ids from exported files, after the store was lost."""
    with lock():
        ids, records = restored(exports)
    say(f"{ids:,} customer ids of {records:,} records; `make daily` gives everybody theirs again")


def why(
    one: Annotated[str, typer.Argument(help="A customer id, record key, e-mail or phone.")],
    other: Annotated[str, typer.Argument(help="Another one.")],
) -> None:
    """Why two records are one customer, or what keeps them apart."""
    answer = explain.why(one, other)
    if answer.customers[0] != answer.customers[1]:
        say(f"two customers, {answer.customers[0]} and {answer.customers[1]}:")
        for sentence in answer.refusals:
            say(f"  {sentence}")
        return
    say(f"one customer, {answer.customers[0]}:")
    for link in answer.chain:
        say(f"  {link.record_key_a} and {link.record_key_b}: {link.reason} ({link.confidence})")
        say(f"    {link.evidence}")
    if not answer.chain:
        say("  it is one record")


def customer(
    who: Annotated[str, typer.Argument(help="A customer id, record key, e-mail or phone.")],
) -> None:
    """One person on one screen: records, e-mails and phones, consent, household, last events."""
    for name, rows in explain.customer(who).items():
        console.print(f"[bold]{name}[/]")
        for row in rows:
            say("  " + "  ".join("-" if value is None else str(value) for value in row))
        if not rows:
            say("  none")


def review(
    by: Annotated[str, typer.Option(help="Your initials, such as jd; they stand in the seed.")],
) -> None:
    """Walk the pairs that may be one person, and write each decision into its seed."""
    for question in explain.questions():
        key_a, key_b, _, reason, bits, *sides = question
        table = Table("", "one", "other", box=None, pad_edge=False)
        labels = ("given name", "family name", "birth date", "system")
        for place, label in enumerate(labels):
            table.add_row(label, *(str(sides[place + side] or "") for side in (0, 4)))
        console.print(table)
        say(f"{key_a} and {key_b}: {reason}, {bits} bits")
        answer = typer.prompt("one person? y, n, s to skip, q to stop", default="s")
        if answer == "q":
            return
        if answer in ("y", "n"):
            path = explain.decide(str(key_a), str(key_b), answer == "y", by, as_of())
            say(f"written to {path.name}; the next `make daily` applies it")


def say(sentence: str) -> None:
    """Print a line as it stands."""
    console.print(sentence, markup=False, highlight=False, soft_wrap=True)
