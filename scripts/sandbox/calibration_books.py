"""Asked against got for the books: a year's purchases of the real gym, scaled to the town.

Nothing here changes the town.
"""

from datetime import timedelta

from scripts.sandbox import books
from scripts.sandbox.calibration import REAL_PEOPLE, Line
from scripts.sandbox.entries import state
from scripts.sandbox.ledger import Ledger

PURCHASES_A_YEAR, DOLLARS_A_YEAR = 789, 873_518


def measure(ledger: Ledger) -> list[Line]:
    """The lines about QuickBooks."""
    made = books.keep(ledger)
    since = ledger.clock - timedelta(days=365)
    year = [one for one in made.standing("Purchase") if one.day > since]
    size = ledger.settings.people / REAL_PEOPLE
    dollars = sum(state(one, made.horizon).total for one in year) / 100
    return [
        Line("purchases in the books in a year", PURCHASES_A_YEAR * size, len(year), ""),
        Line("... in dollars", DOLLARS_A_YEAR * size, dollars, ""),
    ]
