"""The nouns of the ledger: people, their accounts, memberships, passes, visits, payments,
newsletters, texts, e-mails, profiles of the marketing system, birthday parties, and who is in a
case.

Plain records without behaviour beyond "what was true on that day". Capitan's numbers are on them
because the descriptions that Capitan writes into Stripe carry them; everything else about how a
system shows these nouns lives in `vendors/`. Instants are seconds UTC (`moments.py`), money is
whole cents.
"""

from dataclasses import dataclass, field
from datetime import date

from scripts.sandbox.products import Product


@dataclass(eq=False)
class Person:
    """One human being of the town.

    `changes` are what became different about them, by day.
    """

    person_id: str
    household_id: str
    given: str
    family: str
    birth: date
    is_child: bool
    email: str
    phone: str
    arrived: int
    place: int
    guardians: list["Person"] = field(default_factory=list)
    is_in_capitan: bool = True
    nickname: str | None = None
    case: str | None = None
    changes: list[tuple[date, str, str]] = field(default_factory=list)

    def at(self, column: str, day: date) -> str:
        """`given`, `family`, `email` or `phone` as it was on a day."""
        value: str = getattr(self, column)
        for since, changed, new in self.changes:
            if changed == column and since <= day:
                value = new
        return value

    def is_minor(self, day: date) -> bool:
        """Under 18 on a day."""
        return (day.year - self.birth.year) - (
            (day.month, day.day) < (self.birth.month, self.birth.day)
        ) < 18


@dataclass(eq=False)
class Account:
    """One record of a person in one system.

    `shows` overrides what the system would show.
    """

    key: str
    source: str
    person: Person
    opened: int
    number: int = 0
    closed: date | None = None
    shows: dict[str, str | None] = field(default_factory=dict)
    filled_from: date | None = None

    def exists(self, day: date) -> bool:
        """Whether the system still lists it on a day."""
        return self.closed is None or day < self.closed


@dataclass(eq=False)
class Household:
    """People who live or come together; the first adult usually pays."""

    household_id: str
    people: list[Person]
    place: int
    street: str
    postal_code: str
    arrived: int
    rank: int = 0
    is_case: bool = False

    @property
    def adults(self) -> list[Person]:
        """Members of the household who are no children."""
        return [person for person in self.people if not person.is_child]

    @property
    def children(self) -> list[Person]:
        """The household's children."""
        return [person for person in self.people if person.is_child]


@dataclass(eq=False)
class Membership:
    """One sold membership.

    `spans` are the half-open day ranges in which its roster may enter.
    """

    key: str
    product: Product
    owner: Account
    payer: Account
    roster: list[Account]
    bought: int
    start: date
    number: int = 0
    next_bill: date | None = None
    end: date | None = None
    is_ended: bool = False
    unfreeze: date | None = None
    spans: list[tuple[date, date]] = field(default_factory=list)
    owner_email_of: Person | None = None
    frozen: set[str] = field(default_factory=set)

    def covers(self, day: date) -> bool:
        """Whether its people may enter on a day."""
        return any(first <= day < last for first, last in self.spans)


@dataclass(eq=False)
class EntryPass:
    """A bought pass: `entries` in all, of which `used` are gone by the clock's day."""

    key: str
    product: str
    owner: Account
    bought: int
    entries: int
    number: int = 0
    used: int = 0


@dataclass(eq=False)
class Visit:
    """One check-in.

    `recorded` is the wrong time that the desk shows until `corrected`.
    """

    key: str
    account: Account
    moment: int
    micro: int
    created: int
    method: str
    description: str
    group: str | None
    place: int
    owner: Account | None = None
    reason: str | None = None
    number: int = 0
    ordinal: int = 0
    corrected: date | None = None
    recorded: int | None = None
    removed: date | None = None


@dataclass(eq=False)
class Attempt:
    """One try to take the money; `decline` is None where it worked."""

    moment: int
    decline: str | None


@dataclass(eq=False)
class Line:
    """One line of a basket.

    `item` and `variation` are its names in the system that sold it; a line without `item` is an
    amount that somebody typed in. `unit` and `discount` are before tax.
    """

    key: str
    product: str
    item: str | None
    variation: str | None
    category: str
    quantity: int
    unit: int
    discount: int
    tax: int
    for_person: Person | None = None

    @property
    def gross(self) -> int:
        """What was paid for it, tax included."""
        return self.quantity * self.unit - self.discount + self.tax


@dataclass(eq=False)
class Refund:
    """Money given back.

    It is pending until `settles`, when it succeeds or, rarely, fails. `returned` are the lines of
    a basket that it was given back for; without any it is an amount.
    """

    key: str
    moment: int
    cents: int
    reason: str | None
    settles: int
    fails: bool
    returned: list[Line] = field(default_factory=list)


