"""Facebook Ads as Meta's Marketing API v25.0: campaigns, ad sets, ads, insights at once and as a
report.

Objects are in `_facebook_ads_objects.py`, what is common to Meta's systems in `_graph.py`. A report
is done at the third look; the reports that were ordered live in the server's memory. Insights come
by ad only, for one day each or for the whole range. Leaves out breakdowns, filters and whatever
writes.
"""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from scripts.sandbox.advertising import first_day
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.vendors._facebook_ads_objects import Objects
from scripts.sandbox.vendors._graph import ACCOUNT, Graph, Refusal, asked_fields, picked, whole
from scripts.sandbox.vendors.base import Record, Request, Row

FIELDS = {
    "campaigns": ("Campaign", {
        "id", "account_id", "name", "objective", "status", "effective_status", "configured_status",
        "buying_type", "bid_strategy", "special_ad_categories", "daily_budget", "lifetime_budget",
        "budget_remaining", "spend_cap", "start_time", "stop_time", "created_time", "updated_time",
    }),
    "adsets": ("AdSet", {
        "id", "account_id", "campaign_id", "name", "status", "effective_status",
        "configured_status", "billing_event", "optimization_goal", "bid_strategy", "bid_amount",
        "daily_budget", "lifetime_budget", "budget_remaining", "targeting", "promoted_object",
        "start_time", "end_time", "created_time", "updated_time",
    }),
    "ads": ("Ad", {
        "id", "account_id", "campaign_id", "adset_id", "name", "status", "effective_status",
        "configured_status", "creative", "created_time", "updated_time",
    }),
}  # fmt: skip
INSIGHT_FIELDS = {
    "account_id", "account_currency", "ad_id", "ad_name", "campaign_id", "campaign_name",
    "adset_id", "adset_name", "objective", "impressions", "clicks", "spend", "reach", "ctr", "cpm",
    "cpp", "cpc", "frequency", "actions", "cost_per_action_type", "action_values",
}  # fmt: skip
ALWAYS = ("date_start", "date_stop")
USUAL = ["ACTIVE", "PAUSED", "CAMPAIGN_PAUSED", "ADSET_PAUSED"]
MOST, MOST_INSIGHTS = 500, 500
MONTHS_KEPT = 37
STATES = [("Job Not Started", 0), ("Job Running", 43), ("Job Completed", 100)]


@dataclass
class Run:
    """An ordered report: its rows, and how often somebody has looked."""

    rows: list[Row]
    looks: int = 0


