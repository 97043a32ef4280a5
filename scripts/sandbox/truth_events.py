"""What happened to whom, for the truth's `events`: visits, memberships, money, newsletters.

* A purchase is one event for each category among the lines of a payment, for whom it was bought.
  Sales at the desk make none: nobody could know whose they are.
* `payment_failed` is one event for each payment that was declined at all, at its first decline.
* `day_pass_checkin` stands beside the check-in of somebody who is on no membership that day;
  short passes that are kept as memberships are none.
* `membership_cancelled` is the end of a running membership that no other one carries on, for
  everybody on its roster; `membership_ended` that of one paid once, or that another one follows.
* `email_opened` and `email_clicked` are the first time for each campaign and person.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from scripts.sandbox import moments
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.model import Membership, Payment, Visit
from scripts.sandbox.vendors.base import Vendor

# By the category in the books.
PURCHASES = {
    "New Membership": "membership_purchase",
    "Membership Renewal": "membership_renewal",
    "Day Pass": "day_pass_purchase",
    "Team": "programming_purchase",
    "Programming": "programming_purchase",
    "Event Booking": "event_booking",
    "Retail": "retail_purchase",
}
PASS_METHODS = ("ENT", "GUE", "FRE")


def events(
    ledger: Ledger, payments: list[Payment], keys: dict[str, str], shown: list[Vendor]
) -> Iterator[tuple[Any, ...]]:
    """(person, type, instant, source key) of everything up to the clock."""
    yield from _visits(ledger)
    yield from _memberships(ledger)
    refund_keys = {key: name for view in shown for key, name in view.refund_keys().items()}
    for paid in payments:
        if paid.is_payer_known:
            yield from _money(paid, keys[paid.key], refund_keys, ledger)
    for view in shown:
        yield from view.events()


def entered(visit: Visit, ledger: Ledger) -> datetime:
    """When a check-in happened, as far as the desk knows at the clock."""
    return moments.utc(_entered(visit, ledger), visit.micro)


def _entered(visit: Visit, ledger: Ledger) -> int:
    is_wrong = visit.corrected is not None and ledger.clock < visit.corrected
    return visit.recorded if is_wrong and visit.recorded is not None else visit.moment


def _of_people(ledger: Ledger) -> dict[str, list[Membership]]:
    """The memberships whose roster each person is on, short passes left out."""
    found: dict[str, list[Membership]] = defaultdict(list)
    for one in ledger.memberships:
        if not one.product.is_temporary:
            for person in {account.person.person_id for account in one.roster}:
                found[person].append(one)
    return found


def _visits(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    memberships = _of_people(ledger)
    for visit in ledger.visits:
        person, key = visit.account.person.person_id, f"capitan:checkin:{visit.number}"
        yield person, "checkin", entered(visit, ledger), key
        text = visit.description.lower()
        is_party = visit.method == "EVE" and ("birthday" in text or "bday" in text)
        if visit.method not in PASS_METHODS and not is_party:
            continue
        day = moments.day_of(_entered(visit, ledger))
        if not any(
            one.start <= day and (one.end is None or day < one.end)
            for one in memberships.get(person, ())
        ):
            yield person, "day_pass_checkin", entered(visit, ledger), key


def _memberships(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    memberships = _of_people(ledger)
    for one in ledger.memberships:
        key = f"capitan:membership:{one.number}"
        people = sorted({account.person.person_id for account in one.roster})
        if one.start <= ledger.clock:
            for person in people:
                began = moments.utc(moments.midnight(one.start))
                yield person, "membership_started", began, key
        end = one.end
        if not one.is_ended or end is None:
            continue
        for person in people:
            goes_on = any(
                other is not one
                and other.start <= end + timedelta(days=1)
                and (other.end is None or other.end > end)
                for other in memberships[person]
            )
            kind = (
                "membership_ended"
                if goes_on or one.product.days is not None
                else "membership_cancelled"
            )
            yield person, kind, moments.utc(moments.midnight(end)), key


def _money(
    paid: Payment, key: str, refund_keys: dict[str, str], ledger: Ledger
) -> Iterator[tuple[Any, ...]]:
    payer = paid.payer.person_id
    sold = [(one.category, one.for_person) for one in paid.lines]
    bought = {
        (PURCHASES.get(category, "other_purchase"), (whom or paid.payer).person_id)
        for category, whom in sold or [(paid.category, paid.for_person)]
    }
    if paid.success is not None:
        for kind, whom in sorted(bought):
            yield whom, kind, moments.utc(paid.success), key
    declined = next((one for one in paid.attempts if one.decline), None)
    if declined is not None:
        yield payer, "payment_failed", moments.utc(declined.moment), key
    for refund in paid.refunds:
        if not refund.fails and refund.settles < ledger.horizon:
            yield payer, "refund", moments.utc(refund.moment), refund_keys[refund.key]
