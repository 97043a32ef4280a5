"""Asked against got for Instagram and Facebook Ads: the third part of `calibration.py`.

Nothing here changes the town.
"""

from datetime import date, timedelta

from scripts.sandbox.advertising import BEFORE_DAY_0
from scripts.sandbox.calibration import Line
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.social import POSTS_A_WEEK
from scripts.sandbox.vendors.base import Vendor
from scripts.sandbox.vendors.facebook_ads import View as FacebookAds
from scripts.sandbox.vendors.instagram import View as Instagram


def measure(ledger: Ledger, views: list[Vendor]) -> list[Line]:
    """The lines about posts and ads."""
    instagram = next(view for view in views if isinstance(view, Instagram))
    ads = next(view for view in views if isinstance(view, FacebookAds))
    since = ledger.clock - timedelta(days=8 * 7 - 1)
    recent = [one for one in instagram.objects.all_posts if one.day >= since]
    rows = ads.tables["insights"]
    days = {date.fromisoformat(row["date_start"]) for row in rows}
    first_days = (ledger.clock - ledger.settings.today).days
    clicks = sum(int(row["clicks"]) for row in rows)
    shown = sum(int(row["impressions"]) for row in rows)
    posts, comments = instagram.tables["media"], instagram.tables["comments"]
    return [
        Line("posts a week", POSTS_A_WEEK, len(recent) / 8, ""),
        Line("comments a post (no figure)", 0, len(comments) / max(1, len(posts)), ""),
        Line("people who comment (no figure)", 0, len(instagram.records()), ""),
        Line("days of ads", BEFORE_DAY_0 + first_days, len(days), ""),
        Line("clicks on ads (no figure)", 0, 100 * clicks / max(1, shown)),
    ]
