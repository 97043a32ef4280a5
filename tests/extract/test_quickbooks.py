"""What of the books arrives in raw: whole lists that change under the reader, and what is gone."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from extract.api import InterruptedPull, SourceError
from extract.sources import quickbooks
from tests.extract.books import gone, row
from tests.extract.conftest import Answer, Request, Vendor, query, run, whole

NEW = "2026-02-09T10:00:00-08:00"
HTML = (200, {"Content-Type": "text/html"}, b"<html>Just a moment</html>")
XML = (200, {"Content-Type": "application/xml"}, b'<?xml version="1.0"?><IntuitResponse/>')
TABLES = ("accounts", "purchases", "bills", "invoices", "sales_receipts", "deposits", "deletions")


def ids(table: str = "purchases") -> set[int]:
    return {int(one) for (one,) in query(f"select id from raw_quickbooks.{table}")}


def pulled(table: str = "purchases", start: date | None = None) -> list[Any]:
    """The ids that one reading of a table gives, in its order, without a run around it."""
    quickbooks.company.cache_clear()
    return [row["id"] for page in quickbooks.pull(table, start) for row in page.rows]


def numbers(*several: int) -> list[str]:
    return [str(one) for one in several]


def questions(vendor: Vendor) -> list[str]:
    return [one.query.get("query", "") for one in vendor.requests]


@pytest.mark.parametrize("cap", [1, 2, 7, 19, 20, 1000])
def test_every_row_arrives_however_small_the_pages_are(vendor: Vendor, cap: int) -> None:
    vendor.lists["quickbooks/Purchase"] = [row(number) for number in range(1, 21)]
    vendor.page_cap = cap
    assert list(dict.fromkeys(pulled())) == numbers(*range(1, 21))


def test_all_tables_arrive_closed_accounts_with_them(vendor: Vendor) -> None:
    for place, entity in enumerate(("Purchase", "Bill", "Invoice", "SalesReceipt", "Deposit")):
        vendor.lists[f"quickbooks/{entity}"] = [row(number) for number in range(1, 10 + place)]
    vendor.lists["quickbooks/Account"] = [
        row(number, Active=number > 3, Name="A") for number in range(1, 15)
    ]
    vendor.page_cap = 7
    found = run("quickbooks").results["quickbooks"]
    assert [(one.table, one.rows) for one in found.tables] == list(
        zip(TABLES, (14, 9, 10, 11, 12, 13, 0), strict=True)
    )
    assert query("select count(*) from raw_quickbooks.accounts where not active") == [(3,)]


def test_a_company_without_rows_is_no_error(vendor: Vendor) -> None:
    assert [pulled(table) for table in TABLES] == [[]] * 7


def test_names_and_money_are_kept_and_the_question_is_as_intuit_wants_it(vendor: Vendor) -> None:
    line = [{"Amount": 18.90, "DetailType": "AccountBasedExpenseLineDetail"}]
    vendor.lists["quickbooks/Purchase"] = [
        row(1, TxnDate="2026-01-30", TotalAmt=18.90, Credit=False, Line=line, PurchaseEx={"a": 1}),
        row(2, TotalAmt=100),
    ]
    run("quickbooks")
    assert query(
        "select id, txn_date, total_amt, credit, line ->> '$[0].Amount', _other ->> 'purchase_ex'"
        " from raw_quickbooks.purchases order by id"
    ) == [
        ("1", "2026-01-30", "18.9", False, "18.9", '{"a":1}'),
        ("2", None, "100", None, None, None),
    ]
    asked = next(one for one in vendor.requests if " from Purchase " in one.query.get("query", ""))
    assert asked.path == "/quickbooks/v3/company/4711/query"
    assert asked.query == {
        "query": "select * from Purchase orderby Id startposition 1 maxresults 1000",
        "minorversion": "75",
    }
    assert asked.headers["Accept"] == "application/json"


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("Id", "id"),
        ("TxnDate", "txn_date"),
        ("APAccountRef", "ap_account_ref"),
        ("AllowOnlineACHPayment", "allow_online_ach_payment"),
        ("domain", "domain"),
    ],
)
def test_columns_are_named_as_everywhere_here(name: str, column: str) -> None:
    assert quickbooks.flat({name: 1}) == {column: 1}


def test_the_next_day_asks_for_what_changed(vendor: Vendor) -> None:
    vendor.lists["quickbooks/Purchase"] = [row(1), row(2, NEW)]
    run("quickbooks", as_of="2026-02-10")
    for as_of, since in (
        ("2026-02-11", "2026-02-07"),  # three days before the last load
        ("2026-02-16", "2025-11-13"),  # a new week: ninety
        ("2026-03-01", None),  # a new month: all
    ):
        vendor.requests.clear()
        assert run("quickbooks", as_of=as_of).results["quickbooks"].ok
        where = f"where MetaData.LastUpdatedTime >= '{since}T00:00:00-06:00' " if since else ""
        page = "orderby Id startposition 1 maxresults 1000"
        for entity in ("Purchase", "Bill", "Invoice", "SalesReceipt", "Deposit"):
            assert f"select * from {entity} {where}{page}" in questions(vendor)
        assert f"select * from Account where Active in (true, false) {page}" in questions(vendor)
    assert ids() == {1, 2}


def while_reading(vendor: Vendor, change: Any, page: int = 2) -> None:
    """Pages of seven, and a bookkeeper who changes something before one of them is given."""
    vendor.page_cap = 7
    asked = iter(range(1, 99))

    def bookkeeper(request: Request) -> None:
        if "from Purchase" in request.query["query"] and next(asked) == page:
            change(vendor.lists["quickbooks/Purchase"])

    vendor.faults["query"] = bookkeeper


@pytest.mark.parametrize("page", [2, 3, 5, 6])
def test_rows_that_go_while_we_read_are_noticed(vendor: Vendor, page: int) -> None:
    """Those behind them move forward, past the place that is asked for next."""
    vendor.lists["quickbooks/Purchase"] = [row(number) for number in range(1, 31)]
    while_reading(vendor, lambda rows: rows.__delitem__(slice(2, 4)), page)
    with pytest.raises(InterruptedPull, match=r"no row where|does not follow"):
        pulled()
    assert pulled()[0:3] == numbers(1, 2, 5)


def test_rows_that_go_while_we_read_cost_no_other_row(vendor: Vendor) -> None:
    vendor.lists["quickbooks/Purchase"] = [row(number) for number in range(1, 31)]
    while_reading(vendor, lambda rows: rows.__delitem__(slice(2, 4)))
    assert run("quickbooks").results["quickbooks"].ok
    assert ids() == set(range(1, 31)) - {3, 4}


@pytest.mark.parametrize("first", [1, 2, 10, 13, 14])
@pytest.mark.parametrize("page", [2, 3, 4])
def test_rows_that_come_while_we_read_do_no_harm(vendor: Vendor, first: int, page: int) -> None:
    """Those behind them move back: some come twice, and what came behind us comes tomorrow."""
    vendor.lists["quickbooks/Purchase"] = [row(10 * number) for number in range(1, 15)]
    late = [row(10 * number + 5) for number in (first, first + 1, first + 2)]
    while_reading(vendor, lambda rows: rows.extend(late), page)
    assert set(pulled()) >= {str(10 * number) for number in range(1, 15)}


def test_a_list_that_never_holds_still_is_not_taken_for_whole(vendor: Vendor) -> None:
    vendor.lists["quickbooks/Purchase"] = [row(number) for number in range(1, 91)]
    vendor.page_cap = 7

    def bookkeeper(request: Request) -> None:
        asked = request.query["query"]
        if "from Purchase" in asked and "startposition 1 " not in asked:
            del vendor.lists["quickbooks/Purchase"][0]

    vendor.faults["query"] = bookkeeper
    assert run("quickbooks").results["quickbooks"].error_sentence == (
        "quickbooks: purchases could not be read, it got a page that does not follow the one "
        "before: see whether the vendor changed its API"
    )


def test_a_page_that_comes_again_is_no_end_and_a_circle_ends(vendor: Vendor) -> None:
    rows = [row(number) for number in range(1, 11)]
    vendor.lists["quickbooks/Purchase"] = rows
    vendor.page_cap = 7
    first = whole({"QueryResponse": {"Purchase": rows[:7], "startPosition": 1, "maxResults": 7}})
    left = iter(range(3))

    def again(request: Request) -> Answer | None:
        is_later = "startposition 1 " not in request.query["query"]
        return first if is_later and next(left, None) is not None else None

    vendor.faults["query"] = again
    assert set(pulled()) == set(numbers(*range(1, 11)))
    left = iter(range(99))
    with pytest.raises(SourceError, match="the same page again and again"):
        pulled()


def test_rows_without_id_are_put_aside_and_end_no_list(vendor: Vendor) -> None:
    vendor.lists["quickbooks/Purchase"] = [
        row(number, place=number) | ({"Id": None} if number % 7 == 0 else {})
        for number in range(1, 21)
    ]
    vendor.page_cap = 7
    assert run("quickbooks").results["quickbooks"].ok
    assert ids() == set(range(1, 21)) - {7, 14}
    assert query("select reason, column_name from raw_quickbooks.rejected") == 2 * [
        ("null_id", "id")
    ]


def test_deleted_rows_are_named_and_stay(vendor: Vendor) -> None:
    vendor.lists["quickbooks/Purchase"] = [row(1), row(2, NEW)]
    vendor.lists["quickbooks/deleted/Bill"] = [gone(3, NEW)]
    run("quickbooks", as_of="2026-02-10")
    vendor.lists["quickbooks/Purchase"] = [row(2, NEW)]
    vendor.lists["quickbooks/deleted/Purchase"] = [gone(1, "2026-02-10T09:00:00-08:00")]
    vendor.requests.clear()
    assert run("quickbooks", as_of="2026-02-11").results["quickbooks"].ok
    assert ids() == {1, 2}
    assert query(
        "select entity, id, status, meta_data ->> 'LastUpdatedTime' from raw_quickbooks.deletions"
        " order by all"
    ) == [
        ("Bill", "3", "Deleted", NEW),
        ("Purchase", "1", "Deleted", "2026-02-10T09:00:00-08:00"),
    ]
    asked = [one.query for one in vendor.requests if one.path.endswith("/cdc")]
    assert [one["entities"] for one in asked] == [
        "Account", "Purchase", "Bill", "Invoice", "SalesReceipt", "Deposit",
    ]  # fmt: skip
    assert {one["changedSince"] for one in asked} == {"2026-02-07T00:00:00-06:00"}


@pytest.mark.parametrize("start", [None, "2025-11-03"])
def test_deletions_are_asked_for_thirty_days_of_the_vendors_clock_at_most(
    vendor: Vendor, start: str | None
) -> None:
    vendor.intuit.now = "2026-06-11T01:00:00.000-07:00"
    pulled("deletions", date.fromisoformat(start) if start else None)
    (asked,) = {one.query["changedSince"] for one in vendor.requests if "cdc" in one.path}
    age = datetime.fromisoformat(vendor.intuit.now) - datetime.fromisoformat(asked)
    assert age == timedelta(days=30) - timedelta(hours=1)


@pytest.mark.parametrize("order", ["oldest", "newest"])
def test_more_changes_than_an_answer_holds_are_asked_for_piece_by_piece(
    vendor: Vendor, order: str
) -> None:
    """Oldest first nothing is lost; newest first the newest thousand is whole."""
    begin = datetime.fromisoformat("2026-01-15T00:00:00-08:00")
    rows = [gone(number, (begin + timedelta(minutes=number)).isoformat()) for number in range(2500)]
    vendor.lists["quickbooks/deleted/Purchase"] = rows

    def newest(request: Request) -> Answer | None:
        since = datetime.fromisoformat(request.query["changedSince"])
        found = [one for one in reversed(rows) if changed(one) >= since][:1000]
        if request.query["entities"] != "Purchase":
            return None
        return whole({"CDCResponse": [{"QueryResponse": [{"Purchase": found}]}]})

    if order == "newest":
        vendor.faults["cdc"] = newest
    first = 0 if order == "oldest" else 1500
    assert set(pulled("deletions")) == set(numbers(*range(first, 2500)))


def changed(one: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(one["MetaData"]["LastUpdatedTime"])


def test_a_thousand_changes_in_one_second_end(vendor: Vendor) -> None:
    vendor.lists["quickbooks/deleted/Bill"] = [gone(number, NEW) for number in range(1200)]
    assert len(set(pulled("deletions"))) == 1000


@pytest.mark.parametrize(
    ("table", "answer", "said"),
    [
        ("accounts", HTML, "an answer that is not JSON 5 times: run again later"),
        ("accounts", XML, "an answer that is not JSON 5 times: run again later"),
        ("accounts", whole({"Fault": {"Error": []}}), "an answer with a fault 5 times"),
        ("accounts", whole({"QueryResponse": {"Fault": {}}}), "an answer with a fault 5 times"),
        ("accounts", whole({"time": NEW}), "an answer without the list `QueryResponse.Account`"),
        ("accounts", whole({"QueryResponse": {"Bill": []}}), "the list `QueryResponse.Account`"),
        ("accounts", whole({"Fault": {"Error": []}}, 400), "the answer 400: see whether"),
        ("deletions", whole({"CDCResponse": [{}]}), "an answer without its parts 5 times"),
        ("deletions", whole({"CDCResponse": [{"QueryResponse": [{"Fault": {}}]}]}), "a fault 5"),
        ("deletions", whole({"time": NEW}), "an answer without the list `CDCResponse` 5 times"),
    ],
)
def test_an_answer_that_is_none_is_tried_again_and_then_said(
    vendor: Vendor, table: str, answer: Answer, said: str
) -> None:
    vendor.faults["query" if table == "accounts" else "cdc"] = lambda request: answer
    with pytest.raises(SourceError) as refused:
        pulled(table)
    assert str(refused.value).startswith(f"quickbooks: {table} could not be read, it got ")
    assert said in str(refused.value)


def test_a_vendor_without_a_clock_is_said(vendor: Vendor) -> None:
    vendor.faults["query"] = lambda request: whole({"QueryResponse": {"totalCount": 1}})
    with pytest.raises(SourceError, match="an answer without `time` 5 times: run again later"):
        pulled("deletions")


def test_a_company_that_is_not_ours_is_said(vendor: Vendor) -> None:
    vendor.faults["query"] = lambda request: whole({"fault": {}}, 401)
    with pytest.raises(SourceError) as refused:
        pulled()
    assert str(refused.value) == (
        "quickbooks: purchases was refused (401): check QUICKBOOKS_REALM_ID in .env"
    )
    assert len(vendor.intuit.used) == 2
