"""QuickBooks Online, the books: purchases, bills, invoices, sales receipts, deposits, accounts.

Facts from Intuit's data service (minor version 75): lists are questions in a query language, a
thousand rows at most from a position; the answer to none is an empty object. Rows can be asked for
what changed and are read in the order of their ids, each page from the last row of the one before:
a page without a row that came already shows that rows went from under us, and the list is read
again. Accounts that are closed have to be asked for. A deleted row is in no list; change data
capture names it for thirty days, without pages and a thousand objects at most. Access tokens last
an hour, refresh tokens a hundred days and change with their use (`extract/refresh_tokens.py`).
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache, partial
from typing import Any

from dlt.sources.helpers.rest_client.paginators import BasePaginator, SinglePagePaginator
from requests import Request, Response

from extract import config, refresh_tokens
from extract.api import Api, BrokenAnswer, LostPlace, Page, UnreadableAnswer, connect, lies_at
from extract.config import BUSINESS_ZONE, System, midnight
from extract.exact_json import write_json

TOKEN_HOST = "https://oauth.platform.intuit.com"
TOKEN_PATH = "oauth2/v1/tokens/bearer"
MINOR_VERSION = 75
PAGE_SIZE = 1000
REPEATS_BORNE = 3
MOST_CHANGES = 1000
CAPTURED = timedelta(days=30) - timedelta(hours=1)
ENTITIES = {
    "accounts": "Account",
    "purchases": "Purchase",
    "bills": "Bill",
    "invoices": "Invoice",
    "sales_receipts": "SalesReceipt",
    "deposits": "Deposit",
}


def access_token() -> str:
    """A new access token, with the app's id and secret and the company's refresh token.

    Intuit gives tokens at one address for all companies; an address on this machine gives its own.
    """
    base_url = config.base_url("quickbooks")
    host = base_url.partition("/v3/")[0] if config.is_loopback(base_url) else TOKEN_HOST
    app = [config.secret("quickbooks", f"QUICKBOOKS_CLIENT_{part}") for part in ("ID", "SECRET")]
    signed = replace(
        SYSTEM,
        authorization="Basic {key}",
        key_variable="QUICKBOOKS_CLIENT_ID and QUICKBOOKS_CLIENT_SECRET",
        access_token=None,
    )
    return refresh_tokens.access_token(
        "quickbooks",
        Api("quickbooks", signed, host, ":".join(app)),
        TOKEN_PATH,
        "it was replaced, taken back or not used for 100 days; connect the company again in "
        "Intuit's OAuth 2.0 playground and set the new QUICKBOOKS_REFRESH_TOKEN in .env",
    )


SYSTEM = System(
    base_url="https://quickbooks.api.intuit.com/v3/company/{QUICKBOOKS_REALM_ID}",
    key_variable="QUICKBOOKS_REFRESH_TOKEN",
    key_from="Intuit's OAuth 2.0 playground with the app's own keys and the scope Accounting",
    probe=f"query?query=select%20count(*)%20from%20Account&minorversion={MINOR_VERSION}",
    headers={"Accept": "application/json"},
    access_token=access_token,
)


class ByPosition(BasePaginator):
    """Goes on at the last row that came, in the order of ids, until nothing lies behind it."""

    def __init__(self, question: str) -> None:
        """Start at the first row that answers the question."""
        super().__init__()
        self.question = question
        self.position = 1
        self.seen: set[str] = set()
        self.last = ""
        self.repeats = 0
        self.is_behind = False

    def init_request(self, request: Request) -> None:
        """Ask for the first page."""
        self.update_request(request)

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        """Take the next position; a page of old rows where the last row should lead is asked for
        again.

        Raises LostPlace when rows went from before the position, BrokenAnswer when the same page
        comes whatever is asked.
        """
        marks = [mark(row) for row in data or []]
        follows = self.position == 1 or self.is_behind
        fresh = set(marks) - self.seen
        if not marks:
            if not follows:
                raise LostPlace("no row where there had been one", response)
            self._has_next_page = False
        elif not follows and len(fresh) == len(set(marks)):
            raise LostPlace("a page that does not follow the one before", response)
        elif fresh:
            self.seen |= fresh
            self.last, self.repeats, self.is_behind = marks[-1], 0, False
            self.position += len(marks) - 1
        elif self.is_behind:
            raise BrokenAnswer("the same page again and again", response)
        elif marks[0] != self.last and self.repeats < REPEATS_BORNE:
            self.repeats += 1
        else:
            self.position += len(marks)
            self.is_behind = True

    def update_request(self, request: Request) -> None:
        """Ask the question from the position on."""
        page = f"startposition {self.position} maxresults {PAGE_SIZE}"
        request.params["query"] = f"{self.question} orderby Id {page}"


def pull(table: str, start: date | None) -> Iterator[Page]:
    """Pages of one table, changed since local midnight of `start`; all when it is None.

    Deletions are known for thirty days only.
    """
    api = company()
    if table == "deletions":
        since = now(api) - CAPTURED
        yield from deleted_rows(api, max(since, midnight(start)) if start else since)
        return
    entity, question = ENTITIES[table], f"select * from {ENTITIES[table]}"
    if table == "accounts":
        question += " where Active in (true, false)"
    elif start:
        question += f" where MetaData.LastUpdatedTime >= '{written(midnight(start))}'"
    pages = api.pages(
        table,
        "query",
        {"minorversion": MINOR_VERSION},
        ByPosition(question),
        rows_at=f"QueryResponse.{entity}",
        refuse=partial(refuse_no_list, entity),
    )
    for page in pages:
        yield Page([flat(row) for row in page.rows])


@cache
def company() -> Api:
    """One session for all tables, so that one access token serves them."""
    api = connect("quickbooks")
    # The refresh token has been accepted: what is refused now is the company.
    api.key_variable = "QUICKBOOKS_REALM_ID"
    return api


def deleted_rows(api: Api, since: datetime) -> Iterator[Page]:
    """What was deleted since then, entity by entity.

    An answer that is full may lack some changes, be they the oldest or the newest. The rest is
    asked for from the middle of those that came, until the newest stretch is whole; what is left
    out even so is missing from the next full read of its table.
    """
    for entity in ENTITIES.values():
        begin, is_whole = since, False
        while not is_whole:
            changed = changes(api, entity, begin)
            yield Page([flat(row) | {"entity": entity} for row in changed if is_deleted(row)])
            times = sorted(filter(None, map(changed_at, changed)))
            later = [time for time in (*times[len(times) // 2 :][:1], *times[-1:]) if time > begin]
            is_whole = len(changed) < MOST_CHANGES or not later
            begin = begin if is_whole else later[0]


def changes(api: Api, entity: str, since: datetime) -> list[Any]:
    """Rows of an entity that changed, deleted ones as no more than their id."""
    asked = {"entities": entity, "changedSince": written(since), "minorversion": MINOR_VERSION}
    pages = api.pages(
        "deletions",
        "cdc",
        asked,
        SinglePagePaginator(),
        rows_at="CDCResponse",
        refuse=refuse_no_parts,
    )
    parts = [part for page in pages for answer in page.rows for part in answer["QueryResponse"]]
    return [row for part in parts for row in part.get(entity, [])]


def is_deleted(row: Any) -> bool:
    """Whether a changed row is one that is gone."""
    return isinstance(row, dict) and row.get("status") == "Deleted"


def changed_at(row: Any) -> datetime | None:
    """When a row was last changed; None where it does not say so."""
    return read_time(lies_at(row, "MetaData.LastUpdatedTime"))


def now(api: Api) -> datetime:
    """The vendor's own clock, by which it counts the thirty days."""
    asked = {"query": "select count(*) from Account", "minorversion": MINOR_VERSION}
    pages = api.pages(
        "deletions", "query", asked, SinglePagePaginator(), rows_at="", refuse=refuse_no_time
    )
    return next(time for page in pages for row in page.rows if (time := read_time(row["time"])))


