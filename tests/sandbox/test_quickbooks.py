"""QuickBooks' API: every answer passes Intuit's schema, questions and changes are answered as the
data service does, and refresh tokens change with their use."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from scripts.sandbox.faults import Faults
from scripts.sandbox.vendors.base import KEY, Answer, Request, Row
from scripts.sandbox.vendors.quickbooks import REALM, View
from tests.sandbox.conftest import ask, signed, views

QUERY, CDC = f"/v3/company/{REALM}/query", f"/v3/company/{REALM}/cdc"
ENTITIES = ("Account", "Purchase", "Bill", "Invoice", "SalesReceipt", "Deposit")


def books(days: int = 0, people: int = 160) -> View:
    view = views(days, people)["quickbooks"]
    assert isinstance(view, View)
    return view


def asked(question: str, days: int = 0, **more: object) -> Answer:
    return ask(books(days), QUERY, query=question, **more)


def found(question: str, days: int = 0) -> list[Row]:
    answer = asked(question, days)
    assert answer.status == 200, answer.body
    return books().rows_of(answer.body) or []


def ids(rows: list[Row]) -> list[int]:
    return [int(row["Id"]) for row in rows]


def changes(entities: str, since: str, days: int = 0) -> list[Row]:
    answer = ask(books(days), CDC, entities=entities, changedSince=since)
    assert answer.status == 200, answer.body
    (parts,) = answer.body["CDCResponse"]
    return [row for part in parts["QueryResponse"] for name in part for row in
            (part[name] if isinstance(part[name], list) else [])]  # fmt: skip


def exchange(view: View, token: str, app: str = f"{KEY}:{KEY}") -> Answer:
    headers = {"authorization": f"Basic {base64.b64encode(app.encode()).decode()}"}
    form = {"grant_type": "refresh_token", "refresh_token": token}
    return view.answer(Request("POST", "/oauth2/v1/tokens/bearer", [], headers, "", form))


def fields(schema: Row, node: Row) -> Row:
    """All properties of an entity, those of what it extends among them."""
    if "$ref" in node:
        return fields(schema, schema["definitions"][node["$ref"].rsplit("/", 1)[-1]])
    found = dict(node.get("properties", {}))
    for part in node.get("allOf", []):
        found |= fields(schema, part)
    return found


def unknown(schema: Row, node: Row, value: Any, where: str) -> Iterator[str]:
    """Names in an answer that the schema does not have; the contract's own `strict` cannot look
    into entities that extend others."""
    if isinstance(value, list):
        for one in value:
            yield from unknown(schema, node.get("items", {}), one, where)
    elif isinstance(value, dict) and (known := fields(schema, node)):
        for name, inner in value.items():
            if name not in known:
                yield f"{where}.{name}"
            else:
                yield from unknown(schema, known[name], inner, f"{where}.{name}")


def test_every_answer_passes_the_vendors_schema(
    contract: ModuleType, record_property: Callable[[str, object], None]
) -> None:
    folder = contract.HERE / "quickbooks"
    schema = json.loads((folder / "spec" / "jsonschema_derived.json").read_text())
    recorded: dict[str, list[set[str]]] = {}
    for _, path, _, body in contract.recordings("quickbooks"):
        for name, rows in body.get("QueryResponse", {}).items() if "/query" in path else ():
            if isinstance(rows, list):
                recorded.setdefault(name, []).extend(set(row) for row in rows)
    checked = objects = 0

    def hold(status: int, body: Row) -> None:
        nonlocal checked, objects
        assert contract.errors("quickbooks", "GET", QUERY, status, body) == []
        envelope = schema["definitions"]["QueryEnvelope"]
        assert list(unknown(schema, envelope, body, "")) == []
        checked += 1
        for name, rows in body.get("QueryResponse", {}).items():
            for row in rows if isinstance(rows, list) else ():
                assert set.intersection(*recorded.get(name, [set()])) <= set(row)
                objects += 1

    for entity in ENTITIES:
        questions = [
            f"select count(*) from {entity}",
            f"select * from {entity} maxresults 1000",
            f"select * from {entity} where Id > '99999' startposition 1",
        ] + [
            f"select * from {entity} orderby Id startposition {first} maxresults 25"
            for first in range(1, 300, 25)
        ]
        for question in questions:
            answer = ask(books(people=400), QUERY, query=question, minorversion=75)
            assert answer.status == 200
            hold(200, answer.body)
    for question in ("select * from Nothing", "select them", "select * from Bill where Colour = 1"):
        answer = asked(question)
        assert answer.status == 400
        hold(400, answer.body)
    with pytest.raises(LookupError):
        contract.errors("quickbooks", "GET", CDC, 200, {})
    for row in changes("Purchase,Deposit,Invoice", "2026-01-20", days=4):
        name = "Purchase" if "PaymentType" in row else "Invoice" if "Balance" in row else "Deposit"
        node = {"$ref": f"#/definitions/{name}"}
        assert list(unknown(schema, node, row, "")) == []
        objects += 1
    print(f"{checked} answers with {objects} objects checked; changes are not described there")
    record_property("answers", checked)
    assert checked > 90 and objects > 1_000


def test_pages_hold_every_row_once_in_the_order_asked_for() -> None:
    rows = books().tables["Purchase"]
    pages = [
        asked(f"select * from Purchase orderby Id startposition {first} maxresults 50").body
        for first in range(1, len(rows) + 50, 50)
    ]
    assert [one["QueryResponse"].get("maxResults") for one in pages[:-1]] == [
        *[50] * (len(rows) // 50), *([len(rows) % 50] if len(rows) % 50 else []),
    ][: len(pages) - 1]  # fmt: skip
    assert [
        code for one in pages for code in ids(one["QueryResponse"].get("Purchase", []))
    ] == sorted(ids(rows))
    behind = asked(f"select * from Purchase startposition {len(rows) + 1}").body
    assert set(behind) == {"QueryResponse", "time"} and behind["QueryResponse"] == {}
    assert (
        ids(found("SELECT * FROM Purchase ORDER BY Id DESC MAXRESULTS 3"))
        == (sorted(ids(rows), reverse=True)[:3])
    )
    assert len(found("select * from Purchase")) == 100
    today = ids(found("select * from Purchase maxresults 1000"))
    tomorrow = ids(found("select * from Purchase maxresults 1000", days=1))
    assert today != sorted(today)
    assert [one for one in tomorrow if one in today] != [one for one in today if one in tomorrow]


def test_rows_are_found_by_what_they_are() -> None:
    rows = books().tables["Purchase"]
    edge = "2026-01-20T00:00:00-06:00"
    changed = found(f"select * from Purchase where Metadata.LastUpdatedTime >= '{edge}'")
    assert (
        set(ids(changed))
        == {
            int(row["Id"])
            for row in rows
            if datetime.fromisoformat(row["MetaData"]["LastUpdatedTime"])
            >= datetime.fromisoformat(edge)
        }
        != set()
    )
    day = rows[0]["TxnDate"]
    assert {row["TxnDate"] for row in found(f"select * from Purchase where TxnDate = '{day}'")} == {
        day
    }
    both = found("select * from Purchase where TotalAmt > '100' and TxnDate < '2026-01-01'")
    assert both and all(row["TotalAmt"] > 100 and row["TxnDate"] < "2026-01-01" for row in both)
    assert ids(found("select * from Bill where Id in ('1', '2', '3')")) == []
    count = asked("select count(*) from Purchase").body["QueryResponse"]
    assert count == {"totalCount": len(rows)}


def test_closed_accounts_are_shown_to_whoever_asks_for_them() -> None:
    whole = {row["Name"]: row for row in found(
        "select * from Account where Active in (true, false) maxresults 1000", days=3)}  # fmt: skip
    usual = {row["Name"] for row in found("select * from Account maxresults 1000", days=3)}
    assert whole.keys() - usual == {"Coffee bar"} and not whole["Coffee bar"]["Active"]
    assert whole["Salaries & wages"]["FullyQualifiedName"] == "Payroll expenses:Salaries & wages"
    before = {row["Name"] for row in found("select * from Account maxresults 1000")}
    assert usual - before == {"Fitness classes"}
    assert whole["Checking"]["CurrentBalance"] != 0 == whole["Rent"]["CurrentBalance"]


def test_questions_that_ask_for_what_there_is_not_are_refused() -> None:
    for question, code in (
        ("select * from Invoice maxresults 1001", "4001"),
        ("select * from Customer", "4001"),
        ("select * from Purchase where AccountRef = '1'", "4001"),
        ("select * from Purchase where MetaData.LastUpdatedTime > 'yesterday'", "4001"),
        ("select * from Purchase orderby Colour", "4001"),
        ("select Id from Purchase", "4000"),
        ("select * from Purchase where", "4000"),
        ("", "4000"),
    ):
        answer = asked(question)
        assert (answer.status, answer.body["Fault"]["Error"][0]["code"]) == (400, code), question
        assert answer.body["Fault"]["type"] == "ValidationFault"


def test_changes_name_what_is_gone_and_hold_the_rest_whole() -> None:
    gone_at_the_close = changes("Purchase,Bill", "2026-01-31", days=4)
    deleted = [row for row in gone_at_the_close if row.get("status") == "Deleted"]
    before = {row["Id"] for row in books().tables["Purchase"]}
    assert len(deleted) >= 2 and {row["Id"] for row in deleted} <= before
    for row in deleted:
        assert set(row) == {"domain", "status", "Id", "MetaData"}
        assert row["Id"] not in {one["Id"] for one in books(4).tables["Purchase"]}
    whole = [row for row in gone_at_the_close if "status" not in row]
    since = datetime.fromisoformat("2026-01-31T00:00:00+00:00")
    expected = {
        (row["Id"], row["SyncToken"])
        for name in ("Purchase", "Bill")
        for row in books(4).tables[name]
        if datetime.fromisoformat(row["MetaData"]["LastUpdatedTime"]) >= since
    }
    assert {(row["Id"], row["SyncToken"]) for row in whole} == expected
    assert changes("Deposit", "2026-01-31T23:59:59-06:00") == []


def test_changes_reach_back_thirty_days_and_hold_a_thousand_rows() -> None:
    view = books()
    now = datetime.fromisoformat(asked("select count(*) from Bill").body["time"])
    for since, status in (
        (now - timedelta(days=30), 200),
        (now - timedelta(days=30, seconds=1), 400),
    ):
        answer = ask(view, CDC, entities="Purchase", changedSince=since.isoformat())
        assert answer.status == status
    for query in ({"entities": "Purchase", "changedSince": "soon"}, {"entities": "Purchase"},
                  {"entities": "Customer", "changedSince": now.isoformat()},
                  {"changedSince": now.isoformat()}):  # fmt: skip
        assert ask(view, CDC, **query).status == 400
    big = View(view.ledger)
    rows = books().tables["Purchase"] * 10
    late = (now - timedelta(days=1)).isoformat()
    big.tables["Purchase"] = [{**row, "MetaData": {"LastUpdatedTime": late}} for row in rows]
    answer = ask(big, CDC, entities="Purchase,Deposit", changedSince=late)
    first, second = answer.body["CDCResponse"][0]["QueryResponse"]
    assert len(first["Purchase"]) == 1_000 and second == {}


def test_whatever_is_changed_says_when() -> None:
    for days in (1, 9, 45):
        for entity in ENTITIES[1:]:
            later = {row["Id"]: row for row in books(days, 400).tables[entity]}
            for row in books(0, 400).tables[entity]:
                now = later.get(row["Id"], row)
                if row == now:
                    continue
                was, now_is = (
                    datetime.fromisoformat(one["MetaData"]["LastUpdatedTime"]) for one in (row, now)
                )
                assert now_is > was and int(now["SyncToken"]) > int(row["SyncToken"])


def test_lines_add_up_and_what_they_name_exists() -> None:
    view = books(people=400)
    accounts = {row["Id"]: row["FullyQualifiedName"] for row in view.tables["Account"]}
    numbers = {one.number for one in view.objects.books.entries}
    for entity in ENTITIES[1:]:
        assert view.tables[entity]
        for row in view.tables[entity]:
            lines = [one for one in row["Line"] if one.get("DetailType") != "SubTotalLineDetail"]
            tax = row.get("TxnTaxDetail", {}).get("TotalTax", 0)
            assert round(sum(one["Amount"] for one in lines) + tax, 2) == row["TotalAmt"]
            for one in lines:
                detail = one.get(one.get("DetailType", ""), {})
                if "AccountRef" in detail:
                    name = accounts[detail["AccountRef"]["value"]]
                    assert detail["AccountRef"]["name"] == name
                for linked in one.get("LinkedTxn", []):
                    assert int(linked["TxnId"]) in numbers
    open_bills = sum(row["Balance"] for row in view.tables["Bill"])
    payable = next(
        row for row in view.tables["Account"] if row["AccountType"] == "Accounts Payable"
    )
    assert round(open_bills, 2) == payable["CurrentBalance"] > 0


def test_a_refresh_token_lives_until_its_successor_is_used() -> None:
    view = View(books().ledger)
    first = exchange(view, KEY).body
    assert first["token_type"] == "bearer" and first["expires_in"] == 3_600
    second = exchange(view, first["refresh_token"]).body
    again = exchange(view, first["refresh_token"]).body
    assert len({one["refresh_token"] for one in (first, second, again)}) == 3
    assert exchange(view, again["refresh_token"]).status == 200
    for used in (first, second):
        refused = exchange(view, used["refresh_token"])
        assert (refused.status, refused.body["error"]) == (400, "invalid_grant")
    assert exchange(view, again["refresh_token"]).status == 200
    for nonsense in ("", "RT1-1-9-0-0000000000000000", "AT1-1-1"):
        assert exchange(view, nonsense).status == 400
    assert exchange(view, KEY, app="someone:else").status == 401


def test_tokens_are_remembered_by_the_towns_folder_and_grow_old(tmp_path: Path) -> None:
    (tmp_path / "sandbox").mkdir()

    def on_day(days: int, people: int = 40) -> View:
        view = View(books(days, people).ledger)
        view.home = tmp_path
        return view

    first = exchange(on_day(0), KEY).body
    second = exchange(on_day(0), first["refresh_token"]).body
    assert exchange(on_day(2), first["refresh_token"]).status == 400  # a day of grace
    third = exchange(on_day(100), second["refresh_token"]).body
    assert exchange(on_day(201), third["refresh_token"]).status == 400
    assert exchange(on_day(200), third["refresh_token"]).status == 200
    assert exchange(on_day(201), KEY).status == 200  # connected by hand
    written = json.loads((tmp_path / "sandbox" / "quickbooks_tokens.json").read_text())
    assert set(written) == {"1", "2"}


def test_an_access_token_is_for_an_hour_and_the_keys_are_none() -> None:
    given = exchange(books(), KEY).body

    def status(view: View, token: str) -> int:
        headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
        query = [("query", "select count(*) from Bill")]
        return view.answer(Request("GET", QUERY, query, headers, "")).status

    assert status(books(), given["access_token"]) == 200
    for token in (KEY, given["refresh_token"], "", given["access_token"] + "0"):
        assert status(books(), token) == 401
    assert status(books(1), given["access_token"]) == 401
    refused = ask(books(), QUERY, key="wrong").body
    assert refused["fault"]["error"][0]["code"] == "3200"


def test_another_company_another_path_and_another_verb_are_refused() -> None:
    view = books()
    assert ask(view, "/v3/company/123/query", query="select * from Bill").status == 403
    assert ask(view, f"/v3/company/{REALM}/reports/ProfitAndLoss").status == 404
    wrote = Request("POST", QUERY, [], signed("quickbooks"), "")
    assert view.answer(wrote).status == 404


def test_whoever_does_not_ask_for_json_gets_xml() -> None:
    headers = {**signed("quickbooks"), "accept": "*/*"}
    for question, status in (("select * from Bill maxresults 2", 200), ("select", 400)):
        answer = books().answer(Request("GET", QUERY, [("query", question)], headers, ""))
        assert answer.status == status
        assert answer.headers["Content-Type"] == "application/xml"
        assert answer.body.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<IntuitResponse>')
    assert "<code>4000</code>" in answer.body


def test_pages_can_be_capped_and_limits_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX_PAGE_CAP", "7")
    assert len(found("select * from Purchase maxresults 1000")) == 7
    monkeypatch.setenv("SANDBOX_LIMITS", "1")
    view = View(books(people=40).ledger)
    statuses = [ask(view, QUERY, query="select count(*) from Bill").status for _ in range(501)]
    assert statuses == [200] * 500 + [429]
    fault: Any = ask(view, QUERY, query="select count(*) from Bill").body["Fault"]
    assert fault["Error"][0]["code"] == "3001"


def test_faults_strike_questions_too() -> None:
    def get(kind: str, question: str, **options: object) -> Any:
        told = Faults(json.dumps([{"source": "quickbooks", "kind": kind, **options}]))
        request = Request("GET", QUERY, [("query", question)], signed("quickbooks"), "")
        return told.apply(books(), request, books().answer(request)).answer

    later = "select * from Bill orderby Id startposition 6 maxresults 5"
    assert get("status", later, status=500).body["Fault"]["Error"][0]["code"] == "10000"
    assert get("status", later, status=401).body["fault"]["type"] == "AUTHENTICATION"
    spoilt = get("null_id", later).body["QueryResponse"]["Bill"]
    assert [row["Id"] is None for row in spoilt] == [True, False, False, False, False]
    assert get("bad_date", later).body["QueryResponse"]["Bill"][0]["TxnDate"] == "31/02/2026 25:61"
    assert get("wrong_type", later).body["QueryResponse"]["Bill"][0]["TotalAmt"] == "twelve"
