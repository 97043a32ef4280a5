"""`basin flags` and `basin flags why`: what each rule finds today, and why about one person.

Reads the published file only. Names of conditions stand in the rules' own files.
"""

import json
from typing import Annotated

import typer

from scripts import explain
from scripts.identity import say

app = typer.Typer(help="What should happen next, and why.", invoke_without_command=True)

COUNTS = """
    with

    listed as (
        select
            regexp_replace(flags.flag_type, '^child_', '') as flag_type,
            count(*) as people,
            count(*) filter (where history.began_on = flags.flag_added_date) as new_people
        from marts.customer_flags as flags
        inner join marts.flag_history as history
            on flags.customer_id = history.customer_id
            and flags.flag_type = history.flag_type
            and history.ended_on is null
        group by 1
    )

    select
        rules.flag_type, rules.sentence, coalesce(listed.people, 0),
        coalesce(listed.new_people, 0), rules.cool_down_days
    from marts.rules as rules
    left join listed on rules.flag_type = listed.flag_type
    order by rules.flag_type
"""
VERDICTS = """
    select
        rules.flag_type, rules.sentence, rules.considers, evaluated.conditions,
        evaluated.refused_because, evaluated.is_about_child, flags.flag_date
    from marts.rules as rules
    left join marts.rules_evaluated as evaluated
        on rules.flag_type = evaluated.flag_type and evaluated.customer_id = $customer
    left join marts.customer_flags as flags
        on flags.customer_id = $customer
        and flags.flag_type in (rules.flag_type, 'child_' || rules.flag_type)
    order by rules.flag_type
"""


@app.callback()
def flags(context: typer.Context) -> None:
    """Every rule: its sentence, how many people it holds for today, how many of them are new."""
    if context.invoked_subcommand:
        return
    say(f"{'flag':<38}{'people':>7}{'new':>7}{'cool-down':>11}  sentence")
    with explain.published() as connection:
        for flag_type, sentence, people, new, cool_down in connection.execute(COUNTS).fetchall():
            days = f"{cool_down} days" if cool_down else "-"
            say(f"{flag_type:<38}{people:>7,}{new:>7,}{days:>11}  {sentence}")


@app.command()
def why(
    who: Annotated[str, typer.Argument(help="A customer id, record key, e-mail or phone.")],
) -> None:
    """Rule by rule, what holds for one person and what does not."""
    with explain.published() as connection:
        key = explain.records_of(connection, who)[0]
        (customer,) = connection.execute(
            "select customer_id from intermediate.int_identity__members where record_key = ?", [key]
        ).fetchone() or (None,)
        verdicts = connection.execute(VERDICTS, {"customer": customer}).fetchall()
    say(f"{customer}:")
    for flag_type, sentence, considers, conditions, refused, is_about_child, since in verdicts:
        name = f"child_{flag_type}" if is_about_child else flag_type
        say(f"{name}: {verdict(considers, conditions, refused, since)}")
        say(f"  {sentence}")
        for condition, holds in json.loads(conditions or "{}").items():
            say(f"    {'holds' if holds else 'does not hold':<14}{condition.replace('_', ' ')}")


def verdict(considers: str, conditions: str | None, refused: str | None, since: object) -> str:
    """In some words whether the flag is there, and why not where it is not."""
    if since is not None:
        return f"yes, since {since}"
    if refused is not None:
        return f"no, {refused}"
    if conditions is not None:
        return "no, a guardian of the child has it"
    return f"no, it looks only at {considers}"
