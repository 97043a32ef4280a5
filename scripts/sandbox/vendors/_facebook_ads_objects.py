"""Facebook Ads' objects: campaigns, ad sets, ads, and insights by ad and day.

Shapes are those of the Marketing API v25.0. Numbers of insights are text, budgets text in cents,
times carry the account's own offset. What nobody did is left out, and what is divided by nothing.
"""

from datetime import date, timedelta
from functools import cached_property

from scripts.sandbox import moments
from scripts.sandbox.advertising import (
    ARCHIVED_AFTER,
    PRICES,
    Ad,
    AdDay,
    AdSet,
    Campaign,
    ads,
    days_of,
)
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.vendors._graph import ACCOUNT
from scripts.sandbox.vendors.base import Row

CURRENCY = "USD"
# How Meta's own counts of one deed are called besides.
ALSO = {
    "lead": ["offsite_conversion.fb_pixel_lead", "onsite_conversion.lead_grouped"],
    "purchase": ["offsite_conversion.fb_pixel_purchase", "omni_purchase"],
    "add_to_cart": ["offsite_conversion.fb_pixel_add_to_cart", "omni_add_to_cart"],
    "complete_registration": ["offsite_conversion.fb_pixel_complete_registration"],
}


def stamp(day: date, second: int) -> str:
    """An instant with the account's own offset."""
    return f"{moments.local(moments.instant(day, second)):%Y-%m-%dT%H:%M:%S%z}"


