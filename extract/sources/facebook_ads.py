"""Facebook Ads: campaigns, ad sets and ads, and what each ad did and cost on each day.

Facts from Meta's reference (Marketing API v25.0): numbers of insights come as text, budgets as text
in cents; a day may be restated for 28 days, hence the window. Long ranges are asked for as a
report that Meta puts together on its own: ordered, asked after until it is done, then read like
any list. `date_preset=maximum` reaches back 37 months. Without asking for them, archived campaigns
and what belongs to them are left out.
"""

import json
import time
from collections.abc import Iterator
from datetime import date

from extract import config, graph_api
from extract.api import LONGEST_WAIT_SECONDS, Api, InterruptedPull, Page, SourceError, connect
from extract.config import System
from extract.graph_api import listed, number, one

SYSTEM = System(
    base_url=graph_api.ADDRESS,
    key_variable="INSTAGRAM_ACCESS_TOKEN",
    key_from="Meta's Graph API Explorer as a long-lived user token with ads_read",
    probe=graph_api.PROBE,
    account_variable="FACEBOOK_AD_ACCOUNT_ID",
)

# Tables of what is advertised: what the vendor calls the list, and the columns.
OBJECTS = {
    "campaigns": (
        "campaigns",
        "id,account_id,name,objective,status,effective_status,configured_status,buying_type,"
        "bid_strategy,special_ad_categories,daily_budget,lifetime_budget,budget_remaining,"
        "spend_cap,start_time,stop_time,created_time,updated_time",
    ),
    "ad_sets": (
        "adsets",
        "id,account_id,campaign_id,name,status,effective_status,configured_status,billing_event,"
        "optimization_goal,bid_strategy,bid_amount,daily_budget,lifetime_budget,budget_remaining,"
        "targeting,promoted_object,start_time,end_time,created_time,updated_time",
    ),
    "ads": (
        "ads",
        "id,account_id,campaign_id,adset_id,name,status,effective_status,configured_status,"
        "creative,created_time,updated_time",
    ),
}
SHOWN = ["ACTIVE", "PAUSED", "ARCHIVED", "IN_PROCESS", "WITH_ISSUES"]
ABOVE_PAUSED = {
    "campaigns": [],
    "ad_sets": ["CAMPAIGN_PAUSED"],
    "ads": ["CAMPAIGN_PAUSED", "ADSET_PAUSED", "DISAPPROVED", "PENDING_REVIEW", "PREAPPROVED",
            "PENDING_BILLING_INFO"],
}  # fmt: skip
BY_AD_AND_DAY = {
    "level": "ad",
    "time_increment": "1",
    "fields": "account_id,account_currency,ad_id,ad_name,campaign_id,campaign_name,adset_id,"
    "adset_name,objective,impressions,clicks,spend,reach,ctr,cpm,cpp,cpc,frequency,actions,"
    "cost_per_action_type,action_values",
}
LONG_DAYS = 90
LONGEST_REPORT_POLLS = 40
DONE, BROKEN = "Job Completed", ("Job Failed", "Job Skipped")


def pull(table: str, start: date | None) -> Iterator[Page]:
    """Pages of one table; insights of the account's days from `start` on, all when it is None."""
    api = connect("facebook_ads")
    account = f"act_{config.account('facebook_ads')}"
    if table == "access_tokens":
        yield from graph_api.access_tokens(api)
    elif table in OBJECTS:
        edge, fields = OBJECTS[table]
        states = json.dumps([*SHOWN, *ABOVE_PAUSED[table]])
        asked = {"fields": fields, "effective_status": states}
        yield from listed(api, table, f"{account}/{edge}", asked)
    elif start is None:
        yield from report(api, table, account, {"date_preset": "maximum"})
    else:
        today = config.business_date()
        days = {"since": start.isoformat(), "until": max(start, today).isoformat()}
        asked = {"time_range": json.dumps(days)}
        if (today - start).days > LONG_DAYS:
            yield from report(api, table, account, asked)
        else:
            yield from listed(api, table, f"{account}/insights", BY_AD_AND_DAY | asked)


def report(api: Api, table: str, account: str, asked: dict[str, str]) -> Iterator[Page]:
    """The pages of a report that Meta puts together first.

    Raises InterruptedPull for one that failed, SourceError for one that is never done.
    """
    ordered = one(api, table, f"{account}/insights", {}, post=BY_AD_AND_DAY | asked)
    run = ordered.get("report_run_id")
    if not isinstance(run, str) or not run.isdigit():
        raise SourceError(
            f"facebook_ads: {table} could not be ordered, the answer names no report: "
            "see whether the vendor changed its API"
        )
    for poll in range(LONGEST_REPORT_POLLS):
        state = one(api, table, run, {"fields": "async_status,async_percent_completion"})
        status = state.get("async_status")
        if status == DONE and number(state, "async_percent_completion") == 100:
            yield from listed(api, table, f"{run}/insights", {})
            return
        if status in BROKEN:
            raise InterruptedPull(
                f"facebook_ads: the report on {table} ended as {status}: run again later"
            )
        time.sleep(min(LONGEST_WAIT_SECONDS, config.retry_wait() * 2 ** min(poll, 10)))
    raise SourceError(
        f"facebook_ads: the report on {table} was not done after {LONGEST_REPORT_POLLS} looks: "
        "run again later"
    )
