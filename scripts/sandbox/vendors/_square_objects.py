"""Square's objects: orders, return orders, payments, refunds, the catalogue, locations.

Shapes are those of the OpenAPI of 2025-08. A sale is an order with a payment for each try; money
that goes back is a refund with a return order of its own, and both the order and the payment it
came from are updated. Nobody is named anywhere: sales at the desk carry no customer.
"""

from typing import Any

from scripts.sandbox import moments
from scripts.sandbox.chance import Chance
from scripts.sandbox.goods import DESK, GUEST_PASS, PASSES_AT_THE_DESK, Good, novelty
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.model import Line, Payment, Refund

Row = dict[str, Any]
MERCHANT = "MLSBXBASIN001"
TAX_ID, TAX_NAME, TAX_PERCENT = "SBXTAX825000000000000000", "Sales Tax", "8.25"
BRANDS = ["VISA", "VISA", "MASTERCARD", "AMERICAN_EXPRESS", "DISCOVER"]


def fee_of(cents: int) -> int:
    """Square's fee on a card payment in cents: 2.6 % rounded half up, and 10 cents."""
    return (cents * 26 + 500) // 1_000 + 10


def money(cents: int) -> Row:
    """Square's Money."""
    return {"amount": cents, "currency": "USD"}


def stamp(moment: int, milli: int = 0) -> str:
    """RFC 3339 in UTC with milliseconds."""
    return f"{moments.utc(moment).isoformat()}.{milli:03d}Z"