@dataclass(eq=False)
class Payment:
    """One payment or attempt, taken by one system.

    A guest is `payer` without `account`. What was sold as a basket has `lines`, and `basket` where
    several payments are tries for one basket. `unpaid` is the status while nothing was taken,
    `edits` is what became different about it and when, `method` how it was paid.
    """

    key: str
    source: str
    kind: str
    payer: Person
    account: Account | None
    created: int
    cents: int
    product: str
    category: str
    description: str
    for_person: Person | None
    attempts: list[Attempt]
    refunds: list[Refund] = field(default_factory=list)
    cancelled: int | None = None
    is_live: bool = True
    is_captured: bool = True
    shows: dict[str, str | None] = field(default_factory=dict)
    quantity: int = 1
    subject: Membership | EntryPass | None = None
    lines: list[Line] = field(default_factory=list)
    basket: str | None = None
    is_payer_known: bool = True
    unpaid: str = "requires_payment_method"
    edits: list[tuple[int, str]] = field(default_factory=list)
    method: str = "card"

    @property
    def success(self) -> int | None:
        """The instant at which the money was taken, None while it was not."""
        return next((attempt.moment for attempt in self.attempts if attempt.decline is None), None)


@dataclass(eq=False)
class Subscription:
    """A person on the newsletter's list.

    `states` are (instant, status), oldest first; `is_form` where they signed up themselves.
    """

    account: Account
    is_form: bool
    states: list[tuple[int, str]]
    is_steady: bool = False

    def state(self, moment: int) -> str | None:
        """Their status at an instant, None before there was one."""
        return next((what for since, what in reversed(self.states) if since <= moment), None)


@dataclass(eq=False)
class Campaign:
    """One newsletter: what it says, who got it, and at whom it bounced ("hard" or "soft")."""

    key: str
    number: int
    sent: int
    title: str
    subject: str
    text: str
    offer: str | None
    recipients: list[Subscription] = field(default_factory=list)
    bounced: dict[str, str] = field(default_factory=dict)


@dataclass(eq=False)
class Text:
    """One text message between the gym and somebody's own phone.

    `says` is `opted_in` or `opted_out` where it changes what they may be sent; `is_network` where
    the network answered by itself, `is_slow` where nobody hears of it before the next day.
    """

    key: str
    person: Person
    moment: int
    is_inbound: bool
    body: str
    says: str | None = None
    is_network: bool = False
    is_slow: bool = False


@dataclass(eq=False)
class Mail:
    """One e-mail that answers something somebody did, to the address that they then had.

    `fate` is what becomes of it where a case says so.
    """

    key: str
    person: Person
    address: str
    moment: int
    kind: str
    subject: str
    fate: str | None = None


@dataclass(eq=False)
class Sending:
    """A message to one profile: what became of it, and when the marketing system knew that."""

    message: str
    moment: int
    outcome: str
    known: int


@dataclass(eq=False)
class Profile:
    """Somebody in the marketing system, with e-mail and phone as they were given.

    `pushed` is whose row of Capitan's the gym's old push wrote over it last, at `pushed_at`: often
    the child of whoever owns the e-mail. `states` are (instant, channel, what, how), `joined`
    (instant, list), `echoes` the instants of visits that the push sent as events.
    """

    account: Account
    email: str | None
    phone: str | None
    pushed: Person | None = None
    pushed_at: int = 0
    is_steady: bool = False
    states: list[tuple[int, str, str, str]] = field(default_factory=list)
    joined: list[tuple[int, str]] = field(default_factory=list)
    sent: list[Sending] = field(default_factory=list)
    echoes: list[int] = field(default_factory=list)

    def consent(self, channel: str, moment: int) -> str | None:
        """Whether a channel was agreed to at an instant: subscribed, unsubscribed, or never."""
        words = ("subscribed", "unsubscribed")
        known = [one for one in self.states if one[0] <= moment and one[1] == channel]
        return max((one for one in known if one[2] in words), default=(0, "", None))[2]

    def receives(self, channel: str, moment: int) -> bool:
        """Whether a message may be sent at an instant."""
        words = ("subscribed", "unsubscribed")
        refused = any(
            one[0] <= moment and one[1] == channel and one[2] not in words for one in self.states
        )
        return not refused and self.consent(channel, moment) == "subscribed"


@dataclass(eq=False)
class Rsvp:
    """An answer to an invitation: `answers` are (instant, yes, no or maybe), oldest first.

    `children` come along with so many `adults`; `removed` is when the host took it off.
    """

    key: str
    account: Account
    answers: list[tuple[int, str]]
    adults: int
    children: list[Person]
    removed: int | None = None


@dataclass(eq=False)
class Party:
    """A birthday party: booked by its host at an instant, for a child, to begin at another.

    `removed` is when the desk took it out of the list, `cancelled` when it was called off.
    """

    key: str
    host: Account
    child: Person
    booked: int
    begins: int
    cancelled: int | None = None
    removed: int | None = None
    rsvps: list[Rsvp] = field(default_factory=list)


@dataclass(frozen=True)
class Pair:
    """Two records of a case, by account key or `payment:<key>`, and whether they are one."""

    case: str
    a: str
    b: str
    is_same: bool
