"""Asked against got for birthday parties; the real gym's two a week are scaled to the town.

Answers are counted for parties that have begun: to the others people are still answering.
"""

from scripts.sandbox.calibration import REAL_PEOPLE, Line, share
from scripts.sandbox.ledger import Ledger

PARTIES_A_WEEK, ANSWERS, UNKNOWN = 2, 14, 33.3


def measure(ledger: Ledger) -> list[Line]:
    """The lines about birthday parties, those of the cases left out."""
    parties = [one for one in ledger.parties if one.host.person.case is None]
    weeks = (ledger.settings.days + (ledger.clock - ledger.settings.today).days) / 7
    begun = [one for one in parties if one.begins < ledger.horizon]
    answers = sum(len(one.rsvps) for one in begun)
    known = {account.person.person_id for account in ledger.of("capitan")}
    guests = [rsvp.account.person.person_id for one in begun for rsvp in one.rsvps]
    asked = PARTIES_A_WEEK * ledger.settings.people / REAL_PEOPLE
    return [
        Line("birthday parties a week", asked, len(parties) / weeks, ""),
        Line("answers a party", ANSWERS, answers / max(1, len(begun)), ""),
        Line(
            "guests unknown to Capitan",
            UNKNOWN,
            share(sum(one not in known for one in guests), len(guests)),
        ),
    ]
