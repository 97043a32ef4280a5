"""What of the party app's documents arrives in raw: values without their tags, every page, and what
becomes of documents that are gone or broken."""

from typing import Any

from tests.extract.conftest import Answer, Request, Vendor, query, run, whole
from tests.extract.googles import DOCUMENTS

MADE, CHANGED = "2026-01-05T10:00:00.123456789Z", "2026-01-06T10:00:00Z"


def document(path: str, **fields: Any) -> dict[str, Any]:
    return {
        "name": f"{DOCUMENTS}/{path}",
        "fields": fields,
        "createTime": MADE,
        "updateTime": CHANGED,
    }


def answers(vendor: Vendor, many: int = 20) -> None:
    """Two parties with answers of guests."""
    vendor.lists["firestore/parties"] = [document("parties/P1"), document("parties/P2")]
    vendor.lists["firestore/rsvps"] = [
        document(f"parties/{party}/rsvps/r{number:02d}", guestName={"stringValue": f"G{number}"})
        for party in ("P1", "P2")
        for number in range(many)
    ]


def test_values_arrive_without_their_tags_and_exactly(vendor: Vendor) -> None:
    vendor.lists["firestore/parties"] = [
        document(
            "parties/P1",
            childName={"stringValue": "Ada"},
            childAge={"integerValue": "9007199254740993"},
            partyDateISO={"stringValue": "2026-02-14"},
            createdAt={"timestampValue": "2026-01-05T10:00:00.000001Z"},
            hostEmail={"nullValue": None},
            price={"doubleValue": 12.50},
            isPaid={"booleanValue": True},
            room={
                "mapValue": {"fields": {"seats": {"integerValue": "24"}, "of": {"mapValue": {}}}}
            },
            tags={"arrayValue": {"values": [{"stringValue": "a"}, {"nullValue": None}]}},
            none={"arrayValue": {}},
            place={"geoPointValue": {"latitude": 1.5, "longitude": 2}},
            host={"referenceValue": f"{DOCUMENTS}/people/x"},
        )
    ]
    assert run("firestore").results["firestore"].ok
    assert query(
        "select id, child_name, child_age, party_date_iso, created_at, host_email, create_time,"
        " update_time, _other from raw_firestore.parties"
    ) == [
        (
            "P1", "Ada", "9007199254740993", "2026-02-14", "2026-01-05T10:00:00.000001Z", None,
            MADE, CHANGED,
            '{"host":"' + DOCUMENTS + '/people/x","is_paid":true,"none":[],'
            '"place":{"latitude":1.5,"longitude":2},"price":12.5,"room":{"of":{},"seats":24},'
            '"tags":["a",null]}',
        )
    ]  # fmt: skip


def test_every_document_arrives_however_small_the_pages_are(vendor: Vendor) -> None:
    answers(vendor)
    vendor.lists["firestore/parties"] = [document(f"parties/P{number}") for number in range(20)]
    vendor.lists["firestore/events"] = [document(f"events/E{number:02d}") for number in range(15)]
    vendor.page_cap = 7
    assert run("firestore").results["firestore"].ok
    for table, many in (("parties", 20), ("events", 15)):
        counted = f"select count(*), count(distinct id) from raw_firestore.{table}"
        assert query(counted) == [(many, many)]
    assert query(
        "select party_collection, party_id, count(distinct id) from raw_firestore.rsvps"
        " group by all order by all"
    ) == [("parties", "P1", 20), ("parties", "P2", 20)]
    asked = [
        one.body["structuredQuery"] for one in vendor.requests if one.path.endswith("runQuery")
    ]
    places = [one["startAt"]["values"] for one in asked if "startAt" in one]
    assert places[0] == [{"referenceValue": f"{DOCUMENTS}/events/E06"}]
    tokens = [one.query.get("pageToken") for one in vendor.requests if "pageSize" in one.query]
    assert tokens == [None, "7", "14"]


