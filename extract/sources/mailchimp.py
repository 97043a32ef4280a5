"""Mailchimp, the mailings: lists, their members' consent and growth, campaigns and what became of
them, automations, landing pages.

Facts from the vendor's OpenAPI 3.0.55: lists are read by `offset` and `count` and say in
`total_items` how many rows they have. An order can be asked for where the vendor has one; where it
has none, each page reaches back over a part of the one before, so that rows which go while we read
push no other out of our way. The count is compared with what came. Landing pages know no `offset`
and come all at once. Members can be asked for what changed, campaigns for when they were sent;
members and growth belong to a list, contents and reports to a campaign, e-mails to an automation,
and each of those is a request of its own. Archived members are left out, as the vendor does.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from dlt.sources.helpers.rest_client.paginators import BasePaginator, SinglePagePaginator
from requests import Request, Response

from extract.api import Api, InterruptedPull, Page, connect, parent_ids
from extract.config import System, midnight

SYSTEM = System(
    base_url="https://{MAILCHIMP_SERVER_PREFIX}.api.mailchimp.com/3.0",
    key_variable="MAILCHIMP_API_KEY",
    key_from="Mailchimp under Profile > Extras > API keys",
    probe="lists?count=1",
    authorization="Basic basin:{key}",
)

PAGE_SIZE, LARGEST_PAGE = 500, 1000
OVERLAP = 10  # where there is no order, a tenth of each page is read twice

# Tables of a campaign: path, and where the rows lie; empty when the answer itself is the row.
OF_CAMPAIGN = {
    "campaign_contents": ("campaigns/{id}/content", ""),
    "reports": ("reports/{id}", ""),
    "click_details": ("reports/{id}/click-details", "urls_clicked"),
    "email_activity": ("reports/{id}/email-activity", "emails"),
    "sent_to": ("reports/{id}/sent-to", "sent_to"),
}


class ByOffset(BasePaginator):
    """Goes on behind the rows that came, however few the vendor sends at once; without an order
    it goes back a little first."""

    def __init__(self, is_ordered: bool) -> None:
        """Start at the first row."""
        super().__init__()
        self.offset = 0
        self.is_ordered = is_ordered

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        """Stop at the last of all rows, or at a page without any."""
        came = len(data or [])
        self._has_next_page = came > 0 and self.offset + came < response.json()["total_items"]
        again = 0 if self.is_ordered or came == 1 else -(-came // OVERLAP)
        self.offset += came - again

    def update_request(self, request: Request) -> None:
        """Ask for what follows."""
        request.params["offset"] = self.offset


def pull(table: str, start: date | None) -> Iterator[Page]:
    """Pages of one table since local midnight of `start`; all when it is None.

    Members count by their last change, everything about campaigns by when they were sent.
    """
    api = connect("mailchimp")
    since = midnight(start).isoformat() if start else None
    if table == "lists":
        yield from all_lists(api)
    elif table == "members":
        for parent in ids("lists", all_lists(api)):
            params = sorted_by("last_changed") | ({"since_last_changed": since} if since else {})
            pages = listed(api, table, f"lists/{parent}/members", params, table, parent)
            yield from named(pages, "list_id")
    elif table == "campaigns":
        yield from sent_campaigns(api, since)
    elif table == "growth_history":
        for parent in ids("lists", all_lists(api)):
            path, params = f"lists/{parent}/growth-history", sorted_by("month")
            yield from named(listed(api, table, path, params, "history", parent), "list_id")
    elif table == "automations":
        yield from all_automations(api)
    elif table == "automation_emails":
        for parent in ids("automations", all_automations(api)):
            pages = at_once(api, table, f"automations/{parent}/emails", {}, "emails", parent)
            yield from named(without_links(pages), "workflow_id")
    elif table == "landing_pages":
        params = {"count": str(LARGEST_PAGE), "exclude_fields": f"_links,{table}._links"}
        yield from at_once(api, table, "landing-pages", params, table)
    else:
        path, rows_at = OF_CAMPAIGN[table]
        for parent in ids("campaigns", sent_campaigns(api, since)):
            pages = listed(api, table, path.format(id=parent), {}, rows_at, parent)
            yield from named(pages, "id" if table == "reports" else "campaign_id")


def all_lists(api: Api) -> Iterator[Page]:
    """Every list."""
    return listed(api, "lists", "lists", sorted_by("date_created"), "lists")


def all_automations(api: Api) -> Iterator[Page]:
    """Every automation; Mailchimp gives them in no order."""
    return listed(api, "automations", "automations", {}, "automations")


def sent_campaigns(api: Api, since: str | None) -> Iterator[Page]:
    """The campaigns that were sent since then."""
    params = {"status": "sent"} | sorted_by("send_time")
    if since:
        params["since_send_time"] = since
    return listed(api, "campaigns", "campaigns", params, "campaigns")


def sorted_by(field: str) -> dict[str, str]:
    """An order in which what is new comes last."""
    return {"sort_field": field, "sort_dir": "ASC"}


def listed(
    api: Api, table: str, path: str, params: dict[str, str], rows_at: str, parent: str = ""
) -> Iterator[Page]:
    """All pages of a list, or the one row of an answer that is no list; without links."""
    if not rows_at:
        hidden = {"exclude_fields": "_links"}
        return api.pages(table, path, hidden, SinglePagePaginator(), rows_at="", parent=parent)
    return api.pages(
        table,
        path,
        {**params, "count": PAGE_SIZE, "exclude_fields": f"_links,{rows_at}._links"},
        ByOffset(is_ordered="sort_field" in params),
        rows_at=rows_at,
        count_at="total_items",
        parent=parent,
    )


def at_once(
    api: Api, table: str, path: str, params: dict[str, str], rows_at: str, parent: str = ""
) -> Iterator[Page]:
    """A list that comes in one answer; what it counts and does not send is missed, not ignored."""
    return api.pages(
        table,
        path,
        params,
        SinglePagePaginator(),
        rows_at=rows_at,
        count_at="total_items",
        parent=parent,
    )


def without_links(pages: Iterator[Page]) -> Iterator[Page]:
    """The same pages without the links in each row, which not every list can leave out itself."""
    for page in pages:
        rows = [
            {name: value for name, value in row.items() if name != "_links"}
            if isinstance(row, dict)
            else row
            for row in page.rows
        ]
        yield Page(rows, page.count, page.parent)


def ids(table: str, pages: Iterator[Page]) -> list[str]:
    """The ids of parent rows.

    Raises InterruptedPull for one without, and when fewer came than the vendor counted at first.
    """
    counted: int | None = None
    rows: list[Any] = []
    for page in pages:
        counted = page.count if counted is None else counted
        rows += page.rows
    found = parent_ids("mailchimp", table, rows)
    if len(found) < (counted or 0):
        raise InterruptedPull(
            f"mailchimp: only {len(found)} of {counted} {table} came: run again later"
        )
    return found


def named(pages: Iterator[Page], column: str) -> Iterator[Page]:
    """The same pages with their parent's id in every row that does not say it itself."""
    for page in pages:
        rows = [{column: page.parent} | row if isinstance(row, dict) else row for row in page.rows]
        yield Page(rows, page.count, page.parent)
