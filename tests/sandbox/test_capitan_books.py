"""Capitan's further tables: events and who is booked, associations, referrals, the log, and what is
asked for customer by customer."""

from collections import Counter
from datetime import datetime
from hashlib import md5

import pytest

from scripts.sandbox import truth
from scripts.sandbox.kin import CASE
from scripts.sandbox.vendors.base import Row
from scripts.sandbox.vendors.capitan import View as Capitan
from tests.sandbox.conftest import ask, small, views

FIELDS = {
    "associations": """id name verification_requirements automatic_removal_interval_months
        reverification_period_days show_reverification_alert allow_automatic_entry_pass_use
        membership_expiration_age allow_customer_applications num_members
        member_square_customer_group_id member_square_customer_group_name created_at updated_at""",
    "association-members": """id association_id association_name customer_id customer_first_name
        customer_last_name customer_birthday created_at approved_at approved_by_id
        approved_by_first_name approved_by_last_name last_reverified_at is_pending_reverification
        next_automatic_removal_datetime association_reverification_period_days
        has_pending_application updated_at""",
    "events": """id event_type_id event_type_name event_parts capacity num_reservations rolling_days
        booking_open_time is_cancelled location_id location_name location_area_id
        location_area_name created_at updated_at""",
    "reservations": """id customer_id first_name last_name birthday email booking_id
        booking_customer_id booking_customer_first_name booking_customer_last_name
        booking_customer_email event_id event_type_name event_start_date_local is_cancelled
        created_at""",
    "membership-referrals": """id referring_customer_id referring_customer_first_name
        referring_customer_last_name referring_customer_email owner_id owner_first_name
        owner_last_name owner_email membership_id name membership_status purchase_completed_at
        created_at""",
    "activity-log": """id category description actor_user_id actor_user_first_name
        actor_user_last_name actor_customer_id affected_customers affected_associations notes
        created_at""",
}
PARTS = """start_datetime_isoformat end_datetime_isoformat start_local_date start_local_time
           end_local_date end_local_time"""


def capitan(people: int = 400, noise: float = 1.0, days: int = 0) -> Capitan:
    view = views(days=days, people=people, noise=noise)["capitan"]
    assert isinstance(view, Capitan)
    return view


def of_customers(view: Capitan, what: str) -> dict[int, list[Row]]:
    """What every customer's own list answers; a customer without one is left out."""
    found = {}
    for row in view.tables["customers"]:
        answer = ask(view, f"/customers/{row['id']}/{what}/")
        if answer.status == 200:
            found[row["id"]] = answer.body["results"]
        else:
            assert (answer.status, answer.body) == (404, {"detail": "Not found."})
    return found


@pytest.mark.parametrize("table", sorted(FIELDS))
def test_every_field_of_the_api_is_there(table: str) -> None:
    answer = ask(capitan(1_200), f"/{table}/", page_size=1_000)
    assert answer.status == 200 and answer.body["results"]
    assert all(set(row) == set(FIELDS[table].split()) for row in answer.body["results"])
    assert ask(capitan(), f"/{table}/", key="wrong").status == 401
    assert ask(capitan(), f"/{table}/", page=999).status == 404


def test_relations_are_those_of_the_households_where_nobody_slips() -> None:
    view, ledger = capitan(noise=0.0), small(people=400, noise=0.0)
    people = {one.number: one.person for one in ledger.of("capitan")}
    seen = set()
    for number, rows in of_customers(view, "relations").items():
        for row in rows:
            one, other = people[number], people[row["related_customer_id"]]
            relation = row["relation"]
            if relation == "CHI":
                assert one in other.guardians
            elif relation == "PRE":
                assert other in one.guardians
            else:
                assert one.household_id == other.household_id and one.is_child and other.is_child
            seen.add(relation)
            name = f"{row['related_customer_first_name']} {row['related_customer_last_name']}"
            assert name == f"{other.given} {other.family}"
    assert seen == {"CHI", "PRE", "SIB"}


def test_a_slip_turns_a_link_round_or_leads_it_to_somebody_else() -> None:
    clean, spoilt = (of_customers(capitan(1_200, noise), "relations") for noise in (0.0, 3.0))
    turned = astray = 0
    for number, rows in clean.items():
        for row, shown in zip(rows, spoilt[number], strict=True):
            is_same = row["related_customer_id"] == shown["related_customer_id"]
            turned += is_same and row["relation"] != shown["relation"]
            astray += not is_same
    assert turned > astray > 0


def test_most_customers_have_no_relations_and_that_is_not_found() -> None:
    view = capitan()
    found = of_customers(view, "relations")
    assert 0.05 < len(found) / len(view.tables["customers"]) < 0.3
    assert ask(view, "/customers/1/relations/").status == 404
    assert ask(view, "/customers/1/emergency-contacts/").status == 404
    assert all(rows for rows in found.values())


def test_contacts_stand_mostly_with_adults_and_name_somebody_else() -> None:
    view, ledger = capitan(1_200), small(people=1_200)
    people = {one.number: one.person for one in ledger.of("capitan")}
    found = of_customers(view, "emergency-contacts")
    assert found.keys() == {row["id"] for row in view.tables["customers"]}
    listed = {number for number, rows in found.items() if rows}
    adults = {number for number in found if not people[number].is_child}
    assert len(listed & adults) / len(adults) > 0.4
    assert len(listed - adults) / len(found.keys() - adults) < 0.3
    for record in view.records():
        _, kind, key = record.record_key.split(":")
        if kind == "emergency_contact":
            assert people[int(key.split("-")[0])] is not record.person