def test_only_birthdays_are_asked_for_and_answers_wherever_they_lie(vendor: Vendor) -> None:
    vendor.lists["firestore/rsvps"] = [
        document("parties/P1/rsvps/a"),
        document("events/E1/rsvps/a"),
    ]
    run("firestore")
    asked = {
        one.body["structuredQuery"]["from"][0]["collectionId"]: one.body["structuredQuery"]
        for one in vendor.requests
        if one.path.endswith(":runQuery")
    }
    assert asked["events"]["where"]["fieldFilter"]["value"] == {"stringValue": "birthday"}
    assert asked["rsvps"]["from"] == [{"collectionId": "rsvps", "allDescendants": True}]
    assert query("select party_collection, party_id, id from raw_firestore.rsvps order by 1") == [
        ("events", "E1", "a"),
        ("parties", "P1", "a"),
    ]


def test_the_next_day_shows_a_changed_a_late_and_a_removed_answer(vendor: Vendor) -> None:
    answers(vendor, 5)
    run("firestore", as_of="2026-01-31")
    rows = vendor.lists["firestore/rsvps"]
    rows[0]["fields"]["guestName"] = {"stringValue": "changed"}
    del rows[1]
    rows.append(document("parties/P1/rsvps/zz", guestName={"stringValue": "late"}))
    run("firestore", as_of="2026-02-01")
    assert query(
        "select id, guest_name, _seen_on from raw_firestore.rsvps"
        " where party_id = 'P1' and (id in ('r00', 'zz') or _seen_on = '2026-01-31') order by id"
    ) == [
        ("r00", "changed", "2026-02-01"),
        ("r01", "G1", "2026-01-31"),
        ("zz", "late", "2026-02-01"),
    ]


def test_documents_of_another_shape_are_put_aside_and_the_others_arrive(vendor: Vendor) -> None:
    answers(vendor, 3)
    vendor.lists["firestore/parties"] += [
        {"name": None, "fields": {}},
        {**document("parties/P3"), "fields": "twelve"},
    ]
    vendor.lists["firestore/rsvps"][1] = {**document("parties/P1/rsvps/r01"), "fields": None}
    assert run("firestore").results["firestore"].ok
    assert query("select id from raw_firestore.parties order by 1") == [("P1",), ("P2",)]
    assert query("select count(*) from raw_firestore.rsvps") == [(5,)]
    assert query(
        "select table_name, reason, count(*) from raw_firestore.rejected group by all order by all"
    ) == [("parties", "null_id", 2), ("rsvps", "null_id", 1)]


def test_a_document_without_fields_is_a_row(vendor: Vendor) -> None:
    bare = document("parties/P1")
    del bare["fields"]
    vendor.lists["firestore/parties"] = [bare]
    run("firestore")
    assert query("select id, child_name, create_time from raw_firestore.parties") == [
        ("P1", None, MADE)
    ]


def test_an_answer_that_breaks_off_is_asked_for_again(vendor: Vendor) -> None:
    answers(vendor, 3)
    once = iter([True])

    def broken(request: Request) -> Answer | None:
        asked = request.body["structuredQuery"]["from"][0]["collectionId"]
        if asked == "rsvps" and next(once, False):
            return whole([{"error": {"code": 503, "status": "UNAVAILABLE"}}])
        return None

    vendor.faults["documents:runQuery"] = broken
    assert run("firestore").results["firestore"].ok
    assert query("select count(*) from raw_firestore.rsvps") == [(6,)]


def test_a_page_that_repeats_is_no_end_and_no_progress(vendor: Vendor) -> None:
    answers(vendor)
    vendor.page_cap = 7
    first = [{"document": row, "readTime": CHANGED} for row in vendor.lists["firestore/rsvps"][:7]]
    once = iter([True])

    def again(request: Request) -> Answer | None:
        asked = request.body["structuredQuery"]
        late = asked["from"][0]["collectionId"] == "rsvps" and "startAt" in asked
        return whole(first) if late and next(once, False) else None

    vendor.faults["documents:runQuery"] = again
    assert run("firestore").results["firestore"].ok
    assert query("select count(*) from raw_firestore.rsvps") == [(40,)]
