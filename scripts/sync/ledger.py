"""The ledger of a sync: every call is in the state store before it is made and closed after it.

A call that is still open was cut off by a crash. What the destination shows decides what became of
it; only then is anything planned anew, so that nothing is done twice and nothing forgotten.
"""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from extract import config
from scripts import state

DELIVERING = ("tag", "join", "note")


@dataclass(frozen=True)
class Call:
    """One row of the plan: what a destination is to be told, about whose account, and why.

    `flags` are those that the call delivers, `not_before` and `why_not` what keeps it from being
    made now.
    """

    destination: str
    action: str
    customer_id: str
    account_id: str | None
    mark: str
    is_message: bool
    reason: str
    flags: tuple[dict[str, str], ...] = ()
    payload: dict[str, Any] | None = None
    why_not: str | None = None
    not_before: datetime | None = None


@dataclass(frozen=True)
class OpenCall:
    """A call of which nobody knows whether it was made."""

    number: int
    call: Call
    intended_at: datetime


def intend(call: Call, now: datetime) -> int:
    """Write down what is about to be done; the number of the call."""
    with state.opened(config.state_file()) as store:
        cursor = store.execute(
            "insert into sync_calls (destination, action, customer_id, account_id, mark, flags,"
            " intended_at, outcome) values (?, ?, ?, ?, ?, ?, ?, 'open')",
            [
                call.destination,
                call.action,
                call.customer_id,
                call.account_id,
                call.mark,
                json.dumps(call.flags, sort_keys=True),
                now.isoformat(),
            ],
        )
        return int(cursor.lastrowid or 0)


def close(
    number: int,
    call: Call,
    outcome: str,
    now: datetime,
    account_id: str | None = None,
    detail: str | None = None,
    delivered_at: datetime | None = None,
) -> None:
    """Write down what came of a call, and with it what it delivered (at `now`, unless said)."""
    with state.opened(config.state_file()) as store:
        store.execute(
            "update sync_calls set outcome = ?, closed_at = ?, detail = ?,"
            " account_id = coalesce(?, account_id) where call_number = ?",
            [outcome, now.isoformat(), detail, account_id, number],
        )
        if outcome == "done" and call.action in DELIVERING:
            deliver(store, call, delivered_at or now)


def deliver(store: sqlite3.Connection, call: Call, at: datetime) -> None:
    """Each flag of the call counts as delivered on the business day; once, whoever says it."""
    day = at.astimezone(config.BUSINESS_ZONE).date().isoformat()
    store.executemany(
        "insert or ignore into deliveries values (?, ?, ?, ?, ?, ?)",
        (
            (
                ":".join(
                    (call.destination, flag["customer_id"], flag["flag_type"], flag["flag_date"])
                ),
                call.destination,
                flag["customer_id"],
                call.customer_id,
                flag["flag_type"],
                day,
            )
            for flag in call.flags
        ),
    )


def left_open(destination: str) -> list[OpenCall]:
    """The calls that a crash cut off, oldest first."""
    with state.opened(config.state_file()) as store:
        rows = store.execute(
            "select call_number, action, customer_id, account_id, mark, flags, intended_at"
            " from sync_calls where destination = ? and outcome = 'open' order by call_number",
            [destination],
        ).fetchall()
    return [
        OpenCall(
            number,
            Call(
                destination,
                action,
                customer,
                account,
                mark,
                is_message=bool(json.loads(flags)),
                reason="",
                flags=tuple(json.loads(flags)),
            ),
            datetime.fromisoformat(intended_at),
        )
        for number, action, customer, account, mark, flags, intended_at in rows
    ]


def settle(
    cut_off: Iterable[OpenCall],
    held: set[tuple[str, str]],
    of_customer: dict[str, set[str]],
    planned: set[tuple[str, str, str]],
    now: datetime,
) -> int:
    """Close each call that was cut off by what the destination shows today; how many there were.

    `held` are account and mark, `of_customer` the accounts of a customer, `planned` action,
    customer and mark of what is still to be done. A mark that should have been set was set if it is
    there; any other call was made if nobody would make it again.
    """
    count = 0
    for one in cut_off:
        call, count = one.call, count + 1
        accounts = (
            {call.account_id} if call.account_id else of_customer.get(call.customer_id, set())
        )
        found = [account for account in sorted(accounts) if (account, call.mark) in held]
        if call.action in ("tag", "join"):
            is_done = bool(found)
        elif call.action in ("untag", "leave"):
            is_done = not found
        else:
            is_done = (call.action, call.customer_id, call.mark) not in planned
        account_id = found[0] if found else None
        outcome = "done" if is_done else "lost"
        close(one.number, call, outcome, now, account_id, delivered_at=one.intended_at)
    return count
