"""Who may be written to, from what was said where and when; no evidence is ever forgotten."""

import sqlite3
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from tests.behaviour.days import Days
from tests.behaviour.warehouse import Warehouse

SHOWN = (
    "contact_point_type varchar, value_raw varchar, channel varchar, state varchar,"
    " is_explicit boolean, method varchar, source varchar, source_status varchar,"
    " effective_at timestamp, proof varchar, record_key varchar"
)
IDENTIFIERS = (
    "record_key varchar, identifier_type varchar, value_raw varchar, value varchar,"
    " seen_at timestamp, origin varchar"
)
PEOPLE = (
    "customer_id varchar, minor varchar, primary_email varchar, primary_phone varchar,"
    " is_deleted boolean"
)
MODELS = (
    "intermediate/consent/int_consents",
    "consent/consent_ledger",
    "consent/contact_permissions",
    "consent/customer_opt_outs",
    "consent/customer_permissions",
)
OUT = "2025-05-05 12:00:00"
IN = "2025-08-08 12:00:00"
Live = Callable[..., dict[str, str]]


def opt_out(email: str, record: str, at: str = OUT, method: str = "unsubscribe") -> tuple[Any, ...]:
    is_said = method != "bounce"
    return ("email", email, "email", "opted_out", is_said, method, "s", "out", at, f"o{at}", record)


def opt_in(email: str, record: str, at: str | None = IN, method: str = "form") -> tuple[Any, ...]:
    is_said = method == "form"
    return ("email", email, "email", "opted_in", is_said, method, "s", "in", at, f"i{at}", record)


@pytest.fixture
def live(days: Days) -> Live:
    """Lives a day: `people` are customers, each with the records of theirs and an e-mail of each;
    `shown` is what the sources show.

    Gives the reason for each customer's e-mail. Whom the records belonged to the day before is
    what the store of ids knows.
    """
    known: dict[str, str] = {}

    def one_day(
        day: int,
        people: dict[str, dict[str, str]],
        *shown: tuple[Any, ...],
        merged: dict[str, str] | None = None,
        minor: dict[str, str] | None = None,
    ) -> dict[str, str]:
        records = {record: who for who, held in people.items() for record in held}
        emails = {record: email for held in people.values() for record, email in held.items()}
        days.put("intermediate.int_consent__unioned", SHOWN, *shown)
        days.put(
            "intermediate.int_identity__identifiers",
            IDENTIFIERS,
            *((record, "email", one, one.lower(), None, "own") for record, one in emails.items()),
        )
        days.put(
            "intermediate.int_identity__members",
            "record_key varchar, customer_id varchar",
            *records.items(),
        )
        days.put(
            "intermediate.int_identity__contact_points",
            "identifier_type varchar, value varchar, unusable_because varchar",
            *(("email", one, None) for one in sorted({email.lower() for email in emails.values()})),
        )
        days.put(
            "intermediate.int_identity__followed",
            "former_customer_id varchar, customer_id varchar",
            *({who: who for who in people} | (merged or {})).items(),
        )
        days.put(
            "staging.stg_ops__customer_id_records",
            "record_key varchar, customer_id varchar",
            *known.items(),
        )
        days.put(
            "marts.dim_customers",
            PEOPLE,
            *(
                (who, (minor or {}).get(who, "no"), min(held.values()).lower(), None, False)
                for who, held in people.items()
            ),
        )
        days.run(date(2026, 2, day), *MODELS, ledgers=("consents", "customer_opt_outs"))
        known.clear()
        known.update(records)
        return dict(
            days.rows(
                "select customer_id, reason from marts.customer_permissions where channel = 'email'"
            )
        )

    return one_day


A, B = "a@example.org", "b@example.org"


