"""Asked against got for the gym's own books: classes, reservations, associations, referrals; and
for what else came late: the newsletter's landing pages, disputed payments.

Counts of the real gym are for 7,400 customers and scale with the town; groups do not. Nothing here
changes the town.
"""

from scripts.sandbox.calibration import REAL_PEOPLE, Line, share
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.vendors.base import Vendor


def measure(ledger: Ledger, views: list[Vendor]) -> list[Line]:
    """The lines about Capitan's further tables, landing pages and disputes."""
    tables, news, stripe = (
        next(view for view in views if view.name == name).tables
        for name in ("capitan", "mailchimp", "stripe")
    )
    size = ledger.settings.people / REAL_PEOPLE
    booked = tables["reservations"]
    others = sum(row["customer_id"] != row["booking_customer_id"] for row in booked)
    linked = {tie.of.key for tie in ledger.gym.kin.ties if tie.relation == "PRE"}
    linked |= {tie.to.key for tie in ledger.gym.kin.ties if tie.relation == "CHI"}
    children = sum(one.person.is_child for one in ledger.of("capitan"))
    return [
        Line("classes and camps", 1_700 * size, len(tables["events"]), ""),
        Line("reservations", 4_400 * size, len(booked), ""),
        Line("... booked by somebody else", 40, share(others, len(booked))),
        Line("associations", 27, len(tables["associations"]), ""),
        Line("association members", 1_345 * size, len(tables["association-members"]), ""),
        Line("referrals", 15 * size, len(tables["membership-referrals"]), ""),
        Line("landing pages", 37, len(news["landing_pages"]), ""),
        Line(
            "disputed payments",
            0.1,
            share(len(stripe["disputes"]), sum(row["captured"] for row in stripe["charges"])),
        ),
        Line("children linked to a parent (no figure)", 0, share(len(linked), children)),
    ]
