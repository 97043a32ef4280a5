"""Gyms made up at random, full of people on the very edge of a rule, in a file of their own.

The rules' compiled SQL runs over them as it runs over the town; only what it reads is invented.
"""

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import duckdb

from scripts import unions
from tests.behaviour.alone import alone, make, put

ROOT = Path(__file__).parents[2]
EDGES = (0, 1, 2, 3, 4, 5, 6, 7, 8, 13, 14, 15, 29, 30, 31, 59, 60, 61, 89, 90, 179, 180, 184, 400)
PRODUCTS = ("Solo Weekly", "Family Monthly", "Youth Rec Membership", "2-Week Pass", "Staff BCF")
TABLES = {
    "staging.stg_ops__run": "as_of_date date",
    "staging.stg_ops__flag_history": (
        "customer_id varchar, flag_type varchar, change varchar, change_number bigint,"
        " changed_date date, first_date date"
    ),
    "staging.stg_capitan__memberships": (
        "membership_instance_id varchar, owner_capitan_customer_id varchar,"
        " membership_name varchar, membership_name_lower varchar, billing_interval varchar,"
        " membership_status varchar, is_deleted boolean, start_date date, end_date date,"
        " unfreeze_date date, upcoming_bill_dates json"
    ),
    "intermediate.int_gym__membership_members": (
        "membership_instance_id varchar, capitan_customer_id varchar,"
        " is_individually_frozen boolean"
    ),
    "intermediate.int_identity__members": "record_key varchar, customer_id varchar",
    "intermediate.int_identity__followed": "former_customer_id varchar, customer_id varchar",
    "intermediate.int_party_person__unioned": (
        "party_key varchar, party_date date, role varchar, record_key varchar"
    ),
    "intermediate.int_campaign_offers__enrichment": (
        "campaign_id varchar, offer_type varchar, offer_amount varchar, offer_code varchar,"
        " offer_expires varchar"
    ),
    "marts.dim_customers": (
        "customer_id varchar, minor varchar, is_deleted boolean, primary_email varchar,"
        " primary_phone varchar, first_seen_at timestamp, sources varchar"
    ),
    "marts.customer_events": (
        "customer_id varchar, event_id varchar, event_type varchar, event_date date,"
        " occurred_at timestamp, event_details json"
    ),
    "marts.fct_payments": (
        "record_key varchar, paid_at timestamp, gross decimal(18, 2), refunded decimal(18, 2),"
        " payment_status varchar"
    ),
    "marts.family_relationships": (
        "parent_customer_id varchar, child_customer_id varchar, confidence varchar"
    ),
    "marts.deliveries": (
        "customer_id varchar, addressee_customer_id varchar, flag_type varchar, delivered_on date"
    ),
}
BUILT = (
    "intermediate/gym/int_gym__memberships",
    "marts/gym/membership_people",
    "marts/gym/visits",
    "marts/gym/visit_days",
    "marts/gym/day_pass_days",
    "marts/gym/running_memberships",
    "marts/gym/member_standing",
    "marts/gym/party_people",
    "marts/customers/guardian_contacts",
    "marts/flags/rules",
)