def test_an_opt_out_stands_until_the_person_says_yes_after_it(live: Live) -> None:
    cases: dict[str, tuple[tuple[Any, ...], ...]] = {
        "nothing known": (),
        "opted in": (opt_in("{}", "{}"),),
        "opt-in inferred": (opt_in("{}", "{}", method="waiver"),),
        "opted out": (opt_out("{}", "{}"), opt_in("{}", "{}", method="waiver")),
        "unreachable": (opt_out("{}", "{}", method="bounce"), opt_in("{}", "{}", method="order")),
        "came back": (opt_out("{}", "{}"), opt_in("{}", "{}")),
        "left again": (opt_in("{}", "{}", at=OUT), opt_out("{}", "{}", at=IN)),
        "at once": (opt_in("{}", "{}", at=OUT), opt_out("{}", "{}")),
        "undated form": (opt_out("{}", "{}"), opt_in("{}", "{}", at=None)),
    }
    people, shown = {}, []
    for place, (name, evidence) in enumerate(cases.items()):
        email, record = f"{place}@example.org", f"r{place}"
        people[name] = {record: email}
        shown += [("email", email, *row[2:9], f"{record} {row[9]}", record) for row in evidence]
    found = live(1, people, *shown)
    assert found == {
        "nothing known": "nothing known",
        "opted in": "opted in",
        "opt-in inferred": "opt-in inferred",
        "opted out": "opted out",
        "unreachable": "unreachable",
        "came back": "opted in",
        "left again": "opted out",
        "at once": "opted out",
        "undated form": "opted out",
    }


def test_evidence_outlives_its_source_and_a_day_run_twice_adds_nothing(
    live: Live, days: Days
) -> None:
    def stored() -> list[tuple[Any, ...]]:
        with sqlite3.connect(days.store) as store:
            return store.execute("select * from consents order by evidence_key").fetchall()

    people = {"a": {"r1": A}}
    assert live(1, people, opt_out(A, "r1")) == {"a": "opted out"}
    once = stored()
    assert live(1, people, opt_out(A, "r1")) == {"a": "opted out"}
    assert stored() == once
    # The suppression was lifted, somebody imported the address, the waiver was signed again.
    later = (opt_in(A, "r1", method="import"), opt_in(A, "r1", at="2026-01-01", method="waiver"))
    assert live(2, people, *later) == {"a": "opted out"}
    assert live(3, people) == {"a": "opted out"}
    assert set(once) <= set(stored())
    assert A not in str(stored())
    # Without the record, and with it again.
    assert live(4, {"b": {"r2": B}}) == {"b": "nothing known"}
    assert live(5, people) == {"a": "opted out"}
    assert live(6, people, opt_in(A, "r1", at="2026-02-06 09:00:00")) == {"a": "opted in"}


def test_after_a_merge_the_strictest_part_holds_and_after_a_split_both_keep_it(live: Live) -> None:
    yes = (opt_in(A, "r1"), opt_in(B, "r2"), opt_out(B, "r2", at="2025-09-09 12:00:00"))
    apart = {"a": {"r1": A}, "b": {"r2": B}}
    assert live(1, apart, *yes) == {"a": "opted in", "b": "opted out"}
    one = {"a": {"r1": A, "r2": B}}
    held = "opted out at another address"
    assert live(2, one, *yes, merged={"b": "a"}) == {"a": held}
    # The address is gone from every source, then the two are parted.
    assert live(3, {"a": {"r1": A, "r2": A}}, yes[0], merged={"b": "a"}) == {
        "a": "opted out before a merge or split"
    }
    parted = {"a": {"r1": A}, "c": {"r2": "c@example.org"}}
    also = opt_in("c@example.org", "r2")
    kept = "opted out before a merge or split"
    assert live(4, parted, yes[0], also, merged={"b": "a"}) == {"a": kept, "c": kept}
    assert live(4, parted, yes[0], also, merged={"b": "a"}) == {"a": kept, "c": kept}
    assert live(5, parted, yes[0], also, merged={"b": "a"}) == {"a": kept, "c": kept}
    # Only a yes to that same address, later, frees them.
    back = opt_in(B, "r1", at="2026-02-06 09:00:00")
    freed = live(6, {"a": {"r1": A, "r3": B}, "c": parted["c"]}, yes[0], also, back)
    assert freed == {"a": "opted in", "c": "opted in"}


