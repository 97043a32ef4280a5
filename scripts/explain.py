"""Who somebody is, why records are one customer, and which pairs wait for a decision.

Reads the published file only; `decide` appends to the two hand-made seeds. What is shown to a
person at the keyboard is theirs to see; nothing of it is logged or written elsewhere.
"""

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

import duckdb
import networkx as nx
import phonenumbers

from extract import config

SEEDS = Path(__file__).parents[1] / "seeds"


class NotFound(Exception):
    """Nobody fits what was asked for; the message says what can be asked."""


@dataclass(frozen=True)
class Link:
    """One reason for which two records are one person."""

    record_key_a: str
    record_key_b: str
    reason: str
    confidence: str
    evidence: str


@dataclass(frozen=True)
class Answer:
    """Why two records are one customer (`chain`), or what keeps them apart (`refusals`)."""

    customers: tuple[str, str]
    chain: list[Link]
    refusals: list[str]


@contextmanager
def published() -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, read-only.

    Raises ConfigError when nothing is published yet.
    """
    path = config.published_file()
    if not path.exists():
        raise config.ConfigError("nothing is published yet: `make daily` does a day's work")
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        yield connection


def records_of(connection: duckdb.DuckDBPyConnection, asked: str) -> list[str]:
    """The record keys behind a customer id (retired ones followed), record key, e-mail or phone.

    Raises NotFound.
    """
    wanted = asked.strip()
    found = connection.execute(
        """
        with recursive followed as (
            select customer_id, merged_into_customer_id
            from intermediate.int_identity__registry where customer_id = $asked
            union
            select registry.customer_id, registry.merged_into_customer_id
            from intermediate.int_identity__registry as registry
            inner join followed on registry.customer_id = followed.merged_into_customer_id
        )
        select record_key from intermediate.int_identity__members
        where record_key = $asked or customer_id in (select customer_id from followed)
        union
        select record_key from intermediate.int_identity__identifiers
        where identifier_type in ('email', 'phone')
            and (value in ($asked, lower($asked), $phone) or value_raw = $asked)
        order by record_key
        """,
        {"asked": wanted, "phone": as_phone(wanted)},
    ).fetchall()
    if not found:
        raise NotFound(
            "nobody is known by that: ask for a customer id (c_…), a record key such as"
            " capitan:customer:4711, an e-mail or a phone number"
        )
    return [key for (key,) in found]


def as_phone(text: str) -> str | None:
    """The number in the spelling of the warehouse; None where it is none."""
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def why(asked_a: str, asked_b: str) -> Answer:
    """The strongest chain between two people, or everything that keeps them apart.

    Raises NotFound.
    """
    with published() as connection:
        keys_a, keys_b = records_of(connection, asked_a), records_of(connection, asked_b)
        homes = dict(
            connection.execute(
                "select record_key, customer_id from intermediate.int_identity__members"
                " where record_key in (select unnest($keys))",
                {"keys": [*keys_a, *keys_b]},
            ).fetchall()
        )
        a, b = next(
            ((x, y) for x in keys_a for y in keys_b if x != y and homes[x] == homes[y]),
            (keys_a[0], keys_b[-1]),
        )
        customers = (homes[a], homes[b])
        if homes[a] == homes[b]:
            return Answer(customers, chain(connection, homes[a], a, b), [])
        return Answer(customers, [], refusals(connection, *customers))


def chain(connection: duckdb.DuckDBPyConnection, customer: str, a: str, b: str) -> list[Link]:
    """The shortest way from one record to the other over the surest reasons."""
    graph: nx.Graph = nx.Graph()
    levels = {"exact": 1, "medium": 10, "low": 100}
    for row in connection.execute(
        "select record_key_a, record_key_b, reason, confidence, evidence"
        " from marts.customer_evidence where customer_id = ? order by all",
        [customer],
    ).fetchall():
        link = Link(*row)
        weight = levels[link.confidence]
        before = graph.get_edge_data(link.record_key_a, link.record_key_b)
        if before is None or weight < before["weight"]:
            graph.add_edge(link.record_key_a, link.record_key_b, weight=weight, link=link)
    if a not in graph or b not in graph or not nx.has_path(graph, a, b):
        return []
    path = nx.shortest_path(graph, a, b, weight="weight")
    return [graph.edges[x, y]["link"] for x, y in pairwise(path)]


def refusals(connection: duckdb.DuckDBPyConnection, one: str, other: str) -> list[str]:
    """What was found between the records of two customers, in sentences without personal data."""
    rows = connection.execute(
        """
        select refused.record_key_a || ' and ' || refused.record_key_b || ': ' || refused.reason
        from marts.identity_refused as refused
        inner join intermediate.int_identity__members as a on refused.record_key_a = a.record_key
        inner join intermediate.int_identity__members as b on refused.record_key_b = b.record_key
        where (a.customer_id = $one and b.customer_id = $other)
            or (a.customer_id = $other and b.customer_id = $one)
        union all
        select record_key_a || ' and ' || record_key_b || ': ' || reason || ', ' || bits
            || ' bits, waits for a decision (basin review)'
        from marts.identity_review
        where customer_id_a = least($one, $other) and customer_id_b = greatest($one, $other)
        order by 1
        """,
        {"one": one, "other": other},
    ).fetchall()
    return [sentence for (sentence,) in rows] or ["nothing that they share speaks for one person"]


def customer(asked: str) -> dict[str, list[tuple[object, ...]]]:
    """One person on one screen: summary, records, identifiers, consent, household, last events.

    Raises NotFound.
    """
    with published() as connection:
        key = records_of(connection, asked)[0]
        (customer_id,) = connection.execute(
            "select customer_id from intermediate.int_identity__members where record_key = ?", [key]
        ).fetchone() or (None,)
        parts = {
            "person": "select customer_id, primary_name, birthday, minor, contact_email,"
            " contact_phone, is_using_parent_contact, household_id from marts.customers_master"
            " where customer_id = ?",
            "records": "select records.record_key, records.given_name, records.family_name,"
            " records.birth_date, members.place_confidence"
            " from intermediate.int_identity__members as members"
            " inner join intermediate.int_identity__records as records using (record_key)"
            " where members.customer_id = ? order by 1",
            "e-mails and phones": "select identifier_type, identifier_value, source, match_reason"
            " from marts.customer_identifiers where customer_id = ? order by all",
            "may be written to": "select channel, contact_point, is_allowed, reason"
            " from marts.customer_permissions where customer_id = ? order by 1",
            "household": "select others.customer_id, master.primary_name, master.minor"
            " from marts.household as mine"
            " inner join marts.household as others using (household_id)"
            " inner join marts.customers_master as master"
            " on others.customer_id = master.customer_id"
            " where mine.customer_id = ? and others.customer_id <> mine.customer_id order by 1",
            "last events": "select event_date, event_type, event_source, amount"
            " from marts.customer_events where customer_id = ?"
            " order by occurred_at desc, event_id limit 12",
        }
        return {
            name: connection.execute(sql, [customer_id]).fetchall() for name, sql in parts.items()
        }


def questions() -> list[tuple[object, ...]]:
    """The review queue, likeliest first: keys, customers, reason, bits and both sides' names."""
    with published() as connection:
        return connection.execute(
            """
            select
                review.record_key_a, review.record_key_b, review.customer_id_a, review.reason,
                review.bits, a.given_name, a.family_name, a.birth_date, a.source,
                b.given_name, b.family_name, b.birth_date, b.source
            from marts.identity_review as review
            inner join intermediate.int_identity__records as a
                on review.record_key_a = a.record_key
            inner join intermediate.int_identity__records as b
                on review.record_key_b = b.record_key
            order by review.review_order
            """
        ).fetchall()


