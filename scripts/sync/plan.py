"""What a sync would do: the plan as the models give it, and the brakes that may stop it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb

from scripts.sync.ledger import Call

ORDER = ("untag", "leave", "create", "claim", "import", "note", "tag", "join", "tell")
LARGEST_SHARE = 0.1
MOST_PEOPLE = 500
FEWEST_PEOPLE = 20  # a share of a handful says nothing
LONGEST_SILENCE = timedelta(hours=26)

PLAN = """
    select
        action, coalesce(customer_id, ''), account_id, mark, is_message, reason, flags, payload,
        why_not, not_before
    from marts.sync_plan
    where destination = $destination
    order by list_position($actions, action), customer_id, mark, account_id
"""
AUDIENCE = """
    select count(distinct customer_id)
    from (
        select customer_id from marts.sync_marks where destination = $destination
        union all
        select customer_id from marts.sync_held where destination = $destination and is_ours
    )
"""


class Stopped(Exception):
    """A sync that must not go on; the message says why and what to do."""


@dataclass(frozen=True)
class Plan:
    """All calls in the order in which they are made, and how many people have or get marks."""

    destination: str
    calls: tuple[Call, ...]
    audience: int

    def ready(self, now: datetime, quiet: bool) -> list[Call]:
        """The calls that may be made now."""
        return [
            call
            for call in self.calls
            if call.why_not is None
            and (call.not_before is None or call.not_before <= now)
            and not (quiet and call.is_message)
        ]


def read_plan(connection: duckdb.DuckDBPyConnection, destination: str) -> Plan:
    """The plan for one destination, from a warehouse that knows what the destination says."""
    rows = connection.execute(PLAN, {"destination": destination, "actions": list(ORDER)}).fetchall()
    calls = [
        Call(
            destination,
            action,
            customer,
            account,
            mark,
            is_message,
            reason,
            tuple(json.loads(flags)),
            json.loads(payload) if payload else None,
            why_not,
            not_before.replace(tzinfo=UTC) if not_before else None,
        )
        for (
            action,
            customer,
            account,
            mark,
            is_message,
            reason,
            flags,
            payload,
            why_not,
            not_before,
        ) in rows
    ]
    found = connection.execute(AUDIENCE, {"destination": destination}).fetchone()
    return Plan(destination, tuple(calls), found[0] if found else 0)


def people_changed(calls: Sequence[Call]) -> int:
    """How many people would gain or lose a mark, apart from the hand-over of one they have."""
    return len(
        {
            call.customer_id or call.account_id
            for call in calls
            if call.action in ("tag", "untag", "join", "leave") and not call.mark.endswith("-sent")
        }
    )


def brake(plan: Plan, calls: Sequence[Call], allow_large: bool) -> None:
    """Raise Stopped when too many people would gain or lose marks at once."""
    changed = people_changed(calls)
    is_large = changed > MOST_PEOPLE or (
        changed > FEWEST_PEOPLE and changed > LARGEST_SHARE * plan.audience
    )
    if is_large and not allow_large:
        raise Stopped(
            f"{plan.destination}: {changed} of {plan.audience} people would gain or lose a tag or "
            f"list, more than {LARGEST_SHARE:.0%} or {MOST_PEOPLE}: look at the plan; if it is "
            "right, add --allow-large"
        )


def refuse_stale(
    connection: duckdb.DuckDBPyConnection, failed: Sequence[str], now: datetime
) -> None:
    """Go on without the sources that just failed if they were read not long ago.

    Raises Stopped for one whose last complete load is older than 26 hours, or that never had one:
    nobody's word may be older.
    """
    for source in failed:
        row = connection.execute(
            f"select max(inserted_at) from raw_{source}._dlt_loads where status = 0"
        ).fetchone()
        last = row[0] if row else None
        if last is None or now - last.astimezone(UTC) > LONGEST_SILENCE:
            raise Stopped(
                f"{source} cannot be read now and was last read more than 26 hours ago: somebody "
                "may have said stop there since, so nothing is sent; run `basin doctor`"
            )
