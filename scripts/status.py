"""One screen on the warehouse: how old, how whole, how many, and what was refused.

Reads the published file, the state store and dbt's last results; opens nothing for writing. Counts
only: no name, no address, no row.
"""

from collections import Counter
from datetime import date

import duckdb
from rich.console import Console
from rich.table import Table

from extract import config
from extract.graph_api import end_of_token, expiry_warning
from scripts import dbt_results, state
from scripts.daily import is_running
from scripts.freshness import Freshness, freshness, one


def show(console: Console) -> None:
    """Print the screen."""
    console.print(f"[bold]mode[/]       {config.mode()}, {config.data_dir()}", highlight=False)
    last = state.latest_run(config.state_file())
    if last is None:
        console.print("no run yet: `make daily` does a day's work")
        return
    outcome, ended_at = last.outcome, last.ended_at or "now"
    if outcome == "running" and not is_running():
        outcome, ended_at = "killed", "an unknown time"
    console.print(
        f"[bold]last run[/]   {outcome}, {last.started_at} to {ended_at} UTC"
        + (f", {last.detail}" if last.detail else ""),
        highlight=False,
        soft_wrap=True,
    )
    tests = Counter(dbt_results.counts(dbt_results.target_path("prod")))
    if not config.published_file().exists():
        console.print("nothing is published yet: see above why the last run was not")
        return
    with duckdb.connect(str(config.published_file()), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        checks = connection.execute("select outcome, count(*) from ops.checks group by 1")
        tests.update(dict(checks.fetchall()))
        said = ", ".join(f"{count:,} {status}" for status, count in sorted(tests.items()))
        console.print(f"[bold]tests[/]      {said}", highlight=False)
        as_of = one(connection, "select as_of_date from ops.run")
        console.print(f"[bold]as of[/]      {as_of}", highlight=False)
        console.print(sources_table(freshness(connection), as_of))
        console.print(rejected_table(connection))
        tokens(connection, console, as_of)
        numbers(connection, console)


def numbers(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    """Customers, events, the share of events that have a customer, and how sure that is."""
    customers = one(connection, "select count(*) from marts.dim_customers")
    records = one(connection, "select count(*) from intermediate.int_identity__members")
    refused = one(connection, "select count(*) from marts.identity_refused")
    questions = one(connection, "select count(*) from marts.identity_review")
    console.print(
        f"[bold]customers[/]  {customers:,} from {records:,} records; "
        f"{refused:,} pairs kept apart that share something; "
        f"{questions:,} wait for a decision (basin review)",
        highlight=False,
    )
    events = one(connection, "select count(*) from marts.customer_events")
    unmatched = connection.execute(
        "select reason, count(*) from marts.unmatched_events group by reason order by reason"
    ).fetchall()
    total = events + sum(count for _, count in unmatched)
    share = f"{events / total:.1%}" if total else "none"
    console.print(f"[bold]events[/]     {total:,}, {share} with a customer", highlight=False)
    for reason, count in unmatched:
        console.print(f"           {count:,} without: {reason}", highlight=False)
    unmapped(connection, console)
    levels = connection.execute(
        "select source_confidence, count(*) from marts.customer_events group by all order by all"
    ).fetchall()
    said = ", ".join(f"{level} {count / events:.1%}" for level, count in levels)
    console.print(f"[bold]confidence[/] {said or 'no events'}", highlight=False)


def tokens(connection: duckdb.DuckDBPyConnection, console: Console, as_of: date) -> None:
    """What to say of access tokens that end soon, each sentence once."""
    said: dict[str, None] = {}
    for (schema,) in connection.execute(
        "select schema_name from duckdb_tables() where table_name = 'access_tokens'"
        " and database_name = current_database() order by schema_name"
    ).fetchall():
        for variable, *ends in connection.execute(
            "select key_variable, expires_at, data_access_expires_at"
            f' from "{schema}".access_tokens order by key_variable'
        ).fetchall():
            warning = expiry_warning(variable, end_of_token(*ends), as_of)
            if warning:
                said[warning] = None
    for sentence in said:
        console.print(f"[yellow]token[/]      {sentence}", highlight=False, soft_wrap=True)


def unmapped(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    """Products of the last ninety days that no category rule knows, with their money."""
    for product, count, gross in connection.execute(
        "select lines.product, count(*), sum(lines.gross)"
        " from marts.fct_payment_lines as lines"
        " inner join marts.fct_payments as payments using (payment_id)"
        " cross join ops.run"
        " where lines.category = 'Unmapped' and lines.gross <> 0"
        " and payments.payment_date > run.as_of_date - 90"
        " group by lines.product order by sum(lines.gross) desc, lines.product"
    ).fetchall():
        console.print(
            f"[yellow]no category[/] {product}: {count:,} sold for {gross:,.2f}"
            " (seeds/category_rules.csv)",
            highlight=False,
        )


def sources_table(found: list[Freshness], as_of: date) -> Table:
    """One line per source."""
    table = Table("source", "rows", "last complete load", "", box=None, pad_edge=False)
    table.columns[1].justify = "right"
    for source in found:
        if source.last_load is None:
            note = "[yellow]never loaded[/]"
        elif source.is_stale(as_of):
            note = f"[yellow]stale by {(as_of - source.last_load).days} days[/]"
        else:
            note = "[green]fresh[/]"
        table.add_row(source.source, f"{source.rows:,}", str(source.last_load or "-"), note)
    return table


def rejected_table(connection: duckdb.DuckDBPyConnection) -> Table | str:
    """Rows that could not be used, by source, table and reason."""
    table = Table("rejected by", "table", "reason", "rows", box=None, pad_edge=False)
    table.columns[3].justify = "right"
    for source in freshness(connection):
        for name, reason, column, count in connection.execute(
            "select table_name, reason, coalesce(column_name, ''), count(*)"
            f' from "raw_{source.source}".rejected group by all order by all'
        ).fetchall():
            table.add_row(source.source, name, f"{reason} {column}".strip(), f"{count:,}")
    return table if table.row_count else "[bold]rejected[/]   no rows"