def text(value: float) -> str:
    """A figure with six places at most, as Meta writes it."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


class Objects:
    """Builds every object of one ledger, as of its clock."""

    def __init__(self, ledger: Ledger) -> None:
        """Objects of one ledger."""
        self.ledger, self.chance, self.clock = ledger, ledger.chance, ledger.clock

    @cached_property
    def ads(self) -> list[Ad]:
        """Every ad made by the clock."""
        return ads(self.ledger)

    @cached_property
    def ad_sets(self) -> list[AdSet]:
        """Every ad set, in order of making."""
        return list({one.ad_set.key: one.ad_set for one in self.ads}.values())

    @cached_property
    def campaigns(self) -> list[Campaign]:
        """Every campaign, in order of making."""
        return list({one.campaign.key: one.campaign for one in self.ad_sets}.values())

    def number(self, kind: int, key: str) -> str:
        """Eighteen digits."""
        return f"{kind}{self.chance.bits('facebook ads', key) % 10**13:013d}"

    def campaign_id(self, one: Campaign) -> str:
        """A campaign's number."""
        return self.number(12021, one.key)

    def ad_set_id(self, one: AdSet) -> str:
        """An ad set's number."""
        return self.number(12022, one.key)

    def ad_id(self, one: Ad) -> str:
        """An ad's number."""
        return self.number(12023, one.key)

    def status(self, one: Campaign) -> str:
        """How a campaign stands, and what it is set to."""
        if one.is_archived(self.clock):
            return "ARCHIVED"
        return "ACTIVE" if one.runs(self.clock) else "PAUSED"

    def _changed(self, one: Campaign) -> str:
        """When staff last touched a campaign: at its making, its end, or when it was put away."""
        if one.end is None or one.runs(self.clock):
            return stamp(one.begin, 9 * 3600)
        put_away = one.end + timedelta(days=ARCHIVED_AFTER)
        return stamp(put_away if one.is_archived(self.clock) else one.end, 18 * 3600)

    def campaign(self, one: Campaign) -> Row:
        """A campaign."""
        status = self.status(one)
        row: Row = {
            "id": self.campaign_id(one),
            "account_id": ACCOUNT,
            "name": one.name,
            "objective": one.objective,
            "status": status,
            "effective_status": status,
            "configured_status": status,
            "buying_type": "AUCTION",
            "special_ad_categories": [],
            "budget_remaining": "0",
            "start_time": stamp(one.begin, 9 * 3600),
            "created_time": stamp(one.begin, 9 * 3600),
            "updated_time": self._changed(one),
        }
        if one.end is not None:
            row["stop_time"] = stamp(one.end, 23 * 3600)
        return row

    def _below(self, one: Campaign) -> Row:
        """How what is part of a campaign stands."""
        above = self.status(one)
        effective = {"PAUSED": "CAMPAIGN_PAUSED"}.get(above, above)
        own = "ARCHIVED" if above == "ARCHIVED" else "ACTIVE"
        return {"status": own, "configured_status": own, "effective_status": effective}

    def ad_set(self, one: AdSet) -> Row:
        """An ad set."""
        campaign = one.campaign
        row: Row = {
            "id": self.ad_set_id(one),
            "account_id": ACCOUNT,
            "campaign_id": self.campaign_id(campaign),
            "name": one.name,
            **self._below(campaign),
            "billing_event": "IMPRESSIONS",
            "optimization_goal": campaign.goal,
            "bid_strategy": "LOWEST_COST_WITHOUT_CAP",
            "daily_budget": str(one.budget),
            "lifetime_budget": "0",
            "budget_remaining": str(one.budget // 3),
            "targeting": {"age_min": 18, "age_max": 65, "geo_locations": {"countries": ["US"]}},
            "promoted_object": {"page_id": "112000000000001"},
            "start_time": stamp(campaign.begin, 9 * 3600),
            "created_time": stamp(campaign.begin, 9 * 3600),
            "updated_time": self._changed(campaign),
        }
        if campaign.end is not None:
            row["end_time"] = stamp(campaign.end, 23 * 3600)
        return row

    def ad(self, one: Ad) -> Row:
        """An ad."""
        campaign = one.ad_set.campaign
        return {
            "id": self.ad_id(one),
            "account_id": ACCOUNT,
            "campaign_id": self.campaign_id(campaign),
            "adset_id": self.ad_set_id(one.ad_set),
            "name": one.name,
            **self._below(campaign),
            "creative": {"id": self.number(12024, one.key)},
            "created_time": stamp(campaign.begin, 9 * 3600),
            "updated_time": self._changed(campaign),
        }

    @cached_property
    def insights(self) -> list[Row]:
        """Every ad's days on which it was shown, in order of day and ad."""
        days = [day for one in self.ads for day in days_of(self.ledger, one)]
        return sorted(map(self.insight, days), key=lambda row: (row["date_start"], row["ad_id"]))

    def insight(self, one: AdDay) -> Row:
        """One ad on one day."""
        spend, campaign = one.cents / 100, one.ad.ad_set.campaign
        row: Row = {
            "account_id": ACCOUNT,
            "account_currency": CURRENCY,
            "ad_id": self.ad_id(one.ad),
            "ad_name": one.ad.name,
            "campaign_id": self.campaign_id(campaign),
            "campaign_name": campaign.name,
            "adset_id": self.ad_set_id(one.ad.ad_set),
            "adset_name": one.ad.ad_set.name,
            "objective": campaign.objective,
            "impressions": str(one.impressions),
            "clicks": str(one.clicks),
            "spend": f"{spend:.2f}",
            "reach": str(one.reach),
            "ctr": text(100 * one.clicks / one.impressions),
            "cpm": text(1_000 * spend / one.impressions),
            "cpp": text(1_000 * spend / max(1, one.reach)),
            "frequency": text(one.impressions / max(1, one.reach)),
            "date_start": one.day.isoformat(),
            "date_stop": one.day.isoformat(),
        }
        if one.clicks:
            row["cpc"] = text(spend / one.clicks)
        counts = self._counts(one)
        if counts:
            row["actions"] = [{"action_type": name, "value": str(n)} for name, n in counts.items()]
            row["cost_per_action_type"] = [
                {"action_type": name, "value": text(spend / n)} for name, n in counts.items()
            ]
        worth = {name: counts[name] * PRICES[name] for name in PRICES if name in counts}
        if worth:
            row["action_values"] = [
                {"action_type": name, "value": text(cents / 100)} for name, cents in worth.items()
            ]
        return row

    def _counts(self, one: AdDay) -> dict[str, int]:
        """What people did, under every name by which Meta counts it."""
        key = (one.ad.key, one.day)
        reactions = int(one.impressions * 0.004 * self.chance.u(*key, "reactions"))
        saved = int(one.impressions * 0.002 * self.chance.u(*key, "posts"))
        found = {
            "link_click": one.link_clicks,
            "landing_page_view": int(one.link_clicks * 0.8),
            "post_reaction": reactions,
            "post": saved,
            "post_engagement": one.link_clicks + reactions + saved,
            "page_engagement": one.link_clicks + reactions + saved + one.clicks // 9,
        }
        for kind, count in one.deeds.items():
            found |= dict.fromkeys((kind, *ALSO[kind]), count)
        return {name: count for name, count in found.items() if count}
