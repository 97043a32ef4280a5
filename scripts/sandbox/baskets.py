"""How a basket is sold at the desk or in the web shop: its lines, tax, discounts, payment and
refunds.

`line` prices a good, `sell` writes the payment. What it looks like in a vendor's API is not known
here.
"""

from collections.abc import Sequence

from scripts.sandbox import moments
from scripts.sandbox.goods import Good
from scripts.sandbox.model import Account, Attempt, EntryPass, Line, Payment, Person, Refund
from scripts.sandbox.payments import GivenBack, refunds_of
from scripts.sandbox.products import TAX_PER_10_000
from scripts.sandbox.world import World

CUSTOM = "Custom Amount"


def tax_on(cents: int) -> int:
    """Sales tax on an amount before tax, in cents, rounded half up."""
    return (cents * TAX_PER_10_000 + 5_000) // 10_000


def line(
    key: str, good: Good, quantity: int = 1, percent_off: int = 0, whom: Person | None = None
) -> Line:
    """A good in a basket."""
    discount = good.cents * quantity * percent_off // 100
    return Line(
        key,
        good.product,
        good.item,
        good.variation,
        good.category,
        quantity,
        good.cents,
        discount,
        tax_on(good.cents * quantity - discount),
        whom,
    )


def custom(key: str, cents: int, category: str) -> Line:
    """An amount that was typed in: it names nothing."""
    return Line(key, CUSTOM, None, None, category, 1, cents, 0, tax_on(cents))


def sell(
    world: World,
    key: str,
    source: str,
    kind: str,
    lines: Sequence[Line],
    payer: Person,
    account: Account | None,
    created: int,
    *,
    tries: list[Attempt] | None = None,
    given_back: list[GivenBack] | None = None,
    subject: EntryPass | None = None,
) -> Payment | None:
    """Take money for a basket; None before the history and after the clock."""
    if created < world.opens or created >= world.horizon:
        return None
    tried = [Attempt(created, None)] if tries is None else tries
    payment = Payment(
        key,
        source,
        kind,
        payer,
        account,
        created,
        sum(one.gross for one in lines),
        lines[0].product,
        lines[0].category,
        "",
        lines[0].for_person,
        [one for one in tried if one.moment < world.horizon],
        quantity=sum(one.quantity for one in lines),
        subject=subject,
        lines=list(lines),
        basket=key,
    )
    if payment.success is not None:
        payment.refunds = refunds_of(world, payment, payment.success, given_back)
        for refund in payment.refunds:
            _return_lines(payment, refund)
    world.payments.append(payment)
    return payment


def _return_lines(payment: Payment, refund: Refund) -> None:
    """Everything is brought back, or one line of several, or nothing and only money is given.

    Only a small refund is ever followed by another one.
    """
    if refund.cents == payment.cents:
        refund.returned = list(payment.lines)
    elif len(payment.lines) > 1 and refund.cents * 100 >= payment.cents * 40:
        refund.returned = payment.lines[:1]
        refund.cents = payment.lines[0].gross


def later(world: World, key: str, moment: int, first: int, last: int) -> int:
    """An instant of the business day some days after another."""
    day = moments.day_of(moment + moments.DAY * world.chance.whole(first, last, key, "days"))
    return moments.instant(day, 10 * 3600 + world.chance.whole(0, 8 * 3600, key, "hour"))
