"""What the front desk and the web shop sell, with prices before tax and the categories of the
books.

An item's name and its variation are kept apart, as the tills do: often only one of the two says
what it is. Passes at the desk are those of `products.py`.
"""

from dataclasses import dataclass
from datetime import date

from scripts.sandbox.products import PASSES, new_good


@dataclass(frozen=True)
class Good:
    """Something sold at the desk or in the web shop.

    `variation` is None where it comes in one kind; `is_made` goods are sent, the rest is done at
    once.
    """

    item: str
    variation: str | None
    cents: int
    category: str
    weight: float
    is_made: bool = False

    @property
    def product(self) -> str:
        """What it is, in words."""
        return f"{self.item} - {self.variation}" if self.variation else self.item


DESK = [
    Good("Gear Rental", "Gear Upgrade", 500, "Day Pass", 15),
    Good("Day Pass", "Spectator Day Pass", 500, "Day Pass", 5),
    Good("Day Pass", "Discounted Day Pass", 1500, "Day Pass", 6),
    Good("Shoe Rental", "Adult", 500, "Retail", 14),
    Good("Chalk Bag Rental", "Regular", 300, "Retail", 6),
    Good("Loose Chalk", "200 g", 1200, "Retail", 9),
    Good("Liquid Chalk", "Regular", 1600, "Retail", 8),
    Good("Competition Quality Brush", "Regular", 1400, "Retail", 3),
    Good("Climbing Shoes", "Velcro", 13900, "Retail", 7),
    Good("Climbing Shoes", "Lace", 15900, "Retail", 4),
    Good("Harness", "Medium", 7500, "Retail", 4),
    Good("Basin T-Shirt", "Medium", 2800, "Retail", 8),
    Good("Basin Hoodie", "Large", 5200, "Retail", 5),
    Good("Water Bottle", "Regular", 2400, "Retail", 6),
    Good("Protein Bar", "Peanut", 350, "Retail", 12),
    Good("Sparkling Water", "Lime", 250, "Retail", 12),
    Good("Cold Brew", None, 450, "Retail", 10),
    Good("Belay Class", "Drop-In", 3500, "Programming", 7),
    Good("Yoga", "Yoga Class Drop-In", 1800, "Programming", 6),
    Good("HYROX", "HYROX CLASS Drop-In", 2800, "Programming", 4),
    Good("Kids Night Out", "Event Ticket", 2900, "Event Booking", 4),
]
GUEST_PASS = Good("Guest Pass", "Guest Pass", 1200, "Day Pass", 0)
PASSES_AT_THE_DESK = {
    one.name: Good("Day Pass", one.name, one.cents, "Day Pass", 0) for one in PASSES
}
BALANCES = [(7500, 22), (12500, 34), (18500, 44)]  # what is left to pay of a birthday party

DEPOSIT = Good("Basin 2 Hour Birthday Party Rental", "Deposit", 5000, "Event Booking", 11)
PACK = Good("5-Pack Day Pass", None, 8500, "Day Pass", 20)
SHOP = [
    Good("Day Pass", "Adult", 1900, "Day Pass", 24),
    Good("Day Pass", "Youth (Under 14)", 1500, "Day Pass", 10),
    PACK,
    Good("10-Pack Day Pass", None, 15900, "Day Pass", 7),
    Good("5-Punch Card", "Adult", 8000, "Day Pass", 6),
    DEPOSIT,
    Good("Basin Hoodie", "Large", 5200, "Retail", 6, is_made=True),
    Good("Basin Trucker Hat", None, 2800, "Retail", 5, is_made=True),
    Good("Sticker Sheet", None, 600, "Retail", 4, is_made=True),
]


def novelty(day: date, *, is_made: bool = False) -> Good:
    """The product that was new in a day's quarter, which no category rule knows."""
    name, cents = new_good(day)
    return Good(name, None if is_made else "Regular", cents, "Retail", 3, is_made)
