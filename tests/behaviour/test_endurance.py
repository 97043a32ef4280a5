"""Days of work and syncs that are cut off at random end where undisturbed ones end; and nothing
that was sent was sent to somebody who must not have it.

Run by `make endurance`: sixty days, or as many as ENDURANCE_DAYS says.
"""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from tests.behaviour.test_decisions import (
    HEADER_DUPLICATES,
    HEADER_NOT_DUPLICATES,
    decide,
    parts,
)
from tests.behaviour.warehouse import Snapshot, Warehouse, differences

DAYS = int(os.environ.get("ENDURANCE_DAYS") or 60)
SEED = 1
DRIVER = "from scripts.cli import main; main()"
DAILY = ("daily",)
SYNCS = tuple(("sync", one, "--apply", "--allow-large") for one in ("shopify", "klaviyo"))
# The longest that a kill waits, in seconds; it may come too late, which is no kill.
PATIENCE = {"daily": 30, "sync": 8}


@dataclass
class Life:
    """One warehouse through the days; `wrongs` counts what must never happen."""

    warehouse: Warehouse
    chance: random.Random | None
    wrongs: Counter[str] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    judged: int = 0

    def live(self, days: int) -> None:
        """The rest of the first day, then so many more."""
        for day in range(days + 1):
            is_cut_off = self.chance is not None and day % 3 == 2
            if day:
                done = self.warehouse.basin("sandbox", "advance")
                assert done.returncode == 0, done.stderr
                if day % 3 == 0:  # the sync alone has heard who said stop by then
                    self.sync_all("10", is_cut_off)
                self.decide(day)
                self.step(DAILY, is_cut_off)
            # At night somebody syncs as well, which must reach nobody.
            for hour in ("10", "23") if day % 3 == 1 else ("10",):
                self.sync_all(hour, is_cut_off)
        self.wrongs["inside a cool-down"] = self.inside_cool_downs()

    def sync_all(self, hour: str, is_cut_off: bool) -> None:
        """Every sync at an hour, and a look at what it sent."""
        for sync in SYNCS:
            self.step(sync, is_cut_off, SANDBOX_HOUR=hour)
            self.judge(hour)

    def step(self, step: tuple[str, ...], is_cut_off: bool, **extra: str) -> None:
        """A command; cut off at some moment first, and then run again."""
        if is_cut_off:
            self.kill(step, **extra)
        done = self.warehouse.basin(*step, **extra)
        assert done.returncode == 0, done.stdout + done.stderr + self.warehouse.build_log()

    def kill(self, step: tuple[str, ...], **extra: str) -> None:
        """The command, ended from outside; its children die with it."""
        assert self.chance is not None
        process = subprocess.Popen(
            [sys.executable, "-c", DRIVER, *step],
            cwd=self.warehouse.project,
            env=self.warehouse.environment(**extra),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            process.wait(self.chance.uniform(0, PATIENCE[step[0]]))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            self.kills += 1

    def decide(self, day: int) -> None:
        """On the second day two grown-ups become one customer, on the fourth they are two again."""
        seeds = self.warehouse.project / "seeds"
        if day == 2:
            first, second = (
                row[0]
                for row in self.warehouse.query(
                    "select leading_record_key from marts.dim_customers where record_count = 1"
                    " and sources = 'capitan' and minor = 'no' order by customer_id limit 2"
                )
            )
            decide(seeds / "_duplicates.csv", HEADER_DUPLICATES, [f"{parts(second)},{first}"])
        if day == 4:
            row = (seeds / "_duplicates.csv").read_text().splitlines()[1].split(",")
            decide(seeds / "_duplicates.csv", HEADER_DUPLICATES, [])
            decide(
                seeds / "_not_duplicates.csv",
                HEADER_NOT_DUPLICATES,
                [f"{row[0]},{row[1]},{parts(row[2])}"],
            )

    def judge(self, hour: str) -> None:
        """Count the messages since the last look, and those of them that must not have been."""
        warehouse = self.warehouse
        closed, people = closed_addresses(warehouse), addressees(warehouse)
        channels = {"shopify": ("email",), "klaviyo": ("email", "sms")}
        for number, destination, action, who in messages(warehouse, self.judged):
            is_minor, open_addresses = people[who]
            used = [one for one in open_addresses if one[1] in channels[destination]]
            self.judged = number
            self.sent[f"{destination} {action}"] += 1
            self.wrongs["without consent"] += not used
            self.wrongs["against somebody's word"] += any(one in closed for one in used)
            self.wrongs["to a minor"] += is_minor
            self.wrongs["at night"] += hour == "23"
        holds = warehouse.holds()
        shop = holds["shopify"]["customers"].values()
        self.wrongs["subscribed"] = len(holds["klaviyo"]["subscriptions"])
        self.wrongs["taken from others"] = sum(len(one["tags_taken_off"]) for one in shop)

    def inside_cool_downs(self) -> int:
        """Deliveries of a rule by one destination to one addressee before it was time again."""
        cool_downs = dict(self.warehouse.query("select flag_type, cool_down_days from marts.rules"))
        last: dict[tuple[str, str, str], date] = {}
        count = 0
        for _, destination, _, who, flag, day in delivered(self.warehouse):
            key, on = (destination, who, flag.removeprefix("child_")), date.fromisoformat(day)
            count += key in last and (on - last[key]).days < cool_downs[key[2]]
            last[key] = on
        return count


def messages(warehouse: Warehouse, after: int) -> list[tuple[int, str, str, str]]:
    """The calls of the ledger that set a message off: number, destination, action, who."""
    statuses = {
        "basin-" + row[0].replace("_", "-")
        for row in warehouse.query("select flag_type from marts.rules where category = 'status'")
    }
    rows = stored(
        warehouse,
        "select call_number, destination, action, mark, customer_id from sync_calls"
        f" where outcome = 'done' and action in ('tag', 'join', 'tell') and call_number > {after}"
        " order by call_number",
    )
    return [
        (number, destination, action, who)
        for number, destination, action, mark, who in rows
        if mark not in statuses and not mark.endswith("-sent")
    ]


def delivered(warehouse: Warehouse) -> list[tuple[str, ...]]:
    """Every delivery that the state store knows, by day."""
    return stored(warehouse, "select * from deliveries order by delivered_on, delivery_key")


def stored(warehouse: Warehouse, query: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(warehouse.folder / "state" / "state.sqlite") as store:
        return store.execute(query).fetchall()


def closed_addresses(warehouse: Warehouse) -> set[tuple[str, str]]:
    """Addresses, with their channel, that may not be used by the town's truth: by the last that
    their people said, or because nothing arrives there."""
    last = {
        (address, channel): state
        for address, channel, state in warehouse.query(
            f"select lower(contact_point), channel, state from {warehouse.truth('consent')}"
            " order by is_explicit, effective_at, state"
        )
    }
    return {key for key, state in last.items() if state in ("opted_out", "unsubscribed", "cleaned")}


def addressees(warehouse: Warehouse) -> dict[str, tuple[bool, list[tuple[str, str]]]]:
    """Of each customer id of ever whether a minor is behind it in truth, and the addresses with
    their channel that the warehouse holds to be open."""
    rows = warehouse.query(
        f"""
        select
            former_customer_id,
            coalesce(bool_or(people.is_minor), false),
            list(distinct [lower(contact_point), channel]) filter (where is_allowed)
        from intermediate.int_identity__followed as followed
        inner join marts.customer_permissions using (customer_id)
        inner join intermediate.int_identity__members as members using (customer_id)
        left join {warehouse.truth("records")} as records using (record_key)
        left join {warehouse.truth("people")} as people using (person_id)
        group by former_customer_id
        """
    )
    return {
        who: (is_minor, [(address, channel) for address, channel in addresses or []])
        for who, is_minor, addresses in rows
    }


@pytest.mark.crash
def test_days_cut_off_at_random_end_like_undisturbed_ones(
    published: Warehouse, published_once: Warehouse
) -> None:
    ends: list[tuple[Any, list[tuple[str, ...]], Snapshot]] = []
    for chance in (None, random.Random(SEED)):
        shutil.rmtree(published.folder)
        shutil.copytree(published_once.folder, published.folder)
        life = Life(published.with_own_project(), chance)
        life.live(DAYS)
        print(f"{DAYS} days, {life.kills} kills: sent {dict(life.sent)}, wrong {dict(life.wrongs)}")
        assert life.wrongs.total() == 0, life.wrongs
        assert life.sent.total() > 0
        assert (chance is None) == (life.kills == 0)
        ends.append((published.holds(), delivered(published), published.snapshot()))
    (held, handed_over, rows), (held_after, handed_over_after, rows_after) = ends
    assert held_after == held
    assert handed_over_after == handed_over
    assert differences(rows, rows_after) == {}
