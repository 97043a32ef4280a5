"""`basin sync shopify|klaviyo`: what should be there against what is there, dry unless told to.

copy of the published file -> what consent sources and destinations say now -> calls that a crash
cut off are settled -> plan (marts.sync_plan) -> brakes -> each call into the ledger, made, closed

Nothing here decides who gets what: that is the models'. A sync holds the day's lock and never
touches the working file.
"""

import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Protocol

import duckdb
import typer
from rich.console import Console

from extract import config
from extract.api import SourceError
from extract.pipeline import extract
from scripts import daily
from scripts.sync import contract, hours, ledger
from scripts.sync.call import Failed, Refused
from scripts.sync.klaviyo import Klaviyo
from scripts.sync.ledger import Call
from scripts.sync.plan import Plan, Stopped, brake, people_changed, read_plan, refuse_stale
from scripts.sync.shopify import Shopify

# Whoever said stop said it to one of these.
CONSENT_SOURCES = ("klaviyo", "mailchimp", "sendgrid", "shopify", "twilio")
# The models of a sync, each after those that it reads.
MODELS = ("sync_stops", "sync_marks", "sync_accounts", "sync_held", "sync_profiles", "sync_plan")
DESTINATIONS = ("shopify", "klaviyo")
OK, STOPPED, INCOMPLETE = 0, 1, 3
MOST_FAILURES = 5

app = typer.Typer(help="Flags to the systems that act on them.", no_args_is_help=True)
console = Console()
Apply = Annotated[bool, typer.Option("--apply", help="Make the calls; without it nothing is sent.")]
Large = Annotated[
    bool, typer.Option("--allow-large", help="Accept that many people gain or lose something.")
]


class Destination(Protocol):
    """A system that takes calls."""

    def perform(self, call: Call) -> str:
        """Make one call; the account it was about."""


@app.command()
def shopify(apply: Apply = False, allow_large: Large = False) -> None:
    """Tags in the web shop."""
    raise typer.Exit(sync("shopify", apply, allow_large))


@app.command()
def klaviyo(apply: Apply = False, allow_large: Large = False) -> None:
    """Profiles, lists and events in Klaviyo."""
    raise typer.Exit(sync("klaviyo", apply, allow_large))


def sync(destination: str, apply: bool, allow_large: bool) -> int:
    """Plan one destination, and carry the plan out when asked to; the exit code.

    0 done or shown, 1 stopped by a brake, 3 some calls failed and are tried again next time.
    Raises Busy and ConfigError.
    """
    config.mode()
    with daily.lock(), daily.sandbox_if_needed(console), own_copy():
        try:
            plan = planned(destination)
            now = hours.now()
            quiet = hours.is_quiet(now)
            ready = plan.ready(now, quiet)
            show(plan, ready, quiet)
            brake(plan, ready, allow_large)
            if not apply:
                say("nothing was sent: add --apply")
                return OK
            contract.check(ready, grown_ups())
            return carry_out(destination, ready, now)
        except (Stopped, SourceError, contract.Blocked) as reason:
            say(str(reason), "red")
            return STOPPED


@contextmanager
def own_copy() -> Iterator[None]:
    """A copy of the published file as the working file of this process and its workers.

    Raises ConfigError when nothing is published.
    """
    published, copy = config.published_file(), config.sync_file()
    if not published.exists():
        raise config.ConfigError("nothing is published yet: run `make daily` first")
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.with_name(f"{copy.name}.wal").unlink(missing_ok=True)
    shutil.copyfile(published, copy)
    os.environ["BASIN_WORK_FILE"] = str(copy)
    try:
        yield
    finally:
        del os.environ["BASIN_WORK_FILE"]
        copy.unlink(missing_ok=True)


def planned(destination: str) -> Plan:
    """The plan after all has been heard and what a crash cut off is settled.

    Raises Stopped where a word that must be heard cannot be, or the published file is too old.
    """
    today = daily.as_of()
    results = extract([*CONSENT_SOURCES, "ops"], today, console=Console(quiet=True))
    failed = [one for one in results if not one.ok]
    for one in failed:
        say(one.error_sentence or one.source, "yellow")
    with opened() as connection:
        (day,) = connection.execute("select as_of_date from ops.run").fetchone() or (today,)
        if (today - day).days > 1:
            raise Stopped(f"the published file is of {day}: run `make daily` first")
        names = [one.source for one in failed]
        if destination in names:
            raise Stopped(f"{destination} cannot be read, so nobody knows what it holds")
        refuse_stale(connection, names, datetime.now(UTC))
    reckon()
    if settle(destination):
        extract(["ops"], today, console=Console(quiet=True))
        reckon()
    with opened() as connection:
        return read_plan(connection, destination)


