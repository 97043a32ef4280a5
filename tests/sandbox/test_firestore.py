"""Firestore's API: every answer passes the vendor's schema, lists and queries are complete, values
are tagged, and the first days change, add and remove answers."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from scripts.sandbox import truth
from scripts.sandbox.faults import Faults
from scripts.sandbox.vendors._firestore_objects import ROOT
from scripts.sandbox.vendors.base import Answer, Request, Row
from tests.sandbox.conftest import ask, post, signed, small, views

PATH = f"/v1/{ROOT}"
BIRTHDAYS = {
    "from": [{"collectionId": "events"}],
    "where": {
        "fieldFilter": {
            "field": {"fieldPath": "eventType"},
            "op": "EQUAL",
            "value": {"stringValue": "birthday"},
        }
    },
}
RSVPS = {"from": [{"collectionId": "rsvps", "allDescendants": True}]}


def query(asked: dict[str, Any], days: int = 0, people: int = 160, below: str = "") -> Answer:
    body = {"structuredQuery": asked}
    return post(views(days, people)["firestore"], f"{PATH}{below}:runQuery", body)


def found(asked: dict[str, Any], days: int = 0, people: int = 160, below: str = "") -> list[Row]:
    answer = query(asked, days, people, below)
    assert answer.status == 200
    return [part["document"] for part in answer.body if "document" in part]


def listed(collection: str, size: int = 300, people: int = 160) -> list[Row]:
    """Every document of a collection, page by page."""
    view, rows, token = views(people=people)["firestore"], [], {}
    while True:
        body = ask(view, f"{PATH}/{collection}", pageSize=size, **token).body
        rows += body.get("documents", [])
        if "nextPageToken" not in body:
            return rows
        token = {"pageToken": body["nextPageToken"]}


def plain(row: Row) -> dict[str, Any]:
    """The texts and numbers of a document."""
    return {name: next(iter(value.values())) for name, value in row["fields"].items()}


def test_every_answer_passes_the_vendors_schema(
    contract: ModuleType, record_property: Callable[[str, object], None]
) -> None:
    view, checked, documents = views(people=2_000)["firestore"], 0, 0

    def hold(method: str, path: str, answer: Answer) -> None:
        nonlocal checked, documents
        assert answer.status == 200
        assert contract.errors("firestore", method, path, 200, answer.body, strict=True) == []
        checked += 1
        documents += len(view.rows_of(answer.body) or [1])

    hold("GET", f"{PATH}/parties", ask(view, f"{PATH}/parties"))
    hold("GET", f"{PATH}/events", ask(view, f"{PATH}/events", pageSize=1))
    hold("GET", f"{PATH}/nothing", ask(view, f"{PATH}/nothing"))
    for row in view.tables["documents"]:
        path = f"{PATH}/{row['id']}"
        hold("GET", path, ask(view, path))
        if row["id"].count("/") == 1:
            hold("GET", f"{path}/rsvps", ask(view, f"{path}/rsvps"))
    for asked in (BIRTHDAYS, RSVPS, {**RSVPS, "limit": 3}, {"from": [{"collectionId": "x"}]}):
        hold("POST", f"{PATH}:runQuery", query(asked, people=2_000))
    print(f"{checked} answers with {documents} documents checked")
    record_property("answers", checked)
    assert checked > 100


def test_lists_and_queries_hold_every_document_once() -> None:
    rows = views()["firestore"].tables["documents"]
    names = [row["name"] for row in rows]
    assert len(set(names)) == len(names) and names == sorted(names)
    parties = [row["name"] for row in rows if row["id"].startswith("parties/")]
    direct = [name for name in parties if name.count("/") == ROOT.count("/") + 2]
    assert [row["name"] for row in listed("parties", 2)] == direct != []
    asked: dict[str, Any] = {**RSVPS, "orderBy": [{"field": {"fieldPath": "__name__"}}], "limit": 7}
    seen: list[str] = []
    while page := found(asked):
        assert len(page) <= 7
        seen += [row["name"] for row in page]
        asked["startAt"] = {"values": [{"referenceValue": seen[-1]}], "before": False}
    assert seen == [name for name in names if "/rsvps/" in name] != []
    one = direct[0].removeprefix(ROOT)
    below = [name for name in seen if name.startswith(f"{direct[0]}/")]
    assert [row["name"] for row in listed(f"{one.strip('/')}/rsvps", 3)] == below
    assert [row["name"] for row in found({"from": [{"collectionId": "rsvps"}]}, below=one)] == below


def test_a_query_that_finds_nothing_says_when_it_was_read() -> None:
    (part,) = query({"from": [{"collectionId": "nothing"}]}).body
    assert set(part) == {"readTime"}
    assert ask(views()["firestore"], f"{PATH}/nothing").body == {}


def test_the_older_apps_other_events_are_in_its_collection_and_not_in_the_query() -> None:
    kinds = Counter(plain(row)["eventType"] for row in listed("events", people=400))
    assert kinds["birthday"] and len(kinds) > 1
    assert len(found(BIRTHDAYS, people=400)) == kinds["birthday"]


def test_values_say_their_type_and_dates_come_in_three_formats() -> None:
    tags: Counter[str] = Counter()

    def count(value: Row) -> None:
        ((tag, inner),) = value.items()
        tags[tag] += 1
        if tag == "integerValue":
            assert isinstance(inner, str) and int(inner) >= 0
        if tag == "mapValue":
            for one in inner["fields"].values():
                count(one)
        if tag == "arrayValue":
            assert inner != {"values": []}
            for one in inner.get("values", []):
                count(one)

    rows = views(people=2_000)["firestore"].tables["documents"]
    for row in rows:
        for value in row["fields"].values():
            count(value)
    assert set(tags) == {
        "stringValue", "integerValue", "timestampValue", "nullValue", "mapValue", "arrayValue",
    }  # fmt: skip
    assert any(value == {"arrayValue": {}} for row in rows for value in row["fields"].values())
    zone, forms = ZoneInfo("America/Chicago"), Counter[str]()
    ledger = small(people=2_000)
    begins = {
        f"{ROOT}/{views(people=2_000)['firestore'].objects.party_path(one)}": one.begins  # type: ignore[attr-defined]
        for one in ledger.parties
    }
    for row in listed("parties", people=2_000):
        fields, day = plain(row), datetime.fromtimestamp(begins[row["name"]], zone).date()
        written = fields.get("partyDateISO") or fields["partyDate"]
        if "partyDateISO" in fields:
            forms["iso"] += 1
            assert date.fromisoformat(written) == day
        elif written.endswith("T00:00:00.000Z"):
            forms["midnight"] += 1
            assert date.fromisoformat(written[:10]) == day
        elif written.endswith("Z"):
            forms["instant"] += 1
            assert datetime.fromisoformat(written).astimezone(zone).date() == day
        else:
            forms["words"] += 1
            assert datetime.strptime(written, "%B %d, %Y").date() == day
    assert set(forms) == {"iso", "midnight", "instant", "words"}


def test_each_of_the_first_days_brings_changes_and_takes_answers() -> None:
    for days in range(6):
        before, after = (
            {row["name"]: row for row in found(RSVPS, one)} for one in (days, days + 1)
        )
        assert after.keys() - before.keys()
        assert before.keys() - after.keys()
        changed = [name for name in before.keys() & after.keys() if before[name] != after[name]]
        assert changed
        for name in changed:
            assert before[name]["createTime"] == after[name]["createTime"]
            assert before[name]["updateTime"] < after[name]["updateTime"]


def test_a_party_that_is_taken_out_leaves_its_answers() -> None:
    rows = views()["firestore"].tables["documents"]
    there = {row["id"] for row in rows if row["id"].count("/") == 1}
    above = {row["id"].rsplit("/", 2)[0] for row in rows if row["id"].count("/") == 3}
    build = views()["firestore"].objects  # type: ignore[attr-defined]
    gone = {build.party_path(one) for one in small().parties if build.happened(one.removed)}
    assert above - there == gone != set()


def test_a_third_of_the_guests_is_unknown_and_children_answer_with_a_parents_address() -> None:
    ledger = small(people=2_000)
    known = {account.person.person_id for account in ledger.of("capitan")}
    guests = [rsvp.account.person for one in ledger.parties for rsvp in one.rsvps]
    assert 0.2 < sum(one.person_id not in known for one in guests) / len(guests) < 0.45
    view = views(people=2_000)["firestore"]
    records = {one.record_key: one for one in view.records()}
    assert len(records) == len(view.records())
    alone = [one for one in records.values() if one.name and not one.email and not one.phone]
    assert len(alone) > 0.05 * len(records)
    children = [one for one in records.values() if one.person.is_child and one.email]
    assert any(one.email == one.person.guardians[0].email for one in children)


def test_nobody_else_has_a_guests_contact_points() -> None:
    for people in (400, 2_000):
        ledger = small(people=people)
        ordinary = [one for one in ledger.people if not one.case]
        assert len({one.phone for one in ordinary}) == len(ordinary)
        assert len({truth.mailbox(one.email) for one in ordinary}) == len(ordinary)
        assert all(one.email.endswith(".example.org") for one in ordinary)
        assert all(one.phone[5:8] == "555" for one in ordinary)


def test_access_and_wrong_questions_are_refused_as_google_does() -> None:
    view = views()["firestore"]
    for key in ("", "wrong"):
        refused = ask(view, f"{PATH}/parties", key=key)
        assert (refused.status, refused.body["error"]["status"]) == (401, "UNAUTHENTICATED")
    for path, status, state in (
        (f"{PATH}/parties/nobody", 404, "NOT_FOUND"),
        ("/v1/projects/another/databases/(default)/documents/parties", 403, "PERMISSION_DENIED"),
        ("/v1/nothing", 404, "NOT_FOUND"),
    ):
        refused = ask(view, path)
        assert (refused.status, refused.body["error"]["status"]) == (status, state)
    assert ask(view, f"{PATH}/parties", colour="red").status == 400
    assert ask(view, f"{PATH}/parties", pageSize="many").status == 400
    token = ask(view, f"{PATH}/parties", pageSize=1).body["nextPageToken"]
    assert ask(view, f"{PATH}/events", pageToken=token).status == 400
    assert ask(view, f"{PATH}/parties", pageToken="x").status == 400
    for asked in (
        {},
        {"from": [{"collectionId": "events"}], "offset": 3},
        {**BIRTHDAYS, "where": {"unaryFilter": {}}},
        {**RSVPS, "startAt": {"values": [{"stringValue": "x"}]}},
        {**RSVPS, "orderBy": [{"field": {"fieldPath": "guestName"}}]},
        {**RSVPS, "limit": -1},
    ):
        assert query(asked).status == 400


def test_pages_are_capped_and_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX_PAGE_CAP", "2")
    view = views()["firestore"]
    body = ask(view, f"{PATH}/parties", **{"mask.fieldPaths": "childName"}).body
    assert len(body["documents"]) == 2 and "nextPageToken" in body
    assert all(set(row["fields"]) == {"childName"} for row in body["documents"])
    assert len(found(RSVPS)) == 2


def test_faults_spoil_documents_and_answers_in_googles_form() -> None:
    view = views()["firestore"]

    def struck(text: str, path: str, body: object = None) -> Answer:
        method = "POST" if body else "GET"
        request = Request(method, path, [], signed("firestore"), "http://127.0.0.1:1", body)
        return Faults(text).apply(view, request, view.answer(request)).answer

    limited = struck('[{"kind": "status", "status": 429}]', f"{PATH}/parties")
    assert limited.body["error"]["status"] == "RESOURCE_EXHAUSTED"
    nameless = struck('[{"kind": "null_id"}]', f"{PATH}/parties")
    assert nameless.body["documents"][0]["name"] is None
    asked = {"structuredQuery": RSVPS}
    headless = struck('[{"kind": "null_id"}]', f"{PATH}:runQuery", asked)
    assert headless.body[0]["document"] is None
    shorter = struck('[{"kind": "missing_row"}]', f"{PATH}:runQuery", asked)
    assert len(shorter.body) == len(query(RSVPS).body) - 1


def test_without_noise_every_document_shows_what_the_ledger_knows() -> None:
    view = views(people=400, noise=0.0)["firestore"]
    for record in view.records():
        person = record.person
        if person.case:
            continue
        whose = person.guardians[0] if person.is_child and record.email else person
        known = {new for _, column, new in whose.changes if column == "email"} | {whose.email}
        assert record.email is None or record.email in known
        assert record.name and record.name.startswith(person.given)
    assert not view.objects.errors.tally  # type: ignore[attr-defined]
