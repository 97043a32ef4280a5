"""What the gym's books are kept in: accounts, items, whom it buys from and bills, and what comes
round every month.

Amounts are whole cents a town of 7,400 customers pays. Companies are invented; names of expense
accounts are those that the real gym groups as payroll and marketing.
"""

from dataclasses import dataclass

from scripts.sandbox.products import TAX_PER_10_000

TAX_PERCENT = TAX_PER_10_000 / 100


@dataclass(frozen=True)
class BookAccount:
    """One account; `opens` and `closes` are days after day 0, most were there from the first."""

    name: str
    kind: str
    detail: str
    parent: str | None = None
    opens: int | None = None
    closes: int | None = None

    def is_listed(self, age: int) -> bool:
        """Whether it had been opened some days after day 0."""
        return self.opens is None or age >= self.opens

    def is_closed(self, age: int) -> bool:
        """Whether nobody may book on it any more some days after day 0."""
        return self.closes is not None and age >= self.closes

    @property
    def full_name(self) -> str:
        """The name with its parent's before it."""
        return f"{self.parent}:{self.name}" if self.parent else self.name

    @property
    def classification(self) -> str:
        """Asset, Liability, Equity, Revenue or Expense."""
        return CLASSIFICATIONS[self.kind]


CLASSIFICATIONS = {
    "Bank": "Asset", "Accounts Receivable": "Asset", "Other Current Asset": "Asset",
    "Fixed Asset": "Asset", "Accounts Payable": "Liability", "Credit Card": "Liability",
    "Other Current Liability": "Liability", "Long Term Liability": "Liability",
    "Equity": "Equity", "Income": "Revenue", "Other Income": "Revenue",
    "Cost of Goods Sold": "Expense", "Expense": "Expense", "Other Expense": "Expense",
}  # fmt: skip
CHECKING, UNDEPOSITED, CARD = "Checking", "Undeposited Funds", "Business Visa"
RECEIVABLE, PAYABLE = "Accounts Receivable (A/R)", "Accounts Payable (A/P)"
UNCATEGORISED, FEES, REFUNDS = "Uncategorized Expense", "Merchant account fees", "Refunds given"
PAY, ADS, POWER = "Payroll expenses", "Advertising & marketing", "Utilities"
CHART = [
    BookAccount(CHECKING, "Bank", "Checking"),
    BookAccount("Savings", "Bank", "Savings"),
    BookAccount(UNDEPOSITED, "Other Current Asset", "UndepositedFunds"),
    BookAccount(RECEIVABLE, "Accounts Receivable", "AccountsReceivable"),
    BookAccount("Climbing walls", "Fixed Asset", "LeaseholdImprovements"),
    BookAccount(PAYABLE, "Accounts Payable", "AccountsPayable"),
    BookAccount(CARD, "Credit Card", "CreditCard"),
    BookAccount("Sales Tax Payable", "Other Current Liability", "GlobalTaxPayable"),
    BookAccount("Wall loan", "Long Term Liability", "NotesPayable"),
    BookAccount("Opening Balance Equity", "Equity", "OpeningBalanceEquity"),
    BookAccount("Membership income", "Income", "ServiceFeeIncome"),
    BookAccount("Day pass income", "Income", "ServiceFeeIncome"),
    BookAccount("Programming income", "Income", "ServiceFeeIncome"),
    BookAccount("Event income", "Income", "ServiceFeeIncome"),
    BookAccount("Sales of goods", "Income", "SalesOfProductIncome"),
    BookAccount("Vending income", "Income", "OtherPrimaryIncome"),
    BookAccount(REFUNDS, "Income", "DiscountsRefundsGiven"),
    BookAccount("Interest earned", "Other Income", "InterestEarned"),
    BookAccount("Cost of goods sold", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    BookAccount(PAY, "Expense", "PayrollExpenses"),
    BookAccount("Salaries & wages", "Expense", "PayrollExpenses", PAY),
    BookAccount("Payroll taxes", "Expense", "PayrollExpenses", PAY),
    BookAccount("Employee retirement plans", "Expense", "PayrollExpenses", PAY),
    BookAccount("Health insurance & accident plans", "Expense", "PayrollExpenses", PAY),
    BookAccount("Workers' compensation insurance", "Expense", "Insurance", PAY),
    BookAccount("Payments to partners", "Expense", "OtherMiscellaneousServiceCost"),
    BookAccount("Reimbursement", "Expense", "OtherMiscellaneousServiceCost"),
    BookAccount("Insurance", "Expense", "Insurance"),
    BookAccount(ADS, "Expense", "AdvertisingPromotional"),
    BookAccount("Google Ads", "Expense", "AdvertisingPromotional", ADS),
    BookAccount("Social media", "Expense", "AdvertisingPromotional", ADS),
    BookAccount("Listing fees", "Expense", "AdvertisingPromotional", ADS),
    BookAccount("Rent", "Expense", "RentOrLeaseOfBuildings"),
    BookAccount(POWER, "Expense", "Utilities"),
    BookAccount("Electricity", "Expense", "Utilities", POWER),
    BookAccount("Water & sewer", "Expense", "Utilities", POWER),
    BookAccount("Internet & phone", "Expense", "Utilities", POWER),
    BookAccount("Software & apps", "Expense", "DuesSubscriptions"),
    BookAccount("Cleaning", "Expense", "OtherMiscellaneousServiceCost"),
    BookAccount("Climbing holds", "Expense", "SuppliesMaterials"),
    BookAccount("Route setting", "Expense", "OtherMiscellaneousServiceCost"),
    BookAccount("Repairs & maintenance", "Expense", "RepairMaintenance"),
    BookAccount("Supplies", "Expense", "SuppliesMaterials"),
    BookAccount("Office expenses", "Expense", "OfficeGeneralAdministrativeExpenses"),
    BookAccount("Meals", "Expense", "EntertainmentMeals"),
    BookAccount("Travel", "Expense", "Travel"),
    BookAccount("Accounting", "Expense", "LegalProfessionalFees"),
    BookAccount(FEES, "Expense", "BankCharges"),
    BookAccount(UNCATEGORISED, "Expense", "OtherMiscellaneousServiceCost"),
    BookAccount("Coffee bar", "Expense", "SuppliesMaterials", closes=2),
    BookAccount("Fitness classes", "Income", "ServiceFeeIncome", opens=1),
]  # fmt: skip
BY_NAME = {one.name: one for one in CHART}
NUMBERS = {one.name: str(31 + place) for place, one in enumerate(CHART)}

# What is sold, by the categories of the town's payments, and where its income goes.
ITEMS = {
    "New Membership": "Membership income",
    "Membership Renewal": "Membership income",
    "Day Pass": "Day pass income",
    "Team": "Programming income",
    "Programming": "Programming income",
    "Event Booking": "Event income",
    "Retail": "Sales of goods",
    "School outing": "Event income",
    "Corporate memberships": "Membership income",
}
GOODS = ["Chalk and tape", "Rental shoes"]  # what a bill brings to the shelf
ITEM_NUMBERS = {name: str(1 + place) for place, name in enumerate([*ITEMS, *GOODS])}

PROCESSORS = {"stripe": "Stripe", "square": "Square", "shopify": "Shopify"}
COMPANIES = [
    "Waco River Outfitters", "Lone Oak Elementary", "Tall Pines Middle School",
    "Cedar Bend Church", "Brazos Valley Scouts", "Midtown Engineering", "Hill Country Clinic",
]  # fmt: skip
METHODS = {"Cash": "1", "Check": "2", "Credit Card": "3"}


@dataclass(frozen=True)
class Cost:
    """What is paid again and again: on days of the month, or every so many days."""

    account: str
    party: str
    cents: int
    days: tuple[int, ...] = ()
    every: int | None = None
    text: str = ""
    wobble: int = 0  # percent up and down
    method: str = "Cash"


COSTS = [
    Cost("Salaries & wages", "Payday Partners", 1_390_000, every=14, text="Wages", wobble=4),
    Cost("Payroll taxes", "Payday Partners", 116_000, every=14, text="Taxes on wages", wobble=4),
    Cost("Employee retirement plans", "Evergreen Retirement", 41_000, every=14),
    Cost("Health insurance & accident plans", "Bluebonnet Health", 292_000, (3,)),
    Cost("Workers' compensation insurance", "Lone Star Mutual", 62_000, (5,)),
    Cost("Payments to partners", "Basin Partners", 400_000, (15,), method="Check"),
    Cost("Rent", "Franklin Street Properties", 1_750_000, (1,), text="Rent", method="Check"),
    Cost("Electricity", "Heart of Texas Power", 240_000, (17,), wobble=25),
    Cost("Water & sewer", "City Water Office", 31_000, (21,), wobble=12),
    Cost("Internet & phone", "Fiberline", 18_900, (9,)),
    Cost("Insurance", "Lone Star Mutual", 145_000, (12,), text="Liability"),
    Cost("Wall loan", "First Prairie Bank", 320_000, (10,), text="Loan payment"),
    Cost("Google Ads", "Search Ads Company", 45_000, (2, 16), wobble=30, method="CreditCard"),
    Cost("Social media", "Photo App Ads", 35_000, (6, 20), wobble=30, method="CreditCard"),
    Cost(ADS, "Sign and Print Shop", 30_000, (24,), wobble=40, method="CreditCard"),
    Cost("Listing fees", "Where To Climb", 4_900, (8,), method="CreditCard"),
    Cost("Cleaning", "Spotless Brothers", 16_000, every=7, text="Weekly cleaning"),
    Cost("Software & apps", "Gym Desk Software", 39_900, (1,), method="CreditCard"),
    Cost("Software & apps", "Ledger Cloud", 9_000, (4,), method="CreditCard"),
    Cost("Software & apps", "Mail and More", 13_500, (11,), method="CreditCard"),
    Cost("Software & apps", "Shift Planner", 7_900, (14,), method="CreditCard"),
    Cost("Software & apps", "Web Shop Hosting", 10_500, (18,), method="CreditCard"),
    Cost("Software & apps", "Music for Rooms", 3_500, (22,), method="CreditCard"),
    Cost("Software & apps", "Door Camera Cloud", 5_900, (25,), method="CreditCard"),
    Cost("Software & apps", "Text Club", 7_500, (27,), method="CreditCard"),
]

# Small purchases by card: account, whom from, what, cents from and to, and how often of a hundred.
SMALL = [
    ("Supplies", "Warehouse Depot", "Towels and cleaner", 2_000, 14_000, 26),
    ("Repairs & maintenance", "Corner Hardware", "Bolts and paint", 1_500, 22_000, 18),
    ("Climbing holds", "Granite Grips", "Screw-on holds", 6_000, 42_000, 9),
    ("Office expenses", "Paper and Ink", "Printer paper", 1_200, 9_000, 12),
    ("Meals", "Taco Corner", "Staff lunch", 1_800, 11_000, 15),
    ("Travel", "Roadside Inn", "Competition trip", 9_000, 38_000, 4),
    ("Reimbursement", "A member of staff", "Paid back", 1_000, 12_000, 9),
    ("Climbing walls", "Vertical Builders", "New wall panel", 30_000, 90_000, 2),
    ("Coffee bar", "Bean Market", "Coffee", 2_500, 9_000, 5),
]

# What comes with a bill: account or item, whom from, what, cents, day of the month, every nth one.
BILLED = [
    ("Climbing holds", "Granite Grips", "Hold sets", 96_000, 7, 1),
    ("Route setting", "Crux Setters", "Guest setters", 160_000, 19, 1),
    ("Accounting", "Abacus and Daughters", "Bookkeeping", 45_000, 26, 1),
    ("Repairs & maintenance", "Vertical Builders", "Auto belay service", 280_000, 13, 3),
    ("Chalk and tape", "Send Supply", "Chalk and tape for the shelf", 62_000, 23, 1),
]

# Everybody whom an entry can name, customers and vendors in one list of numbers.
PARTIES = dict.fromkeys(
    [
        *COMPANIES,
        *(f"{name} sales" for name in PROCESSORS.values()),
        *PROCESSORS.values(),
        *(cost.party for cost in COSTS),
        *(one[1] for one in SMALL),
        *(one[1] for one in BILLED),
    ]
)
PARTY_NUMBERS = {name: str(1 + place) for place, name in enumerate(PARTIES)}