def reckon() -> None:
    """Reckon each model of the sync once, from what the copy holds now.

    As views they would reckon each other over and over.
    """
    with duckdb.connect(str(config.sync_file())) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for name in MODELS:
            found = connection.execute(
                "select 1 from duckdb_views() where schema_name = 'marts' and view_name = ?", [name]
            ).fetchone()
            if found:
                connection.execute(f"alter view marts.{name} rename to {name}_now")
            connection.execute(
                f"create or replace table marts.{name} as select * from marts.{name}_now"
            )


def settle(destination: str) -> int:
    """Close what a crash left open, by what the destination shows; how many calls there were."""
    cut_off = ledger.left_open(destination)
    if not cut_off:
        return 0
    with opened() as connection:
        accounts: dict[str, set[str]] = {}
        for account, customer in connection.execute(
            "select account_id, customer_id from marts.sync_accounts"
            " where destination = ? and customer_id is not null",
            [destination],
        ).fetchall():
            accounts.setdefault(customer, set()).add(account)
        rows = connection.execute(
            {
                "shopify": "select account_id, mark from marts.sync_held where destination = ?",
                "klaviyo": "select list_profiles.profile_id, lists.list_name"
                " from staging.stg_klaviyo__list_profiles as list_profiles"
                " inner join staging.stg_klaviyo__lists as lists using (list_id) where ? <> ''",
            }[destination],
            [destination],
        ).fetchall()
        held = {(str(account), str(mark)) for account, mark in rows}
        still = {
            (call.action, call.customer_id, call.mark)
            for call in read_plan(connection, destination).calls
        }
    count = ledger.settle(cut_off, held, accounts, still, hours.now())
    say(f"{count} calls that were cut off are settled", "yellow")
    return count


def grown_ups() -> set[str]:
    """Every customer about whom something may be sent."""
    with opened() as connection:
        rows = connection.execute(
            "select customer_id from marts.dim_customers where minor = 'no' and not is_deleted"
        ).fetchall()
    return {row[0] for row in rows}


def carry_out(destination: str, calls: Sequence[Call], now: datetime) -> int:
    """Make the calls one by one, each written down before and after; the exit code.

    Who got no account has nothing else done; after some failures in a row nothing more is tried.
    """
    system: Destination = Shopify() if destination == "shopify" else Klaviyo()
    outcomes: Counter[str] = Counter()
    without_account: set[str] = set()
    in_a_row = 0
    for call in calls:
        if call.account_id is None and call.customer_id in without_account:
            outcomes["without an account"] += 1
            continue
        if in_a_row == MOST_FAILURES:
            outcomes["not tried"] += 1
            continue
        number = ledger.intend(call, now)
        try:
            account = system.perform(call)
        except Refused as refusal:
            ledger.close(number, call, "refused", now, detail=str(refusal))
            outcomes["refused"] += 1
            without_account.add(call.customer_id)
            say(f"  {call.customer_id} {call.action} {call.mark}: {refusal}", "yellow")
        except Failed as failure:
            ledger.close(number, call, "failed", now, detail=str(failure))
            outcomes["failed"] += 1
            in_a_row += 1
            without_account.add(call.customer_id)
            say(f"  {call.customer_id} {call.action} {call.mark}: {failure}", "red")
        else:
            ledger.close(number, call, "done", now, account_id=account or None)
            outcomes["done"] += 1
            in_a_row = 0
    say(", ".join(f"{count} {name}" for name, count in sorted(outcomes.items())) or "nothing to do")
    return INCOMPLETE if outcomes["failed"] else OK


def show(plan: Plan, ready: Sequence[Call], quiet: bool) -> None:
    """Who gains and loses what, and why; profiles and events as numbers."""
    signs = {"tag": "+", "join": "+", "untag": "-", "leave": "-", "create": "*", "note": "="}
    for call in plan.calls:
        if call.action not in signs:
            continue
        waits = "" if call in ready else f"  (waits: {call.why_not or 'for its hour'})"
        who = call.customer_id or call.account_id
        say(f"  {signs[call.action]} {call.mark:<36} {who}  {call.reason}{waits}")
    counts = Counter(call.action for call in ready)
    say(
        f"{plan.destination}: {counts['tag'] + counts['join']} set, "
        f"{counts['untag'] + counts['leave']} taken away, {counts['create']} accounts to find or "
        f"make, {counts['import']} profiles, {counts['tell']} events; "
        f"{people_changed(ready)} of {plan.audience} people"
    )
    if quiet:
        waiting = sum(call.is_message and call.why_not is None for call in plan.calls)
        say(f"it is night at the gym: {waiting} calls wait for {hours.FIRST_HOUR}:00", "yellow")


@contextmanager
def opened() -> Iterator[duckdb.DuckDBPyConnection]:
    """The sync's own copy, times in UTC."""
    with duckdb.connect(str(config.sync_file()), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        yield connection


def say(sentence: str, style: str | None = None) -> None:
    """A line for people."""
    console.print(sentence, style=style, markup=False, highlight=False, soft_wrap=True)
