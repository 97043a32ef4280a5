"""What the gym advertises on Facebook and Instagram, and what each ad brings on each day.

One campaign runs all the time; others follow each other, a new one every eighteen days for four to
six weeks. A day's showings and cost are settled after two days, while what people did because of an
ad is counted on the day of the ad though it may come up to 27 days later: that is why a day changes
for four weeks. Money is whole cents.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from scripts.sandbox.chance import Chance
from scripts.sandbox.ledger import Ledger

BEFORE_DAY_0 = 90  # days of ads up to day 0, that day included
EVERY = 18
ARCHIVED_AFTER = 14
OFF = 0.06  # of an ad's days
SETTLED = [0.95, 0.99, 1.0]  # part of a day's showings that is known, by the days since
LAGS = [((0, 0), 52), ((1, 1), 16), ((2, 6), 20), ((7, 27), 12)]

# objective, what the campaign is called, what an ad set optimises for, what people do
PLANS = [
    ("OUTCOME_TRAFFIC", "Always on: plan your visit", "LINK_CLICKS", {}),
    ("OUTCOME_LEADS", "Free first visit", "LEAD_GENERATION", {"lead": 0.09}),
    ("OUTCOME_SALES", "2-Week Climbing Pass", "OFFSITE_CONVERSIONS",
     {"add_to_cart": 0.07, "purchase": 0.03}),
    ("OUTCOME_AWARENESS", "We are open late", "REACH", {}),
    ("OUTCOME_ENGAGEMENT", "Youth camps", "OFFSITE_CONVERSIONS",
     {"complete_registration": 0.04, "lead": 0.02}),
]  # fmt: skip
AUDIENCES = ["Parents nearby", "Students", "Lookalike of members", "Visited the site"]
CREATIVES = ["North wall reel", "Team photo", "Coach talks", "Offer card", "Birthday party"]
PRICES = {"purchase": 3_000, "add_to_cart": 3_000}


@dataclass(frozen=True)
class Campaign:
    """A campaign; `end` is its last day, None for the one that always runs."""

    key: str
    name: str
    objective: str
    goal: str
    rates: dict[str, float]
    begin: date
    end: date | None

    def runs(self, day: date) -> bool:
        """Whether it is shown on a day."""
        return self.begin <= day and (self.end is None or day <= self.end)

    def is_archived(self, clock: date) -> bool:
        """Whether staff have put it away."""
        return self.end is not None and (clock - self.end).days >= ARCHIVED_AFTER


@dataclass(frozen=True)
class AdSet:
    """Part of a campaign with its own audience and daily budget in cents."""

    key: str
    campaign: Campaign
    name: str
    budget: int


@dataclass(frozen=True)
class Ad:
    """One ad; `share` is its part of the ad set's money."""

    key: str
    ad_set: AdSet
    name: str
    share: float


@dataclass(frozen=True)
class AdDay:
    """One ad on one day as it shows by the clock; `deeds` counts by what people did."""

    ad: Ad
    day: date
    impressions: int
    reach: int
    clicks: int
    link_clicks: int
    cents: int
    deeds: dict[str, int]


def first_day(ledger: Ledger) -> date:
    """The first day of any ad."""
    return ledger.settings.today - timedelta(days=BEFORE_DAY_0 - 1)


def ads(ledger: Ledger) -> list[Ad]:
    """Every ad of the campaigns that have begun by the clock, in order of making."""
    chance, first = ledger.chance, first_day(ledger)
    found: list[Ad] = []
    number = 0
    while number == 0 or first + timedelta(days=(number - 1) * EVERY) <= ledger.clock:
        key = f"adcampaign{number}"
        begin = first if number == 0 else first + timedelta(days=(number - 1) * EVERY)
        plan = PLANS[0] if number == 0 else PLANS[1 + (number - 1) % (len(PLANS) - 1)]
        end = None
        if number:
            end = begin + timedelta(days=chance.whole(27, 41, key, "length"))
        objective, name, goal, rates = plan
        label = name if number == 0 else f"{name} {begin:%b %Y}"
        campaign = Campaign(key, label, objective, goal, rates, begin, end)
        found += _ads_of(chance, campaign)
        number += 1
    return found


def _ads_of(chance: Chance, campaign: Campaign) -> list[Ad]:
    found = []
    for place in range(chance.whole(1, 2, campaign.key, "ad sets")):
        key = f"{campaign.key}/{place}"
        audience = AUDIENCES[(chance.bits(campaign.key, "audience") + place) % len(AUDIENCES)]
        budget = 100 * chance.whole(6, 22, key, "budget")
        ad_set = AdSet(key, campaign, f"{campaign.name} | {audience}", budget)
        many = chance.whole(2, 3, key, "ads")
        weights = [chance.u(key, "share", one) + 0.3 for one in range(many)]
        for one in range(many):
            creative = CREATIVES[(chance.bits(key, "creative") + one) % len(CREATIVES)]
            share = weights[one] / sum(weights)
            found.append(Ad(f"{key}/{one}", ad_set, f"{audience} | {creative}", share))
    return found


def days_of(ledger: Ledger, ad: Ad) -> list[AdDay]:
    """The days on which an ad was shown, up to the clock."""
    found, campaign = [], ad.ad_set.campaign
    day = campaign.begin
    while day <= ledger.clock and campaign.runs(day):
        if ledger.chance.u(ad.key, day, "off") >= OFF:
            found.append(_day(ledger.chance, ad, day, (ledger.clock - day).days))
        day += timedelta(days=1)
    return [one for one in found if one.impressions]


def _day(chance: Chance, ad: Ad, day: date, age: int) -> AdDay:
    key = (ad.key, day)
    known = SETTLED[min(age, len(SETTLED) - 1)]
    spent = ad.ad_set.budget * ad.share * (0.7 + 0.5 * chance.u(*key, "spent"))
    cpm = 700 + chance.whole(0, 700, ad.key, "cpm")
    impressions = int(spent / cpm * 1_000 * known)
    reach = int(impressions / (1.05 + 0.3 * chance.u(*key, "frequency")))
    rate = 0.006 + 0.02 * chance.u(ad.key, "clicks") * (0.6 + 0.8 * chance.u(*key, "clicks"))
    clicks = int(impressions * rate)
    link_clicks = int(clicks * 0.7)
    deeds = dict.fromkeys(ad.ad_set.campaign.rates, 0)
    for number in range(link_clicks):
        for kind, share in ad.ad_set.campaign.rates.items():
            if chance.u(*key, kind, number) < share:
                lag = chance.whole(*chance.weighted(LAGS, *key, kind, "lag", number),
                                   *key, kind, "days", number)  # fmt: skip
                deeds[kind] += lag <= age
    return AdDay(ad, day, impressions, reach, clicks, link_clicks, int(spent * known), deeds)