def test_a_shared_address_that_opted_out_binds_all_who_hold_it(live: Live) -> None:
    couple = {"a": {"r1": A, "r2": "z@example.org"}, "b": {"r3": "z@example.org"}}
    shown = (opt_in(A, "r1"), opt_in("z@example.org", "r3"))
    assert live(1, couple, *shown) == {"a": "opted in", "b": "opted in"}
    left = opt_out("z@example.org", "r3", at="2026-02-02 08:00:00")
    assert live(2, couple, *shown, left) == {
        "a": "opted out at another address",
        "b": "opted out",
    }


def test_a_child_agrees_to_nothing_and_is_never_written_to(live: Live) -> None:
    minor = {"child": "yes", "ageless": "unknown"}
    people = {"child": {"r1": A}, "mother": {"r2": A}, "ageless": {"r3": B}}
    shown = (opt_in(A, "r1"), opt_in(B, "r3"))
    assert live(1, people, *shown, minor=minor) == {
        "child": "a child",
        "mother": "nothing known",
        "ageless": "age unknown",
    }
    own = opt_in(A, "r2", at="2025-09-09 12:00:00")
    assert live(2, people, *shown, own, minor=minor)["mother"] == "opted in"
    # But a no is a no, whoever says it.
    no = opt_out(A, "r1", at="2026-02-02 12:00:00")
    assert live(3, people, *shown, own, no, minor=minor)["mother"] == "opted out"


SAYS_YES = {"subscribed", "opted_in"}
SAYS_NOTHING = {"pending", "transactional"}


def verdict(changes: list[tuple[datetime, str, bool]]) -> str:
    """What the truth's changes of one address and channel come to: in, out or unknown."""
    said = [one for one in changes if one[1] not in SAYS_NOTHING]
    yes = max((at for at, state, is_own in said if state in SAYS_YES and is_own), default=None)
    no = max((at for at, state, _ in said if state not in SAYS_YES), default=None)
    if no is not None and (yes is None or yes <= no):
        return "out"
    return "in" if said else "unknown"


def test_nobody_may_be_written_to_who_in_truth_wants_nothing(published_once: Warehouse) -> None:
    rows = published_once.query(
        f"""
        with spellings as (
            select distinct identifier_type, lower(trim(value_raw)) as spelling, value
            from intermediate.int_identity__identifiers where value is not null
        )
        select spellings.value, channel, effective_at::timestamp, state, is_explicit
        from {published_once.truth("consent")} as truth
        inner join spellings
            on truth.contact_point = spellings.spelling
            and (spellings.identifier_type = 'email') = (truth.channel = 'email')
        """
    )
    changes: dict[tuple[str, str], list[tuple[datetime, str, bool]]] = defaultdict(list)
    for value, channel, at, state, is_own in rows:
        changes[value, channel].append((at, state, is_own))
    truth = {key: verdict(found) for key, found in changes.items()}
    ours = {
        (value, channel): (is_allowed, state)
        for value, channel, is_allowed, state in published_once.query(
            "select contact_point, channel, is_allowed, state from marts.contact_permissions"
            " where contact_point is not null"
        )
    }
    allowed = {key for key, (is_allowed, _) in ours.items() if is_allowed}
    assert {key for key in allowed if truth.get(key) == "out"} == set()
    refused = {key for key, (_, state) in ours.items() if state == "opted_out"}
    assert refused == {key for key, what in truth.items() if what == "out"}
    assert {key for key, what in truth.items() if what == "in"} - allowed == set()
    assert len(refused) > 10


def test_nobody_who_in_truth_is_a_minor_may_be_written_to(published_once: Warehouse) -> None:
    assert (
        published_once.query(
            f"""
        select people.person_id, permissions.channel
        from {published_once.truth("records")} as records
        inner join {published_once.truth("people")} as people using (person_id)
        inner join marts.member_id_map using (record_key)
        inner join marts.customer_permissions as permissions
            on member_id_map.member_id = permissions.customer_id
        where people.is_minor and permissions.is_allowed
        """
        )
        == []
    )