class View(Graph):
    """The advertising account as of the clock."""

    name, base_path = "facebook_ads", "/facebook_ads"

    def __init__(self, ledger: Ledger) -> None:
        """Objects when first asked for."""
        super().__init__(ledger)
        self.objects = Objects(ledger)
        self._runs: dict[str, Run] = {}

    @cached_property
    def tables(self) -> dict[str, list[Row]]:
        """Campaigns, ad sets, ads and the days of ads."""
        build = self.objects
        return {
            "campaigns": [build.campaign(one) for one in build.campaigns],
            "adsets": [build.ad_set(one) for one in build.ad_sets],
            "ads": [build.ad(one) for one in build.ads],
            "insights": [row | {"id": place(row)} for row in build.insights],
        }

    # -- the API -----------------------------------------------------------------------

    def routed(self, request: Request, parts: list[str], query: dict[str, str]) -> Row:
        """What the account, a report or a list on either holds."""
        found = self.shared(parts, query) if request.method == "GET" else None
        if found is not None:
            return found
        account = f"act_{ACCOUNT}"
        match request.method, parts:
            case "GET", [code, "campaigns" | "adsets" | "ads" as table] if code == account:
                return self._objects(request, table, query)
            case "GET", [code, "insights"] if code == account:
                return self._insights(request, query)
            case "POST", [code, "insights"] if code == account:
                return self._order(query | as_text(request.body))
            case "GET", [code, "insights"] if code in self._runs:
                return self._read(request, self._runs[code], query)
            case "GET", [code] if code in self._runs:
                return self._look(code)
            case "POST", _:
                raise Refusal(3, "(#3) Application does not have the capability to make this API "
                              "call.")  # fmt: skip
        raise self.absent(parts[0])

    def _objects(self, request: Request, table: str, query: dict[str, str]) -> Row:
        self.known(query, "fields", "effective_status", "limit", "after")
        states = parsed(query.get("effective_status", json.dumps(USUAL)), "effective_status")
        node, known = FIELDS[table]
        names = tuple(one.name for one in asked_fields(query.get("fields", "id")))
        rows = [row for row in self.tables[table] if row["effective_status"] in states]
        chosen = [picked(row, names, known, node) for row in rows]
        return self.page(request, chosen, query, MOST)

    def _insights(self, request: Request, query: dict[str, str]) -> Row:
        rows = self._measured(query)
        if whole(query.get("limit", "25"), "limit") > MOST_INSIGHTS:
            raise Refusal(1, "Please reduce the amount of data you're asking for, then retry your "
                          "request", status=500)  # fmt: skip
        return self._shown(request, rows, query)

    def _shown(self, request: Request, rows: list[Row], query: dict[str, str]) -> Row:
        body = self.page(request, rows, query, MOST_INSIGHTS, key="id")
        body["data"] = [
            {name: value for name, value in row.items() if name != "id"} for row in body["data"]
        ]
        return body

    def _measured(self, query: dict[str, str]) -> list[Row]:
        """The asked fields of the asked days."""
        self.known(query, "level", "time_increment", "time_range", "date_preset", "fields", "limit",
                   "after")  # fmt: skip
        if query.get("level") != "ad" or query.get("time_increment") != "1":
            raise Refusal(100, "The sandbox knows insights with level=ad and time_increment=1 only")
        since, until = self._range(query)
        names = [one.name for one in asked_fields(query.get("fields", "ad_id,impressions,spend"))]
        for name in names:
            if name not in INSIGHT_FIELDS | set(ALWAYS):
                raise Refusal(100, f"(#100) {name} is not valid for fields param.")
        chosen = dict.fromkeys([*names, *ALWAYS, "id"])
        return [
            {name: row[name] for name in chosen if name in row}
            for row in self.tables["insights"]
            if since <= date.fromisoformat(row["date_start"]) <= until
        ]

    def _range(self, query: dict[str, str]) -> tuple[date, date]:
        clock = self.ledger.clock
        if "time_range" not in query:
            preset = query.get("date_preset", "last_30d")
            if preset == "maximum":
                return first_day(self.ledger), clock
            if preset == "last_30d":
                return clock - timedelta(days=30), clock - timedelta(days=1)
            raise Refusal(100, f"The sandbox does not know the date_preset {preset}")
        asked = parsed(query["time_range"], "time_range")
        try:
            since, until = (date.fromisoformat(asked[name]) for name in ("since", "until"))
        except (KeyError, TypeError, ValueError):
            raise Refusal(100, "(#100) time_range must be {'since':YYYY-MM-DD,"
                          "'until':YYYY-MM-DD}") from None  # fmt: skip
        if until < since:
            raise Refusal(100, "(#100) until must not be before since")
        if (clock - since).days > MONTHS_KEPT * 30.5:
            raise Refusal(3018, "(#3018) The start date of the time range cannot be beyond 37 "
                          "months from the current date")  # fmt: skip
        return since, until

    # -- reports -----------------------------------------------------------------------

    def _order(self, asked: dict[str, str]) -> Row:
        code = self.objects.number(6100, f"report{len(self._runs)}")
        self._runs[code] = Run(self._measured(asked))
        return {"report_run_id": code}

    def _look(self, code: str) -> Row:
        run = self._runs[code]
        status, done = STATES[min(run.looks, len(STATES) - 1)]
        run.looks += 1
        return {"id": code, "async_status": status, "async_percent_completion": done}

    def _read(self, request: Request, run: Run, query: dict[str, str]) -> Row:
        self.known(query, "limit", "after")
        if run.looks < len(STATES):
            raise Refusal(2601, "(#2601) Error accessing adreport job.", 1815107)
        return self._shown(request, run.rows, query)

    # -- the truth ---------------------------------------------------------------------

    def records(self) -> list[Record]:
        """Nobody: ads are counted, people are not named."""
        return []

    def keys(self) -> dict[str, str]:
        """No account of anybody."""
        return {}


def place(row: Row) -> str:
    """What tells one ad's day from all others."""
    return f"{row['date_start']}:{row['ad_id']}"


def as_text(body: Any) -> dict[str, str]:
    """The parameters of a body, as they would stand in the query."""
    if not isinstance(body, dict):
        return {}
    return {
        name: value if isinstance(value, str) else json.dumps(value) for name, value in body.items()
    }


def parsed(text: str, name: str) -> Any:
    """A parameter that is JSON."""
    try:
        return json.loads(text)
    except ValueError:
        raise Refusal(100, f"(#100) Param {name} must be JSON") from None
