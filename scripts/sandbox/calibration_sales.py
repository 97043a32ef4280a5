"""Asked against got for the till, the web shop, the newsletter and the marketing system: the
second half of `calibration.py`.

Money is the real gym's 45,000 a month, scaled to the town. Tickets are payments that succeeded.
Nothing here changes the town.
"""

from datetime import timedelta

from scripts.sandbox import moments
from scripts.sandbox.calibration import REAL_PEOPLE, Line, share
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.model import Payment
from scripts.sandbox.truth import received, refunded
from scripts.sandbox.vendors.base import Row, Vendor
from scripts.sandbox.vendors.klaviyo import View as Klaviyo
from scripts.sandbox.vendors.mailchimp import View as Mailchimp

NET_A_MONTH, SQUARE, SHOPIFY_TICKETS = 45_000, 0.27, 3.0
CAMPAIGN_DAYS = 90


def measure(ledger: Ledger, views: list[Vendor]) -> list[Line]:
    """The lines about Square, Shopify, Mailchimp and Klaviyo."""
    mailchimp = next(view for view in views if isinstance(view, Mailchimp))
    klaviyo = next(view for view in views if isinstance(view, Klaviyo))
    customers = next(view for view in views if view.name == "capitan").tables["customers"]
    return [
        *_money(ledger, views),
        *_baskets(ledger),
        *_newsletter(ledger, mailchimp),
        *_automation(ledger, klaviyo, customers),
    ]


def _money(ledger: Ledger, views: list[Vendor]) -> list[Line]:
    paid = [one for one in ledger.payments if one.is_live and one.is_captured and received(one)]
    fees = {view.name: view.fee for view in views}
    net: dict[str, int] = {}
    for one in paid:
        kept = received(one) - refunded(one, ledger) - fees[one.source](one)
        net[one.source] = net.get(one.source, 0) + kept
    months = (ledger.settings.days + (ledger.clock - ledger.settings.today).days) / 30.44
    gross, back = sum(map(received, paid)), sum(refunded(one, ledger) for one in paid)
    size = ledger.settings.people / REAL_PEOPLE
    square, shopify = (
        [one for one in paid if one.source == source] for source in ("square", "shopify")
    )
    refunds = [(one, back) for one in paid for back in one.refunds if not back.fails]
    waits = [(back.moment - (one.success or 0)) / moments.DAY for one, back in refunds]
    partial = sum(back.cents < one.cents for one, back in refunds)
    return [
        Line("net a month, dollars", NET_A_MONTH * size, sum(net.values()) / 100 / months, ""),
        Line(
            "Square net a month, dollars",
            SQUARE * NET_A_MONTH * size,
            net.get("square", 0) / 100 / months,
            "",
        ),
        Line("Square's part of the net", 100 * SQUARE, share(net["square"], sum(net.values()))),
        Line("Shopify's part of the tickets", SHOPIFY_TICKETS, share(len(shopify), len(paid))),
        Line("refunds of gross, all systems", 4.0, share(back, gross)),
        Line("... that are partial", 50, share(partial, len(refunds))),
        Line("... later than two days", 33, share(sum(wait > 2 for wait in waits), len(refunds))),
        Line("refunds of Square's gross (no figure)", 0, _given_back(square, ledger)),
        Line("refunds of Shopify's gross (no figure)", 0, _given_back(shopify, ledger)),
    ]


def _given_back(paid: list[Payment], ledger: Ledger) -> float:
    return share(sum(refunded(one, ledger) for one in paid), sum(map(received, paid)))


def _baskets(ledger: Ledger) -> list[Line]:
    desk = [one for one in ledger.payments if one.source == "square" and one.lines]
    mixed = sum(len({line.category for line in one.lines}) > 1 for one in desk)
    lines = [line for one in desk for line in one.lines]
    orders = [one for one in ledger.payments if one.source == "shopify"]
    return [
        Line("Square baskets of two categories", 20, share(mixed, len(desk))),
        Line(
            "Square lines without a description (frequent)",
            0,
            share(sum(line.item is None for line in lines), len(lines)),
        ),
        Line(
            "Shopify orders of guests (no figure)",
            0,
            share(sum(one.account is None for one in orders), len(orders)),
        ),
    ]


def _newsletter(ledger: Ledger, mailchimp: Mailchimp) -> list[Line]:
    since = moments.midnight(ledger.clock - timedelta(days=CAMPAIGN_DAYS - 1))
    recent = [one for one in ledger.campaigns if one.sent >= since]
    reports = [mailchimp.objects.report(one) for one in recent]
    sent = sum(one["emails_sent"] for one in reports)
    bounced = sum(sum(one["bounces"].values()) for one in reports)
    opened = sum(one["opens"]["unique_opens"] for one in reports)
    clicked = sum(one["clicks"]["unique_subscriber_clicks"] for one in reports)
    gone = sum(one["unsubscribed"] for one in reports)
    return [
        Line("campaigns in 90 days", 16, len(recent), ""),
        Line(
            "campaigns without an offer",
            20,
            share(sum(not one.offer for one in recent), len(recent)),
        ),
        Line("newsletter opened", 41, share(opened, sent - bounced)),
        Line("newsletter clicked", 3, share(clicked, sent - bounced)),
        Line("newsletter bounced", 1, share(bounced, sent)),
        Line("newsletter unsubscribed", 0.3, share(gone, sent)),
        Line("members of the list (no figure)", 0, len(mailchimp.tables["members"]), ""),
    ]


def _automation(ledger: Ledger, klaviyo: Klaviyo, customers: list[Row]) -> list[Line]:
    listed, now = klaviyo.profiles.listed, ledger.horizon - 1
    boxes = {box for one in listed for box in (one.email, one.account.person.email) if box}
    reached = [row["email"].strip().lower() for row in customers if row["email"]]
    agreed = sum(one.consent("email", now) == "subscribed" for one in listed)
    phones = [one for one in listed if one.phone]
    texts = [one.consent("sms", now) for one in phones]
    ever = sum(state is not None for state in texts)
    children = sum(one.pushed is not None and one.pushed.is_child for one in listed)
    return [
        Line(
            "customers with an e-mail that Klaviyo knows",
            82,
            share(sum(box in boxes for box in reached), len(reached)),
        ),
        Line("profiles subscribed to e-mail", 33.3, share(agreed, len(listed))),
        Line("profiles with a phone opted in to texts", 30, share(ever, len(phones))),
        Line("... that sent STOP", 4, share(texts.count("unsubscribed"), ever)),
        Line("profiles that carry a child's data (no figure)", 0, share(children, len(listed))),
        Line("profiles (no figure)", 0, len(listed), ""),
    ]