def read_time(text: Any) -> datetime | None:
    """A time of the vendor's, which carries its offset; None for anything else."""
    try:
        time = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return time if time.tzinfo else None


def written(time: datetime) -> str:
    """A time as the vendor's own examples write it."""
    return time.astimezone(BUSINESS_ZONE).isoformat(timespec="seconds")


def refuse_no_list(entity: str, body: dict[str, Any], response: Response) -> None:
    """No rows are no list, but an answer all the same; one with a fault is none."""
    answer = body.get("QueryResponse")
    refuse_fault(answer, response)
    refuse_fault(body, response)
    if isinstance(answer, dict) and not answer:
        answer[entity] = []


def refuse_no_parts(body: dict[str, Any], response: Response) -> None:
    """Changes come as a list of answers, each with its parts; a part may hold a fault."""
    refuse_fault(body, response)
    for answer in body.get("CDCResponse") or []:
        parts = answer.get("QueryResponse") if isinstance(answer, dict) else None
        if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
            raise UnreadableAnswer("an answer without its parts", response)
        for part in (answer, *parts):
            refuse_fault(part, response)


def refuse_no_time(body: dict[str, Any], response: Response) -> None:
    """An answer says when it was given."""
    if read_time(body.get("time")) is None:
        raise UnreadableAnswer("an answer without `time`", response)


def refuse_fault(answer: Any, response: Response) -> None:
    """A fault may come in a success."""
    if isinstance(answer, dict) and ("Fault" in answer or "fault" in answer):
        raise UnreadableAnswer("an answer with a fault", response)


def mark(row: Any) -> str:
    """What tells a row from others: its id, or all of it where it has none."""
    code = row.get("Id") if isinstance(row, dict) else None
    return code if isinstance(code, str) and code else write_json(row)


def flat(row: Any) -> Any:
    """A row with column names as everywhere here: `TxnDate` is `txn_date`."""
    if not isinstance(row, dict):
        return row
    words = "(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])"
    return {re.sub(words, "_", name).lower(): value for name, value in row.items()}