class World:
    """Rows by table, added one person at a time."""

    def __init__(self, seed: int, people: int) -> None:
        self.chance = random.Random(seed)
        self.today = date(2026, 1, 31) + timedelta(self.chance.randrange(400))
        self.rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in TABLES}
        self.rows["staging.stg_ops__run"].append((self.today,))
        for number, amount in enumerate(("50% off", "20%", None)):
            offer = (f"campaign-{number}", "other", amount, None, None)
            self.rows["intermediate.int_campaign_offers__enrichment"].append(offer)
        for number in range(people):
            self.add_person(number)

    def edge(self) -> date:
        """A day that lies on the edge of some rule, or beside it."""
        return self.today - timedelta(self.chance.choice(EDGES))

    def add_person(self, number: int) -> None:
        """One customer of a random kind, sometimes the child of an earlier one."""
        key, chance = f"c_{number:04}", self.chance
        minor = chance.choice(("no", "no", "no", "yes", "unknown"))
        email = f"p{number}@example.org" if minor == "no" and chance.random() < 0.7 else None
        seen = datetime(2024, 1, 1) if chance.random() < 0.95 else None
        sources = chance.choice(("capitan", "capitan|stripe", "capitan_contacts|stripe", "shopify"))
        self.add(
            "marts.dim_customers", key, minor, chance.random() < 0.05, email, None, seen, sources
        )
        self.add("intermediate.int_identity__members", f"capitan:customer:{number}", key)
        self.add("intermediate.int_identity__followed", key, key)
        self.come(key)
        for _ in range(chance.choice((0, 0, 1, 1, 2, 3, 6))):
            self.pass_day(key)
        for _ in range(chance.choice((0, 0, 0, 1, 1, 2))):
            self.membership(key, number)
        for _ in range(chance.choice((0, 0, 1, 3))):
            kind = chance.choice(("event_booking", "programming_purchase"))
            self.event(key, kind, self.edge())
        if chance.random() < 0.3:
            campaign = f"campaign-{chance.randrange(4)}"
            self.event(key, "email_sent", self.edge(), campaign_id=campaign)
        if chance.random() < 0.3:
            role = chance.choice(("host", "guest"))
            day = self.today + timedelta(chance.choice((-2, -1, 0, 5, 6, 7, 8)))
            party = f"party:{chance.randrange(40)}-{day}"
            self.add(
                "intermediate.int_party_person__unioned",
                party,
                day,
                role,
                f"capitan:customer:{number}",
            )
        if chance.random() < 0.3:
            self.add(
                "marts.fct_payments",
                f"capitan:customer:{number}",
                datetime.combine(self.edge(), time(18)),
                chance.choice((60.0, 99.99, 100.0, 140.0, 1999.99, 2000.0)),
                chance.choice((0.0, 0.0, 40.0)),
                chance.choice(("paid", "paid", "failed")),
            )
        if chance.random() < 0.05:
            flag = chance.choice(("birthday_party_host_one_week_out", "new_member"))
            self.add("marts.deliveries", key, key, flag, self.edge())
        adults = [row[0] for row in self.rows["marts.dim_customers"] if row[1] == "no"]
        if minor == "yes" and adults and chance.random() < 0.8:
            link = (chance.choice(adults), key, chance.choice(("high", "medium", "low")))
            self.rows["marts.family_relationships"].append(link)

    def come(self, key: str) -> None:
        """Visits: none, a few on edges, or a habit of some days a week that may have faded."""
        chance = self.chance
        habit = chance.choice(("none", "edges", "edges", "weekly", "weekend", "new", "ten"))
        days: set[date] = set()
        if habit == "edges":
            days = {self.edge() for _ in range(chance.randrange(1, 5))}
        elif habit == "weekly":
            until = chance.choice((0, 0, 14, 21, 28))
            count = chance.choice((2, 3, 4, 5))
            for week in range(14):
                for place in chance.sample(range(7), count):
                    if 7 * week + place >= until:
                        days.add(self.today - timedelta(7 * week + place))
        elif habit == "weekend":
            saturdays = [self.today - timedelta(n) for n in range(95)]
            days = {day for day in saturdays if day.weekday() >= 5 and chance.random() < 0.6}
            days |= {self.edge() for _ in range(chance.randrange(4))}
        elif habit == "new":
            first = chance.choice((13, 14, 20, 59, 60))
            step = chance.choice((1, 2, 3))
            days = {self.today - timedelta(first - n) for n in range(0, first + 1, step)}
        elif habit == "ten":
            tenth = chance.choice((5, 6, 7, 8))
            days = {self.today - timedelta(tenth + 40 * n) for n in range(10)}
            days |= {self.today - timedelta(chance.randrange(5)) for _ in range(2)}
        for day in days:
            for _ in range(chance.choice((1, 1, 2))):
                self.event(key, "checkin", day, entry_method="MEM")

    def pass_day(self, key: str) -> None:
        """A day pass: bought, used, or bought and later used."""
        day, how = self.edge(), self.chance.choice(("bought", "used", "both"))
        if how != "used":
            self.event(key, "day_pass_purchase", day, product="Day Pass")
        if how != "bought":
            used = min(self.today, day + timedelta(self.chance.choice((0, 1, 60, 61))))
            method = self.chance.choice(("ENT", "GUE", "FRE", "EVE"))
            self.event(key, "day_pass_checkin", used, entry_method=method)

    def membership(self, key: str, number: int) -> None:
        """A membership or pass with its roster, and events that fit it or do not."""
        chance = self.chance
        name, start = chance.choice(PRODUCTS), self.edge() + timedelta(chance.choice((0, 0, 0, 3)))
        status = chance.choice(("ACT", "ACT", "ACT", "END"))
        end = chance.choice((None, *(self.today + timedelta(n) for n in (-1, 0, 29, 30, 31))))
        unfreeze = chance.choice((None, None, None, self.today, self.today + timedelta(1)))
        bills = json.dumps([str(self.today)] if chance.random() < 0.4 else [])
        sold = str(len(self.rows["staging.stg_capitan__memberships"]))
        owner = str(chance.randrange(number + 1) if chance.random() < 0.3 else number)
        gone = chance.random() < 0.05
        self.add(
            "staging.stg_capitan__memberships",
            *(sold, owner, name, name.lower(), "MON", status, gone, start, end, unfreeze, bills),
        )
        if chance.random() < 0.9:
            frozen = chance.random() < 0.1
            self.add("intermediate.int_gym__membership_members", sold, str(number), frozen)
        if start <= self.today:
            self.event(key, "membership_started", start, membership_name=name, membership_id=sold)
        for kind in ("membership_purchase", "membership_renewal"):
            if chance.random() < 0.4:
                self.event(key, kind, self.edge(), product=name)
        if status == "END" and chance.random() < 0.8:
            day = self.edge()
            self.event(key, "membership_cancelled", day, membership_name=name, membership_id=sold)

    def event(self, key: str, kind: str, day: date, **details: str) -> None:
        """Something that happened at noon."""
        events = self.rows["marts.customer_events"]
        moment = datetime.combine(day, time(18))
        events.append((key, f"e{len(events)}", kind, day, moment, json.dumps(details)))

    def add(self, table: str, *values: Any) -> None:
        """One row."""
        self.rows[table].append(values)


@contextmanager
def built(world: World, compiled: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A file in memory with the world's rows, and the flags that the compiled SQL makes of them."""
    models = ROOT / "dbt_project" / "models"
    rules = [f"marts/flags/{name}" for name in unions.members("flag_*", models)]
    rules.sort(key=lambda path: "second_visit_offer" in path)  # it reads another rule
    last = ("marts/flags/rules_evaluated", "marts/flags/customer_flags")
    with alone() as connection:
        for table, columns in TABLES.items():
            put(connection, table, columns, world.rows[table])
        for path in (*BUILT, *rules, *last):
            make(connection, compiled, path)
        yield connection