class Objects:
    """Builds every object of one ledger, as of its clock."""

    def __init__(self, ledger: Ledger) -> None:
        """Objects of one ledger; ids are kept once made."""
        self.ledger, self.chance = ledger, ledger.chance
        self.now = ledger.horizon - 1
        self._ids: dict[tuple[str, ...], str] = {}

    # -- ids ---------------------------------------------------------------------------

    def id_of(self, kind: str, length: int, *name: str) -> str:
        """An id named by what it stands for; `SBX` shows where it comes from."""
        found = self._ids.get((kind, *name))
        if found is None:
            found = self._ids[kind, *name] = self.chance.token(length, "square", kind, *name)
        return found

    def payment_id(self, payment: Payment) -> str:
        """The id of a payment, that is of one try."""
        return f"SBX{self.id_of('payment', 22, payment.key)}ZY"

    def order_id(self, basket: str) -> str:
        """The id of the order that a basket is."""
        return f"SBX{self.id_of('order', 22, basket)}ZY"

    def refund_id(self, payment: Payment, refund: Refund) -> str:
        """The id of a refund, which begins with its payment's."""
        return f"{self.payment_id(payment)}_{self.id_of('refund', 40, refund.key)}"

    def uid(self, line: Line) -> str:
        """The uid of an order's line."""
        return self.id_of("line", 22, line.key)

    def location_id(self, payment: Payment) -> str:
        """Where something was sold."""
        return location_id(payment.payer.place)

    # -- orders ------------------------------------------------------------------------

    def order(self, sale: Payment) -> Row:
        """The order of a basket as it stands now."""
        key, paid = sale.key, sale.success
        state = "COMPLETED" if paid is not None else "CANCELED" if sale.cancelled else "OPEN"
        milli = self.chance.whole(0, 999, "square", key, "ms")
        touched = [sale.created + 1, *([paid + 2] if paid is not None else [])]
        touched += [sale.cancelled] if sale.cancelled else []
        touched += [one.moment + 3 for one in sale.refunds]
        touched += [one.settles + 3 for one in sale.refunds if one.settles <= self.now]
        total, tax = sale.cents, sum(one.tax for one in sale.lines)
        discount = sum(one.discount for one in sale.lines)
        back = [one for one in sale.refunds if self.status(one) == "COMPLETED"]
        row: Row = {
            "id": self.order_id(key),
            "location_id": self.location_id(sale),
            "line_items": [self._line(one) for one in sale.lines],
            "taxes": [self._tax(key, tax)],
            "created_at": stamp(sale.created, milli),
            "updated_at": stamp(max(touched), milli),
            "state": state,
            "version": 2 + len(touched),
            "total_money": money(total),
            "total_tax_money": money(tax),
            "total_discount_money": money(discount),
            "total_tip_money": money(0),
            "total_service_charge_money": money(0),
            "net_amounts": amounts(
                total - sum(one.cents for one in back),
                tax - sum(self._back(one)[1] for one in back),
                discount - sum(sum(line.discount for line in one.returned) for one in back),
            ),
            "net_amount_due_money": money(0 if paid is not None else total),
            "source": {"name": "Square Point of Sale"},
        }
        if discount:
            row["discounts"] = [
                {
                    "uid": self.id_of("discount", 22, key),
                    "name": "Member Discount",
                    "percentage": "10",
                    "applied_money": money(discount),
                    "type": "FIXED_PERCENTAGE",
                    "scope": "LINE_ITEM",
                }
            ]
        if paid is not None:
            row["closed_at"] = stamp(paid + 1, milli)
            row["tenders"] = [self._tender(sale, paid, milli)]
        elif sale.cancelled:
            row["closed_at"] = stamp(sale.cancelled, milli)
        if sale.refunds:
            row["refunds"] = [self._order_refund(sale, one) for one in sale.refunds]
        return row

    def _line(self, one: Line) -> Row:
        gross = one.unit * one.quantity
        row: Row = {"uid": self.uid(one), "quantity": str(one.quantity)}
        if one.item is not None:
            good = Good(one.item, one.variation, 0, "", 0)
            row["name"] = one.item
            if one.variation is not None:
                row["variation_name"] = one.variation
            row["catalog_object_id"] = variation_id(self.chance, good)
            row["catalog_version"] = 1_735_689_600_000
        row |= {
            "item_type": "CUSTOM_AMOUNT" if one.item is None else "ITEM",
            "base_price_money": money(one.unit),
            "variation_total_price_money": money(gross),
            "gross_sales_money": money(gross),
            "total_tax_money": money(one.tax),
            "total_discount_money": money(one.discount),
            "total_money": money(one.gross),
            "total_service_charge_money": money(0),
            "applied_taxes": [
                {
                    "uid": self.id_of("applied", 22, one.key),
                    "tax_uid": self.id_of("tax", 22, one.key.rpartition(":")[0]),
                    "applied_money": money(one.tax),
                }
            ],
        }
        return row

    def _tax(self, key: str, cents: int) -> Row:
        return {
            "uid": self.id_of("tax", 22, key),
            "catalog_object_id": TAX_ID,
            "catalog_version": 1_735_689_600_000,
            "name": TAX_NAME,
            "percentage": TAX_PERCENT,
            "type": "ADDITIVE",
            "applied_money": money(cents),
            "scope": "LINE_ITEM",
        }

    def _tender(self, sale: Payment, paid: int, milli: int) -> Row:
        row: Row = {
            "id": self.payment_id(sale),
            "location_id": self.location_id(sale),
            "transaction_id": self.order_id(sale.key),
            "created_at": stamp(paid, milli),
            "amount_money": money(sale.cents),
            "type": sale.method.upper(),
            "payment_id": self.payment_id(sale),
        }
        if sale.method == "cash":
            row["cash_details"] = self._cash(sale, "buyer_tendered_money")
        else:
            card = self._card(sale)
            row["card_details"] = {"status": "CAPTURED", "card": card, "entry_method": "EMV"}
        return row

    def _cash(self, sale: Payment, given: str) -> Row:
        supplied = -(-sale.cents // 500) * 500
        return {given: money(supplied), "change_back_money": money(supplied - sale.cents)}

    def _card(self, sale: Payment) -> Row:
        bits = self.chance.bits("square card", sale.basket or sale.key)
        return {"card_brand": BRANDS[bits % 5], "last_4": f"{bits // 5 % 10_000:04d}"}

    def _order_refund(self, sale: Payment, refund: Refund) -> Row:
        status = {"COMPLETED": "APPROVED", "PENDING": "PENDING", "FAILED": "FAILED"}
        return {
            "id": self.id_of("tender refund", 22, refund.key),
            "location_id": self.location_id(sale),
            "transaction_id": self.order_id(refund.key),
            "tender_id": self.payment_id(sale),
            "created_at": stamp(refund.moment),
            "reason": refund.reason or "Returned Goods",
            "amount_money": money(refund.cents),
            "status": status[self.status(refund)],
        }

    # -- money that goes back ----------------------------------------------------------

    def status(self, refund: Refund) -> str:
        """A refund's status now."""
        if refund.settles > self.now:
            return "PENDING"
        return "FAILED" if refund.fails else "COMPLETED"

    @staticmethod
    def _back(refund: Refund) -> tuple[int, int]:
        """Cents and tax that a refund gives back; an amount carries no tax of its own."""
        return refund.cents, sum(one.tax for one in refund.returned)

    def return_order(self, sale: Payment, refund: Refund) -> Row:
        """The order that a refund makes."""
        cents, tax = self._back(refund)
        discount = sum(one.discount for one in refund.returned)
        milli = self.chance.whole(0, 999, "square", refund.key, "ms")
        lines = [self._returned(one) for one in refund.returned]
        if not lines:
            lines = [self._amount(refund)]
        return {
            "id": self.order_id(refund.key),
            "location_id": self.location_id(sale),
            "returns": [
                {
                    "uid": self.id_of("return", 22, refund.key),
                    "source_order_id": self.order_id(sale.key),
                    "return_line_items": lines,
                    "return_amounts": amounts(cents, tax, discount),
                }
            ],
            "return_amounts": amounts(cents, tax, discount),
            "net_amounts": amounts(-cents, -tax, -discount),
            "created_at": stamp(refund.moment, milli),
            "updated_at": stamp(refund.moment + 2, milli),
            "closed_at": stamp(refund.moment + 1, milli),
            "state": "COMPLETED",
            "version": 4,
            "total_money": money(0),
            "total_tax_money": money(0),
            "total_discount_money": money(0),
            "total_tip_money": money(0),
            "total_service_charge_money": money(0),
            "net_amount_due_money": money(0),
            "source": {"name": "Square Point of Sale"},
        }

    def _returned(self, one: Line) -> Row:
        line = self._line(one)
        row = {
            name: line[name]
            for name in (
                "name",
                "variation_name",
                "catalog_object_id",
                "catalog_version",
                "quantity",
                "item_type",
                "base_price_money",
                "variation_total_price_money",
                "total_tax_money",
                "total_discount_money",
                "total_money",
                "total_service_charge_money",
            )
            if name in line
        }
        return {
            "uid": self.id_of("returned", 22, one.key),
            "source_line_item_uid": self.uid(one),
            **row,
            "gross_return_money": money(one.unit * one.quantity),
        }

    def _amount(self, refund: Refund) -> Row:
        cents = money(refund.cents)
        return {
            "uid": self.id_of("returned", 22, refund.key),
            "quantity": "1",
            "item_type": "CUSTOM_AMOUNT",
            "base_price_money": cents,
            "variation_total_price_money": cents,
            "gross_return_money": cents,
            "total_tax_money": money(0),
            "total_discount_money": money(0),
            "total_money": cents,
            "total_service_charge_money": money(0),
        }

    def refund(self, sale: Payment, refund: Refund) -> Row:
        """A refund as it stands now."""
        touched = refund.moment + 2 if refund.settles > self.now else max(
            refund.settles, refund.moment + 2
        )  # fmt: skip
        return {
            "id": self.refund_id(sale, refund),
            "status": self.status(refund),
            "location_id": self.location_id(sale),
            "destination_type": sale.method.upper(),
            "amount_money": money(refund.cents),
            "payment_id": self.payment_id(sale),
            "order_id": self.order_id(refund.key),
            "reason": refund.reason or "Returned Goods",
            "created_at": stamp(refund.moment, 120),
            "updated_at": stamp(touched, 480),
        }

    # -- payments ----------------------------------------------------------------------

    def payment(self, sale: Payment) -> Row | None:
        """One try to take money, None where nobody has tried yet."""
        if not sale.attempts:
            return None
        tried, milli = sale.attempts[-1], self.chance.whole(0, 999, "square", sale.key, "pay")
        paid, cents = sale.success, money(sale.cents)
        status = "COMPLETED" if paid is not None else "CANCELED" if sale.cancelled else "FAILED"
        back = sum(one.cents for one in sale.refunds if self.status(one) != "FAILED")
        touched = [tried.moment + 2, *([sale.cancelled] if sale.cancelled else [])]
        touched += [one.moment + 3 for one in sale.refunds]
        touched += [one.settles + 3 for one in sale.refunds if one.settles <= self.now]
        row: Row = {
            "id": self.payment_id(sale),
            "created_at": stamp(tried.moment, milli),
            "updated_at": stamp(max(touched), milli),
            "amount_money": cents,
            "total_money": cents,
            "status": status,
            "source_type": sale.method.upper(),
            "location_id": self.location_id(sale),
            "order_id": self.order_id(sale.basket or sale.key),
            "team_member_id": f"TMSBX{self.chance.whole(1, 9, sale.key, 'crew')}",
            "application_details": {"square_product": "SQUARE_POS"},
            "version_token": self.id_of("version", 30, sale.key, str(max(touched))) + "6o",
        }
        if status != "FAILED":
            row["approved_money"] = cents
            row["receipt_number"] = row["id"][3:7]
            row["receipt_url"] = f"https://squareup.com/receipt/preview/{row['id']}"
        if sale.method == "cash":
            row["cash_details"] = self._cash(sale, "buyer_supplied_money")
            return self._with_refunds(row, sale, back)
        row |= {
            "delay_duration": "PT36H",
            "delay_action": "CANCEL",
            "delayed_until": stamp(tried.moment + 129_600, milli),
            "card_details": self._card_details(sale, tried.moment, status, milli),
        }
        if paid is not None:
            row["processing_fee"] = [
                {
                    "effective_at": stamp(paid + 7_200),
                    "type": "INITIAL",
                    "amount_money": money(fee_of(sale.cents)),
                }
            ]
        return self._with_refunds(row, sale, back)

    def _with_refunds(self, row: Row, sale: Payment, back: int) -> Row:
        if sale.refunds:
            row["refund_ids"] = [self.refund_id(sale, one) for one in sale.refunds]
            row["refunded_money"] = money(back)
        return row

    def _card_details(self, sale: Payment, moment: int, status: str, milli: int) -> Row:
        shown = {"COMPLETED": "CAPTURED", "CANCELED": "VOIDED", "FAILED": "FAILED"}
        timeline = {}
        if status != "FAILED":
            timeline["authorized_at"] = stamp(moment, milli)
            name = "captured_at" if status == "COMPLETED" else "voided_at"
            timeline[name] = stamp(moment + (2 if status == "COMPLETED" else 30), milli)
        row: Row = {
            "status": shown[status],
            "card": self._card(sale),
            "entry_method": "EMV",
            "statement_description": "SQ *BASIN CLIMBING",
            "card_payment_timeline": timeline,
        }
        if status == "FAILED":
            row["errors"] = [
                {
                    "category": "PAYMENT_METHOD_ERROR",
                    "code": "GENERIC_DECLINE",
                    "detail": "Authorization error: 'GENERIC_DECLINE'",
                }
            ]
        return row


def amounts(total: int, tax: int, discount: int) -> Row:
    """Square's OrderMoneyAmounts."""
    return {
        "total_money": money(total),
        "tax_money": money(tax),
        "discount_money": money(discount),
        "tip_money": money(0),
        "service_charge_money": money(0),
    }


def location_id(place: int) -> str:
    """The id of a gym."""
    return f"LSBXBASIN{place:04d}"


def location(place: int, opened: int) -> Row:
    """A gym."""
    return {
        "id": location_id(place),
        "name": "Basin Climbing and Fitness" + ("" if place == 1 else f" {place}"),
        "address": {
            "address_line_1": f"{100 + place} Quarry Lane",
            "locality": "Basin Springs",
            "administrative_district_level_1": "TX",
            "postal_code": "76701",
            "country": "US",
        },
        "timezone": "America/Chicago",
        "capabilities": ["CREDIT_CARD_PROCESSING", "AUTOMATIC_TRANSFERS"],
        "status": "ACTIVE",
        "created_at": stamp(opened),
        "merchant_id": MERCHANT,
        "country": "US",
        "language_code": "en-US",
        "currency": "USD",
        "business_name": "Basin Climbing and Fitness",
        "type": "PHYSICAL",
        "business_hours": {},
        "mcc": "7997",
    }


def item_id(chance: Chance, good: Good) -> str:
    """The id of a catalogue item."""
    return "SBX" + chance.token(21, "square", "item", good.item).upper()


def variation_id(chance: Chance, good: Good) -> str:
    """The id of an item's variation."""
    return "SBX" + chance.token(21, "square", "variation", good.item, good.variation).upper()


def catalogue(ledger: Ledger) -> list[Row]:
    """Items with their variations, categories and the tax, each since the day it was there."""
    chance, opened = ledger.chance, moments.midnight(ledger.settings.start)
    goods = [(good, opened) for good in [*DESK, GUEST_PASS, *PASSES_AT_THE_DESK.values()]]
    month = ledger.settings.start.replace(day=1)
    while month <= ledger.clock:
        if month.month % 3 == 1 or month == ledger.settings.start.replace(day=1):
            goods.append((novelty(month), max(opened, moments.midnight(month))))
        month = moments.add_months(month, 1)
    items: dict[str, list[tuple[Good, int]]] = {}
    for good, since in goods:
        items.setdefault(good.item, []).append((good, since))
    rows = [_object("TAX", TAX_ID, opened, "tax_data", {
        "name": TAX_NAME, "calculation_phase": "TAX_SUBTOTAL_PHASE", "inclusion_type": "ADDITIVE",
        "percentage": TAX_PERCENT, "applies_to_custom_amounts": True, "enabled": True,
    })]  # fmt: skip
    categories = {good.category for good, _ in goods}
    for name in sorted(categories):
        code = "SBX" + chance.token(21, "square", "category", name).upper()
        rows.append(_object("CATEGORY", code, opened, "category_data", {"name": name}))
    for name, kinds in items.items():
        good, since = kinds[0]
        category = "SBX" + chance.token(21, "square", "category", good.category).upper()
        data: Row = {
            "name": name,
            "is_taxable": True,
            "tax_ids": [TAX_ID],
            "product_type": "REGULAR",
            "is_archived": False,
            "categories": [{"id": category, "ordinal": 0}],
            "reporting_category": {"id": category, "ordinal": 0},
            "variations": [
                _object(
                    "ITEM_VARIATION",
                    variation_id(chance, one),
                    begun,
                    "item_variation_data",
                    {
                        "item_id": item_id(chance, one),
                        "name": one.variation or "Regular",
                        "ordinal": place,
                        "pricing_type": "FIXED_PRICING",
                        "price_money": money(one.cents),
                        "sellable": True,
                        "stockable": True,
                    },
                )
                for place, (one, begun) in enumerate(kinds)
            ],
        }
        rows.append(_object("ITEM", item_id(chance, good), since, "item_data", data))
    return rows


def _object(kind: str, code: str, since: int, name: str, data: Row) -> Row:
    return {
        "type": kind,
        "id": code,
        "updated_at": stamp(since),
        "created_at": stamp(since),
        "version": since * 1000,
        "is_deleted": False,
        "present_at_all_locations": True,
        name: data,
    }