def test_a_contacts_key_is_its_account_and_what_was_typed() -> None:
    view = capitan()
    keys = {
        f"capitan:emergency_contact:{number}-"
        + md5(f"{row['first_name']}|{row['last_name']}|{row['telephone']}".encode()).hexdigest()
        for number, rows in of_customers(view, "emergency-contacts").items()
        for row in rows
    }
    shown = list(views(people=400).values())
    records = truth.tables(small(people=400), shown)["records"]
    assert {row[0] for row in records if ":emergency_contact:" in row[0]} == keys


def test_a_parent_as_emergency_contact_is_the_parent_and_not_the_child() -> None:
    shown = list(views().values())
    pairs = [row for row in truth.tables(small(), shown)["cases"] if row[0] == CASE]
    assert {row[3] for row in pairs} == {True, False}


def test_relatives_are_nobody_elses_in_town() -> None:
    ledger = small(people=1_200)
    relatives = ledger.gym.kin.relatives
    assert len({one.phone for one in relatives} | {one.phone for one in ledger.people}) == len(
        relatives
    ) + len({one.phone for one in ledger.people})
    addresses = {one.email for one in relatives}
    assert len(addresses) == len(relatives)
    assert not addresses & {one.email for one in ledger.people}


def test_reservations_name_an_event_an_attendee_and_a_booker() -> None:
    tables = capitan(1_200).tables
    events = {row["id"]: row for row in tables["events"]}
    kept: Counter[int] = Counter()
    for row in tables["reservations"]:
        event = events[row["event_id"]]
        assert row["event_start_date_local"] == event["event_parts"][0]["start_local_date"]
        assert row["event_type_name"] == event["event_type_name"]
        assert instant(row) > instant(event)
        kept[event["id"]] += not row["is_cancelled"]
    assert all(row["num_reservations"] == kept[row["id"]] for row in events.values())
    called_off = {row["id"] for row in events.values() if row["is_cancelled"]}
    gone = [row for row in tables["reservations"] if row["event_id"] in called_off]
    assert called_off and all(row["is_cancelled"] for row in gone)
    other = sum(row["customer_id"] != row["booking_customer_id"] for row in tables["reservations"])
    assert 0.2 < other / len(tables["reservations"]) < 0.6


def instant(row: Row) -> datetime:
    return datetime.fromisoformat(row["created_at"])


def test_what_was_paid_for_is_booked_under_the_number_in_the_text() -> None:
    tables, ledger = capitan(1_200).tables, small(people=1_200)
    booked = {row["booking_id"]: row for row in tables["reservations"]}
    paid = [
        one
        for one in ledger.payments
        if one.kind == "booking" and one.success and not one.payer.case
    ]
    assert paid
    for one in paid:
        number = int(one.description.split("#")[1].split(":")[0])
        assert booked[number]["event_type_name"] == one.description.split(": ")[1]


def test_an_event_has_its_parts_on_the_wall_clock() -> None:
    for row in capitan(1_200).tables["events"]:
        for part in row["event_parts"]:
            assert set(part) == set(PARTS.split())
            start = datetime.fromisoformat(part["start_datetime_isoformat"])
            assert start.date().isoformat() == part["start_local_date"]
            assert f"{start:%H:%M:%S}" == part["start_local_time"]
        assert len(row["event_parts"]) == (5 if "Camp" in row["event_type_name"] else 1)


def test_associations_count_their_members_and_active_members_leave_with_their_membership() -> None:
    now, later = capitan(1_200).tables, capitan(1_200, days=60).tables
    counts = Counter(row["association_id"] for row in now["association-members"])
    assert {row["id"]: row["num_members"] for row in now["associations"]} == {
        row["id"]: counts[row["id"]] for row in now["associations"]
    }
    assert len(now["associations"]) == 27
    names = {row["id"]: row["association_name"] for row in now["association-members"]}
    gone = names.keys() - {row["id"] for row in later["association-members"]}
    assert "Active Member" in {names[one] for one in gone}
    waiting = [row for row in now["association-members"] if row["has_pending_application"]]
    assert all(row["approved_at"] is None for row in waiting)


def test_the_log_is_filtered_by_category_and_ordered_newest_first() -> None:
    view = capitan()
    for category in ("CPF", "MEM", "EVE"):
        answer = ask(view, "/activity-log/", page_size=1_000, category=category)
        assert {row["category"] for row in answer.body["results"]} == {category}
    newest = ask(view, "/activity-log/", page_size=1_000, ordering="-created_at").body["results"]
    times = [row["created_at"] for row in newest]
    assert times == sorted(times, reverse=True)
    texts = " ".join(row["description"] for row in view.tables["activity-log"])
    for part in ("frozen until", "ended", "reserved", "Relation added", "association"):
        assert part in texts


def test_a_contact_is_replaced_now_and_then() -> None:
    before = of_customers(capitan(1_200), "emergency-contacts")
    after = of_customers(capitan(1_200, days=60), "emergency-contacts")
    changed = [one for one, rows in before.items() if one in after and rows != after[one]]
    assert changed