def changes() -> list[tuple[object, ...]]:
    """Merges and splits of the last build: id, change, other id, records, reason.

    Raises ConfigError when nothing was built yet.
    """
    path = config.work_file()
    if not path.exists():
        raise config.ConfigError("nothing is built yet: `make daily` does a day's work")
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(
            "select customer_id, change, other_customer_id, record_count, reason"
            " from intermediate.int_identity__changes order by all"
        ).fetchall()


def parts_of(record_key: str) -> tuple[str, str]:
    """A record key as system and kind, and the vendor's id."""
    src, _, src_id = record_key.rpartition(":")
    return src, src_id


def decide(
    key_a: str, key_b: str, is_same: bool, who: str, when: date, seeds: Path = SEEDS
) -> Path:
    """Write a decision into its seed; the file that was written to.

    Raises ConfigError for initials that could be a name or an address.
    """
    if not re.fullmatch(r"[a-z]{1,4}", who):
        raise config.ConfigError("--by takes initials of one to four small letters, such as jd")
    if is_same:
        path, row = seeds / "_duplicates.csv", [*parts_of(key_b), key_a]
        reason = "same_person"
    else:
        path, row = seeds / "_not_duplicates.csv", [*parts_of(key_a), *parts_of(key_b)]
        reason = "two_people"
    with path.open("a", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow([*row, reason, who, when.isoformat()])
    return path
