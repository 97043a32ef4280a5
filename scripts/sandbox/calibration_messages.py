"""Asked against got for texts and for the e-mails that answer something.

The share of adults is of those with a phone in Capitan. Nothing here changes the town.
"""

from collections import Counter

from scripts.sandbox.calibration import Line, share
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.texting import IN, OUT
from scripts.sandbox.vendors.base import Vendor
from scripts.sandbox.vendors.sendgrid import View as Sendgrid
from scripts.sandbox.vendors.twilio import View as Twilio


def measure(ledger: Ledger, views: list[Vendor]) -> list[Line]:
    """The lines about Twilio and SendGrid."""
    twilio = next(view for view in views if isinstance(view, Twilio))
    sendgrid = next(view for view in views if isinstance(view, Sendgrid))
    customers = next(view for view in views if view.name == "capitan").tables["customers"]
    listed = {one.number: one.person for one in ledger.of("capitan")}
    phones = {
        listed[row["id"]].phone
        for row in customers
        if row["telephone"] and not listed[row["id"]].is_minor(ledger.clock)
    }
    said = {
        state: {phone for phone, _, what, *_ in twilio.consents() if what == state}
        for state in (IN, OUT)
    }
    strangers = sum(not record.person.is_in_capitan for record in twilio.records())
    did = Counter(one.row.what for one in sendgrid.objects.told)
    return [
        Line("adults with a phone who want texts", 30, share(len(said[IN] & phones), len(phones))),
        Line("... who said STOP in some form", 4, share(len(said[OUT] & phones), len(phones))),
        Line("texts (no figure)", 0, len(ledger.texts), ""),
        Line("numbers that nobody knows (no figure)", 0, strangers, ""),
        Line("e-mails that answer something (no figure)", 0, len(ledger.mails), ""),
        Line("events that were told of them (no figure)", 0, did.total(), ""),
    ]
