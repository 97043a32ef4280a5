"""Shopify's objects: orders, customers, refunds, transactions; products are in
`_shopify_products.py`.

Shapes are those of the REST Admin API 2025-10: decimal strings, each with its `_set`, and instants
with the shop's offset, which changes with the season. Only fields that the held schema knows are
shown. A guest's order has no customer.
"""

from typing import Any

from scripts.sandbox import moments
from scripts.sandbox.errors import Errors
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.model import Account, Line, Payment, Refund
from scripts.sandbox.products import TAX_PER_10_000
from scripts.sandbox.vendors._shopify_marks import Marks, moments_of

Row = dict[str, Any]
FIRST_NUMBER = 1001
HAS_PHONE, ACCEPTS_MARKETING = 0.40, 0.45
RATE = TAX_PER_10_000 / 10_000
CODE = "CLIMB10"
VENDOR = "Basin Climbing and Fitness"


def fee_of(cents: int) -> int:
    """What Shopify Payments keeps, in cents: 2.9 % rounded half up, and 30 cents."""
    return (cents * 29 + 500) // 1_000 + 30


def is_card(order: Payment) -> bool:
    """Whether an order was paid by card, and not by a bank transfer that came later."""
    is_voided = order.shows.get("fate") == "voided"
    return is_voided or (order.success is not None and order.success - order.created < 60)


def kept_of(order: Payment) -> int:
    """What Shopify Payments kept of an order, in cents."""
    return fee_of(order.cents) if order.success is not None and is_card(order) else 0


def decimal(cents: int) -> str:
    """A decimal string in dollars."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def both(cents: int) -> Row:
    """Shopify's money in the shop's and the buyer's currency."""
    one = {"amount": decimal(cents), "currency_code": "USD"}
    return {"shop_money": one, "presentment_money": dict(one)}


def stamp(moment: int) -> str:
    """ISO 8601 on the shop's clock with the offset then in force."""
    return moments.local(moment).isoformat()


