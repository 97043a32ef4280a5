"""What the gym sells: membership products, entry passes, bookings and goods, with prices before
tax.

Product names are those of the real gym. Prices are whole cents before the 8.25 % sales tax.
Categories are those of its books. New goods appear one a quarter; no keyword rule knows them.
"""

from dataclasses import dataclass
from datetime import date

TAX_PER_10_000 = 825


def with_tax(cents: int) -> int:
    """Cents including sales tax, rounded half up."""
    return (cents * (10_000 + TAX_PER_10_000) + 5_000) // 10_000


def tax_within(gross: int) -> int:
    """The tax inside a gross amount, in cents: gross - round(gross / 1.0825)."""
    rate = 10_000 + TAX_PER_10_000
    return gross - (gross * 10_000 + rate // 2) // rate


@dataclass(frozen=True)
class Product:
    """A membership product.

    `days` is set for what is paid once and runs out by itself.
    """

    name: str
    interval: str
    cents: int
    size: str = "solo"
    days: int | None = None
    weight: float = 0.0

    @property
    def is_temporary(self) -> bool:
        """Short passes that Capitan keeps as memberships."""
        text = self.name.lower()
        return "2-week" in text or "companion pass" in text

    @property
    def category(self) -> str | None:
        """Team for dues; otherwise initial and renewal payments have their own categories."""
        return "Team" if "Team Dues" in self.name else None


MEMBERSHIPS = [
    Product("Solo Weekly", "BWK", 3640, weight=30),
    Product("Climbing Membership", "4WK", 6900, weight=6),
    Product("Solo Annual", "YRL", 84900, weight=2),
    Product("College Student Monthly", "MON", 5900, weight=12),
    Product("Student Monthly", "MON", 5500, weight=3),
    Product("Mid Day Discounted -Solo", "BWK", 2600, weight=4),
    Product("Fitness Membership", "MON", 6500, weight=4),
    Product("Fitness Only- Unlimited", "MON", 7900, weight=2),
    Product("Corporate", "MON", 5200, weight=3),
    Product("Founders - Solo", "MON", 6400, weight=5),
    Product("90 for 90 - Solo", "", 9000, days=90, weight=3),
    Product("Solo 3 Months Prepaid", "", 21900, days=91, weight=2),
    Product("BCF Staff", "MON", 0, weight=2),
    Product("Duo Weekly", "BWK", 5850, "duo", weight=10),
    Product("Founders - Duo", "MON", 10900, "duo", weight=2),
    Product("Family Weekly", "BWK", 6250, "family", weight=16),
    Product("Family Monthly", "MON", 13500, "family", weight=6),
    Product("Family Annual", "YRL", 154900, "family", weight=1),
    Product("Founders - Family", "MON", 12900, "family", weight=3),
    Product("Mid Day Membership - Family", "MON", 9900, "family", weight=2),
    Product("TFNB Family Monthly", "MON", 11900, "family", weight=1),
    Product("90 for 90 - Family", "", 18000, "family", days=90, weight=1),
    Product("Youth Rec Team Dues", "MON", 11900, "youth", weight=8),
    Product("Youth Development Team Dues", "MON", 14900, "youth", weight=5),
    Product("Youth Comp Team Dues", "MON", 18900, "youth", weight=4),
    Product("Youth Rec Membership", "MON", 6900, "youth", weight=3),
]
TWO_WEEK = [
    Product("2-Week Climbing Pass", "", 3000, days=14, weight=9),
    Product("2-Week Fitness Pass", "", 3000, days=14, weight=2),
]
COMPANION = Product("Homeschool Climb Club - Add-on Companion Pass", "", 2500, "youth", days=60)
BY_NAME = {product.name: product for product in [*MEMBERSHIPS, *TWO_WEEK, COMPANION]}
TYPE_IDS = {name: 41 + 3 * place for place, name in enumerate(BY_NAME)}


@dataclass(frozen=True)
class PassProduct:
    """An entry pass: how many entries one pass holds."""

    name: str
    cents: int
    entries: int
    is_youth: bool
    weight: float


PASSES = [
    PassProduct("Day Pass with Gear (Adult 14 and Up)", 2400, 1, False, 52),
    PassProduct("Day Pass (Adult 14 and Up)", 1900, 1, False, 30),
    PassProduct("Mid-Day Day Pass", 1400, 1, False, 8),
    PassProduct("5 Climb Punch Pass 60 Days", 8000, 5, False, 14),
    PassProduct("Youth Day Pass with Gear (Under 14 y/o)", 2000, 1, True, 60),
    PassProduct("Youth Day Pass (Under 14 y/o)", 1500, 1, True, 30),
    PassProduct("Youth 5 Climb Punch Pass 60 Days", 6500, 5, True, 14),
]
PASS_BY_NAME = {product.name: product for product in PASSES}


@dataclass(frozen=True)
class Booking:
    """Something with a date that is booked and paid in advance."""

    name: str
    cents: int
    category: str
    is_youth: bool
    weight: float


BOOKINGS = [
    Booking("Summer Camp Session 3", 27500, "Programming", True, 9),
    Booking("Winter Climbing Camp", 22500, "Programming", True, 6),
    Booking("Homeschool Climb Club", 9500, "Programming", True, 16),
    Booking("Mini Ascenders", 8500, "Programming", True, 12),
    Booking("Intro to Climbing", 3500, "Programming", False, 20),
    Booking("HYROX CLASS", 2800, "Programming", False, 12),
    Booking("6 week transformation", 19900, "Programming", False, 5),
    Booking("Spring Bouldering League", 6500, "Programming", False, 8),
    Booking("Birthday Party- non-member", 20000, "Event Booking", True, 8),
    Booking("Birthday Party- Member", 12500, "Event Booking", True, 4),
]
BIRTHDAY_DEPOSIT = "[Calendly] Basin 2 Hour Birthday Party Rental"
BIRTHDAY_DEPOSIT_CENTS = 5000

_GOODS = [
    "Crag Crate",
    "Chalk Almanac",
    "Rope Care Kit",
    "Summit Journal",
    "Harness Tune-Up",
    "Tape Library",
]


def new_good(day: date) -> tuple[str, int]:
    """The product that was new in a day's quarter and its cents; no category rule knows it."""
    quarter = day.year * 4 + (day.month - 1) // 3
    name = _GOODS[quarter % len(_GOODS)]
    return f"{name} Q{quarter % 4 + 1} {day.year}", 1900 + 500 * (quarter % 4)