class Objects:
    """Builds every object of one ledger, as of its clock."""

    def __init__(self, ledger: Ledger) -> None:
        """Objects of one ledger; customers are kept once made."""
        self.ledger, self.chance, self.errors = ledger, ledger.chance, Errors(ledger)
        self.now = ledger.horizon - 1
        self.orders = [one for one in ledger.payments if one.source == "shopify"]
        self.numbers = {one.key: place for place, one in enumerate(self.orders)}
        self._of: dict[str, list[Payment]] = {}
        for one in self.orders:
            if one.account is not None:
                self._of.setdefault(one.account.key, []).append(one)
        self._typed: dict[str, tuple[str | None, str | None, str | None, str | None]] = {}
        self._customers: dict[str, Row] = {}
        self.marks = Marks(ledger)

    # -- ids ---------------------------------------------------------------------------

    def id_of(self, first: int, *name: str) -> int:
        """An id of a kind, all of which begin at the same number."""
        return first + self.chance.bits("shopify", *name) % 10**12

    def order_id(self, order: Payment) -> int:
        """Order ids grow with time."""
        salt = self.chance.bits("shopify", "order", order.key) % 10_000
        return (order.created - 1_300_000_000) * 10_000 + salt

    def customer_id(self, account: Account) -> int:
        """The id of a customer."""
        return self.id_of(7_000_000_000_000, "customer", account.key)

    def line_id(self, line: Line) -> int:
        """The id of an order's line item."""
        return self.id_of(14_000_000_000_000, "line", line.key)

    def refund_id(self, refund: Refund) -> int:
        """The id of a refund."""
        return self.id_of(900_000_000_000, "refund", refund.key)

    def product_id(self, item: str) -> int:
        """The id of a product."""
        return self.id_of(8_000_000_000_000, "product", item)

    def variant_id(self, item: str, variation: str | None) -> int:
        """The id of a product's variant."""
        return self.id_of(42_000_000_000_000, "variant", item, str(variation))

    # -- who ---------------------------------------------------------------------------

    def contact(self, account: Account) -> tuple[str | None, str | None, str | None, str | None]:
        """Given and family name, e-mail and phone as first typed, errors included."""
        found = self._typed.get(account.key)
        if found is None:
            person, day = account.person, moments.day_of(account.opened)
            values = {
                "given": person.at("given", day),
                "family": person.at("family", day),
                "email": person.at("email", day),
                "phone": person.phone if self.chance.u(account.key, "phone") < HAS_PHONE else None,
            }
            seen = {
                name: account.shows[name]
                if name in account.shows
                else self.errors.seen("shopify", account.key, person, name, value)
                for name, value in values.items()
            }
            found = (seen["given"], seen["family"], seen["email"], seen["phone"])
            self._typed[account.key] = found
        return found

    def email_at(self, account: Account, at: int) -> str | None:
        """The e-mail of a customer; some follow their person to a new one, the day after."""
        email = self.contact(account)[2]
        for moment, new in self._changes(account):
            if moment <= at:
                email = new
        return email

    def _changes(self, account: Account) -> list[tuple[int, str]]:
        person = account.person
        if "email" in account.shows or person.case or self.errors.keeps_old(account, "email"):
            return []
        changes = (
            (moments.instant(day, 34 * 3600), new)
            for day, column, new in person.changes
            if column == "email"
        )
        return sorted(one for one in changes if account.opened < one[0] <= self.now)

    def customer(self, account: Account) -> Row:
        """A customer as of now."""
        found = self._customers.get(account.key)
        if found is not None:
            return found
        given, family, _, phone = self.contact(account)
        orders = [one for one in self._of.get(account.key, ()) if one.is_live]
        touched = [account.opened + 5, *(one.created for one in orders)]
        touched += [moment for moment, _ in self._changes(account)]
        touched += [order.success for order in orders if order.success is not None]
        marks = self.marks.of(account)
        touched += moments_of(marks, self.now)
        for one in (back for order in orders for back in order.refunds):
            touched += [one.moment, *([one.settles] if one.settles <= self.now else [])]
        spent = sum(
            one.cents - sum(back.cents for back in one.refunds if self.is_back(back))
            for one in orders
            if one.success is not None
        )
        accepts = self.accepts(account.key)
        found = self._customers[account.key] = {
            "id": self.customer_id(account),
            "email": self.email_at(account, self.now),
            "created_at": stamp(account.opened),
            "updated_at": stamp(max(touched)),
            "first_name": given,
            "last_name": family,
            "orders_count": len(orders),
            "state": "disabled",
            "total_spent": decimal(spent),
            "last_order_id": self.order_id(orders[-1]) if orders else None,
            "last_order_name": self.name_of(orders[-1]) if orders else None,
            "note": None,
            "verified_email": True,
            "multipass_identifier": None,
            "tax_exempt": False,
            "tags": ", ".join(
                sorted(one.key for one in marks if not one.namespace and one.is_on(self.now))
            ),
            "currency": "USD",
            "phone": phone,
            "addresses": [],
            "tax_exemptions": [],
            "email_marketing_consent": {
                "state": "subscribed" if accepts else "not_subscribed",
                "opt_in_level": "single_opt_in",
                "consent_updated_at": stamp(account.opened) if accepts else None,
            },
            "sms_marketing_consent": None,
        }
        return found

    def accepts(self, key: str) -> bool:
        """Whether the box for marketing was ticked."""
        return self.chance.u(key, "buyer accepts") < ACCEPTS_MARKETING

    def guest(self, order: Payment) -> tuple[str, str, str | None]:
        """Given name, family name and e-mail that a guest typed at checkout."""
        person, day = order.payer, moments.day_of(order.created)

        def seen(column: str, value: str) -> str | None:
            if column in order.shows:
                return order.shows[column]
            return self.errors.seen("shopify", order.key, person, column, value)

        return (
            seen("given", person.at("given", day)) or "",
            seen("family", person.at("family", day)) or "",
            seen("email", person.at("email", day)),
        )

    # -- orders ------------------------------------------------------------------------

    def name_of(self, order: Payment) -> str:
        """`#1001` and so on, in the order of creation."""
        return f"#{FIRST_NUMBER + self.numbers[order.key]}"

    def is_back(self, refund: Refund) -> bool:
        """Whether a refund has arrived."""
        return refund.settles <= self.now and not refund.fails

    def status(self, order: Payment) -> str:
        """The financial status of an order now."""
        if order.success is None:
            return "voided" if order.cancelled else self._unpaid(order)
        back = sum(one.cents for one in order.refunds if self.is_back(one))
        return "refunded" if back == order.cents else "partially_refunded" if back else "paid"

    def _unpaid(self, order: Payment) -> str:
        return "authorized" if order.shows.get("fate") == "voided" else "pending"

    def updated(self, order: Payment) -> int:
        """When an order last changed."""
        touched = [order.created + 5, *(moment for moment, _ in order.edits)]
        touched += [order.success] if order.success is not None else []
        touched += [order.cancelled] if order.cancelled else []
        for one in order.refunds:
            touched += [one.moment, *([one.settles] if one.settles <= self.now else [])]
        return max(touched)

    def order(self, order: Payment) -> Row:
        """An order as of now."""
        lines, number = order.lines, FIRST_NUMBER + self.numbers[order.key]
        subtotal = sum(one.quantity * one.unit - one.discount for one in lines)
        tax, discount = sum(one.tax for one in lines), sum(one.discount for one in lines)
        back = [one for one in order.refunds if self.is_back(one)]
        returned = [line for one in back for line in one.returned]
        left = order.cents - sum(one.cents for one in back)
        sent = next((moment for moment, what in order.edits if what == "sent"), None)
        notes = [what[5:] for _, what in order.edits if what.startswith("note ")]
        tags = [what[4:] for _, what in order.edits if what.startswith("tag ")]
        customer = self.customer(order.account) if order.account else None
        email = self.email_at(order.account, order.created) if order.account else None
        if order.account is None:
            email = self.guest(order)[2]
        key = order.account.key if order.account else order.key
        money = {
            "current_subtotal_price": subtotal
            - sum(one.quantity * one.unit - one.discount for one in returned),
            "current_total_discounts": discount - sum(one.discount for one in returned),
            "current_total_price": left,
            "current_total_tax": tax - sum(one.tax for one in returned),
            "subtotal_price": subtotal,
            "total_discounts": discount,
            "total_line_items_price": subtotal + discount,
            "total_price": order.cents,
            "total_tax": tax,
        }
        row: Row = {
            "id": self.order_id(order),
            "app_id": 580111,
            "browser_ip": None,
            "buyer_accepts_marketing": self.accepts(key),
            "cancel_reason": "customer" if order.cancelled else None,
            "cancelled_at": stamp(order.cancelled) if order.cancelled else None,
            "cart_token": None,
            "checkout_token": self.chance.token(32, "shopify", "checkout", order.key).lower(),
            "client_details": None,
            "closed_at": stamp(sent + 1) if sent is not None else None,
            "company": None,
            "confirmation_number": self.chance.token(9, "shopify", "number", order.key).upper(),
            "confirmed": True,
            "created_at": stamp(order.created),
            "currency": "USD",
            "customer_locale": "en-US",
            "discount_applications": self._applications(discount),
            "discount_codes": [{"code": CODE, "amount": decimal(discount), "type": "percentage"}]
            if discount
            else [],
            "duties_included": False,
            "email": email or "",
            "estimated_taxes": False,
            "financial_status": self.status(order),
            "fulfillment_status": "fulfilled" if sent is not None else None,
            "fulfillments": [self._fulfillment(order, sent)] if sent is not None else [],
            "landing_site": "/",
            "line_items": [self.line(one, order, sent is not None) for one in lines],
            "location_id": None,
            "merchant_business_entity_id": "SBXBASIN",
            "merchant_of_record_app_id": None,
            "name": self.name_of(order),
            "note": notes[-1] if notes else None,
            "note_attributes": [],
            "number": number - 1000,
            "order_number": number,
            "order_status_url": "https://shop.example.org/orders/"
            + self.chance.token(32, "shopify", "status", order.key).lower(),
            "original_total_additional_fees_set": None,
            "original_total_duties_set": None,
            "current_total_additional_fees_set": None,
            "current_total_duties_set": None,
            "payment_gateway_names": [self._gateway(order)],
            "payment_terms": None,
            "phone": None,
            "po_number": None,
            "presentment_currency": "USD",
            "processed_at": stamp(order.created - 1),
            "referring_site": None,
            "refunds": [self.refund(order, one) for one in order.refunds],
            "billing_address": self._address(order),
            "shipping_address": None,
            "shipping_lines": [],
            "source_identifier": None,
            "source_name": "web",
            "source_url": None,
            "tags": ", ".join(tags),
            "tax_lines": [tax_line(tax)],
            "taxes_included": False,
            "test": not order.is_live,
            "token": self.chance.token(32, "shopify", "token", order.key).lower(),
            "total_cash_rounding_payment_adjustment_set": both(0),
            "total_cash_rounding_refund_adjustment_set": both(0),
            "total_outstanding": decimal(
                order.cents if order.success is None and not order.cancelled else 0
            ),
            "total_shipping_price_set": both(0),
            "total_tip_received": "0.00",
            "total_weight": 0,
            "updated_at": stamp(self.updated(order)),
            "user_id": None,
            "customer": customer,
        }
        for name, cents in money.items():
            row[name], row[f"{name}_set"] = decimal(cents), both(cents)
        return row

    @staticmethod
    def _applications(discount: int) -> list[Row]:
        if not discount:
            return []
        return [
            {
                "target_type": "line_item",
                "type": "discount_code",
                "value": "10.0",
                "value_type": "percentage",
                "allocation_method": "across",
                "target_selection": "all",
                "code": CODE,
            }
        ]

    def _address(self, order: Payment) -> Row:
        if order.account is not None:
            given, family, _, phone = self.contact(order.account)
        else:
            given, family, phone = *self.guest(order)[:2], None
        house = self.ledger.households[order.payer.household_id]
        return {
            "first_name": given,
            "last_name": family,
            "name": " ".join(part for part in (given, family) if part),
            "address1": house.street,
            "address2": None,
            "city": "Basin Springs",
            "zip": house.postal_code,
            "province": "Texas",
            "province_code": "TX",
            "country": "United States",
            "country_code": "US",
            "company": None,
            "phone": phone,
            "latitude": None,
            "longitude": None,
        }

    def line(self, one: Line, order: Payment, is_sent: bool) -> Row:
        """A line item of an order."""
        title = one.item or one.product
        left = one.quantity
        for refund in order.refunds:
            left -= one.quantity if self.is_back(refund) and one in refund.returned else 0
        price = one.unit
        return {
            "id": self.line_id(one),
            "admin_graphql_api_id": f"gid://shopify/LineItem/{self.line_id(one)}",
            "attributed_staffs": [],
            "current_quantity": left,
            "fulfillable_quantity": 0 if is_sent else left,
            "fulfillment_service": "manual",
            "fulfillment_status": "fulfilled" if is_sent else None,
            "gift_card": False,
            "grams": 0,
            "name": f"{title} - {one.variation}" if one.variation else title,
            "price": decimal(price),
            "price_set": both(price),
            "product_exists": True,
            "product_id": self.product_id(title),
            "properties": [],
            "quantity": one.quantity,
            "requires_shipping": False,
            "sku": None,
            "taxable": True,
            "title": title,
            "total_discount": "0.00",
            "total_discount_set": both(0),
            "variant_id": self.variant_id(title, one.variation),
            "variant_inventory_management": None,
            "variant_title": one.variation,
            "vendor": VENDOR,
            "tax_lines": [tax_line(one.tax)],
            "duties": [],
            "discount_allocations": [
                {
                    "amount": decimal(one.discount),
                    "amount_set": both(one.discount),
                    "discount_application_index": 0,
                }
            ]
            if one.discount
            else [],
        }

    def _fulfillment(self, order: Payment, sent: int) -> Row:
        code = self.id_of(5_000_000_000_000, "fulfillment", order.key)
        return {
            "id": code,
            "admin_graphql_api_id": f"gid://shopify/Fulfillment/{code}",
            "created_at": stamp(sent),
            "location_id": None,
            "name": f"{self.name_of(order)}.1",
            "order_id": self.order_id(order),
            "service": "manual",
            "shipment_status": None,
            "status": "success",
            "tracking_company": None,
            "tracking_number": None,
            "tracking_numbers": [],
            "tracking_url": None,
            "tracking_urls": [],
            "updated_at": stamp(sent),
        }

    def _gateway(self, order: Payment) -> str:
        return "shopify_payments" if is_card(order) else "Bank Deposit"

    def fee(self, order: Payment) -> int:
        """What Shopify Payments kept of an order, in cents."""
        return kept_of(order)

    # -- money -------------------------------------------------------------------------

    def transactions(self, order: Payment) -> list[Row]:
        """Every transaction of an order: authorisation, sale, void, refunds."""
        first = f"{order.key}/first"
        if order.shows.get("fate") == "voided":
            rows = [self._transaction(order, first, "authorization", order.created, order.cents)]
            if order.cancelled:
                rows.append(
                    self._transaction(order, f"{order.key}/void", "void", order.cancelled, 0, first)
                )
            return rows
        sale = f"{order.key}/sale"
        rows = []
        if not is_card(order):
            rows.append(
                self._transaction(
                    order, first, "sale", order.created, order.cents, status="pending"
                )
            )
        if order.success is not None:
            parent = first if rows else None
            rows.append(self._transaction(order, sale, "sale", order.success, order.cents, parent))
        return rows + [self.refunding(order, one) for one in order.refunds]

    def refunding(self, order: Payment, refund: Refund) -> Row:
        """The transaction of a refund."""
        status = "pending"
        if refund.settles <= self.now:
            status = "failure" if refund.fails else "success"
        return self._transaction(
            order,
            f"{refund.key}/money",
            "refund",
            refund.moment,
            refund.cents,
            f"{order.key}/sale",
            status,
        )

    def _transaction(
        self,
        order: Payment,
        key: str,
        kind: str,
        moment: int,
        cents: int,
        parent: str | None = None,
        status: str = "success",
    ) -> Row:
        by_card = is_card(order)
        return {
            "id": self.id_of(6_000_000_000_000, "transaction", key),
            "order_id": self.order_id(order),
            "kind": kind,
            "gateway": self._gateway(order),
            "status": status,
            "message": "Transaction approved" if by_card and status == "success" else None,
            "created_at": stamp(moment),
            "processed_at": stamp(moment),
            "test": not order.is_live,
            "authorization": self.chance.token(20, "shopify", "auth", key) if by_card else None,
            "location_id": None,
            "user_id": None,
            "parent_id": self.id_of(6_000_000_000_000, "transaction", parent) if parent else None,
            "device_id": None,
            "error_code": None,
            "source_name": "web",
            "receipt": {},
            "amount": decimal(cents),
            "currency": "USD",
            "manual_payment_gateway": not by_card,
            "total_unsettled_set": both(0),
        }

    def refund(self, order: Payment, refund: Refund) -> Row:
        """A refund: lines that come back, or an amount without any."""
        adjustments = []
        if not refund.returned:
            adjustments = [
                {
                    "id": self.id_of(300_000_000_000, "adjustment", refund.key),
                    "order_id": self.order_id(order),
                    "refund_id": self.refund_id(refund),
                    "amount": decimal(-refund.cents),
                    "tax_amount": "0.00",
                    "kind": "refund_discrepancy",
                    "reason": "Refund discrepancy",
                    "amount_set": both(-refund.cents),
                    "tax_amount_set": both(0),
                }
            ]
        return {
            "id": self.refund_id(refund),
            "order_id": self.order_id(order),
            "created_at": stamp(refund.moment),
            "processed_at": stamp(refund.moment),
            "note": None,
            "restock": False,
            "user_id": None,
            "duties": [],
            "refund_duties": [],
            "order_adjustments": adjustments,
            "refund_shipping_lines": [],
            "refund_line_items": [self._back(one, order) for one in refund.returned],
            "transactions": [self.refunding(order, refund)],
        }

    def _back(self, one: Line, order: Payment) -> Row:
        subtotal = one.quantity * one.unit - one.discount
        return {
            "id": self.id_of(600_000_000_000, "back", one.key),
            "line_item_id": self.line_id(one),
            "location_id": None,
            "quantity": one.quantity,
            "restock_type": "no_restock",
            "subtotal": decimal(subtotal),
            "subtotal_set": both(subtotal),
            "total_tax": decimal(one.tax),
            "total_tax_set": both(one.tax),
            "line_item": self.line(one, order, True),
        }


def tax_line(cents: int) -> Row:
    """The sales tax on something."""
    return {
        "price": decimal(cents),
        "rate": RATE,
        "title": "Texas Sales Tax",
        "price_set": both(cents),
        "channel_liable": False,
    }
