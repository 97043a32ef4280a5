"""Stripe's objects, each as of an instant: intents, charges, refunds, customers, balance
transactions, events.

Shapes are those of API version 2023-08-16. Ids carry `SBX`, so that a leaked one is recognised. An
attempt is a charge; the intent stays the same through retries and `latest_charge` moves. Fees are
2.9 % + 30 cents.
"""

from typing import Any

from scripts.sandbox import moments
from scripts.sandbox.errors import Errors
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.model import Account, Payment, Person, Refund
from scripts.sandbox.vendors._stripe_disputes import Disputes

Row = dict[str, Any]
SETTLES_AFTER = 2 * moments.DAY
HAS_EMAIL, HAS_NAME, HAS_PHONE = 0.97, 0.95, 0.40
CARD_OF_SPOUSE = 0.15
MESSAGES = {
    "insufficient_funds": "Your card has insufficient funds.",
    "generic_decline": "Your card was declined.",
    "expired_card": "Your card has expired.",
    "do_not_honor": "Your card was declined.",
    "lost_card": "Your card was declined.",
    "card_velocity_exceeded": "Your card was declined for making repeated attempts too frequently.",
}


def fee_of(cents: int) -> int:
    """Stripe's fee in cents: 2.9 % rounded half up, and 30 cents."""
    return (cents * 29 + 500) // 1_000 + 30


class Objects:
    """Builds every object of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        """Objects of one ledger; ids are kept once made."""
        self.ledger, self.chance, self.errors = ledger, ledger.chance, Errors(ledger)
        self.payments = [one for one in ledger.payments if one.source == "stripe"]
        self._shown: dict[str, tuple[str | None, str | None, str | None]] = {}
        self._ids: dict[tuple[str, ...], str] = {}
        self.disputes = Disputes(self)

    # -- ids ---------------------------------------------------------------------------

    def id_of(self, prefix: str, length: int, *name: str) -> str:
        """An id named by what it stands for."""
        found = self._ids.get((prefix, *name))
        if found is None:
            found = self._ids[prefix, *name] = prefix + self.chance.token(
                length, "stripe", prefix, *name
            )
        return found

    def intent_id(self, payment: Payment) -> str:
        """`pi_...`"""
        return self.id_of("pi_3SBX", 20, payment.key)

    def charge_id(self, payment: Payment, number: int) -> str:
        """`ch_...` of an attempt."""
        return self.id_of("ch_3SBX", 20, payment.key, str(number))

    def refund_id(self, refund: Refund) -> str:
        """`re_...`"""
        return self.id_of("re_3SBX", 20, refund.key)

    def customer_id(self, account: Account) -> str:
        """`cus_...`"""
        return self.id_of("cus_SBX", 11, account.key)

    def method_id(self, payment: Payment) -> str:
        """`pm_...`: one card a person."""
        return self.id_of("pm_1SBX", 20, payment.account.key if payment.account else payment.key)

    def fingerprint(self, person: Person) -> str:
        """The card's fingerprint; some spouses pay with the other's card."""
        people = self.ledger.households[person.household_id].adults
        holder = person
        if people and people[0] is not person and person.case is None:
            holder = (
                people[0] if self.chance.u(person.person_id, "card") < CARD_OF_SPOUSE else person
            )
        return self.id_of("", 16, "card", holder.person_id)

    # -- who ---------------------------------------------------------------------------

    def contact(self, account: Account) -> tuple[str | None, str | None, str | None]:
        """Name, e-mail and phone as first typed, errors included."""
        found = self._shown.get(account.key)
        if found is None:
            found = self._shown[account.key] = self._typed(account)
        return found

    def _typed(self, account: Account) -> tuple[str | None, str | None, str | None]:
        person, key, day = account.person, account.key, moments.day_of(account.opened)
        chance, errors = self.chance, self.errors
        given = errors.seen("stripe", key, person, "given", person.at("given", day))
        name: str | None = f"{given} {person.at('family', day)}".strip()
        has_email = chance.u(key, "email") < HAS_EMAIL
        if has_email and chance.u(key, "name") >= HAS_NAME:
            name = None
        email = person.at("email", day) if has_email else None
        phone = person.phone if chance.u(key, "phone") < HAS_PHONE else None
        shows = account.shows
        return (
            shows["name"] if "name" in shows else errors.seen("stripe", key, person, "name", name),
            shows["email"]
            if "email" in shows
            else errors.seen("stripe", key, person, "email", email),
            shows["phone"]
            if "phone" in shows
            else errors.seen("stripe", key, person, "phone", phone),
        )

    def email_changes(self, account: Account) -> list[tuple[int, str]]:
        """When the record followed a new e-mail of its person: the day after, at ten."""
        if "email" in account.shows or account.person.case or not self.contact(account)[1]:
            return []
        if self.errors.keeps_old(account, "email"):
            return []
        changes = (
            (moments.instant(day, 34 * 3600), new)
            for day, column, new in account.person.changes
            if column == "email"
        )
        return sorted((moment, new) for moment, new in changes if moment > account.opened)

    def customer(self, account: Account, at: int) -> Row:
        """A customer as of an instant."""
        name, email, phone = self.contact(account)
        for moment, new in self.email_changes(account):
            if moment <= at:
                email = new
        return {
            "id": self.customer_id(account),
            "object": "customer",
            "address": None,
            "balance": 0,
            "created": account.opened,
            "currency": None,
            "default_source": None,
            "delinquent": False,
            "description": None,
            "discount": None,
            "email": email,
            "invoice_prefix": self.id_of("", 8, "prefix", account.key).upper(),
            "invoice_settings": {
                "custom_fields": None,
                "default_payment_method": None,
                "footer": None,
                "rendering_options": None,
            },
            "livemode": True,
            "metadata": {},
            "name": name,
            "next_invoice_sequence": 1,
            "phone": phone,
            "preferred_locales": [],
            "shipping": None,
            "tax_exempt": "none",
            "test_clock": None,
        }

    def billing(self, payment: Payment, at: int) -> Row:
        """Billing details of a charge: the customer's, or what a guest typed at checkout."""
        if payment.account is not None:
            shown = self.customer(payment.account, at)
            name, email, phone = shown["name"], shown["email"], None
        else:
            person, key, day = payment.payer, payment.key, moments.day_of(payment.created)
            full = f"{person.at('given', day)} {person.at('family', day)}".strip()
            name = payment.shows.get("name", self.errors.seen("stripe", key, person, "name", full))
            email = payment.shows.get(
                "email", self.errors.seen("stripe", key, person, "email", person.at("email", day))
            )
            phone = payment.shows.get("phone")
        postal = self.ledger.households[payment.payer.household_id].postal_code
        address = {
            "city": None,
            "country": "US",
            "line1": None,
            "line2": None,
            "postal_code": postal,
            "state": None,
        }
        return {"address": address, "email": email, "name": name, "phone": phone}

    def card(self, payment: Payment) -> Row:
        """The card that somebody pays with."""
        mark = self.fingerprint(payment.payer)
        bits = self.chance.bits("card", mark)
        return {
            "brand": ["visa", "visa", "mastercard", "amex", "discover"][bits % 5],
            "checks": {
                "address_line1_check": None,
                "address_postal_code_check": "pass",
                "cvc_check": "pass",
            },
            "country": "US",
            "exp_month": bits // 5 % 12 + 1,
            "exp_year": 2027 + bits // 60 % 5,
            "fingerprint": mark,
            "funding": ["credit", "debit"][bits // 300 % 2],
            "installments": None,
            "last4": f"{bits // 600 % 10_000:04d}",
            "mandate": None,
            "network": ["visa", "visa", "mastercard", "amex", "discover"][bits % 5],
            "network_token": {"used": False},
            "three_d_secure": None,
            "wallet": None,
        }

    # -- what --------------------------------------------------------------------------

    def intent(self, payment: Payment, at: int) -> Row:
        """A payment intent as of an instant: its status follows the attempts made by then."""
        tried = [(place, one) for place, one in enumerate(payment.attempts) if one.moment <= at]
        last = tried[-1] if tried else None
        paid = last is not None and last[1].decline is None
        is_taken = paid and payment.is_captured
        is_cancelled = payment.cancelled is not None and payment.cancelled <= at and not paid
        status = "requires_payment_method"
        if paid:
            status = "succeeded" if is_taken else "requires_capture"
        elif is_cancelled:
            status = "canceled"
        failed = None
        if last and last[1].decline:
            failed = self._failure(last[1].decline, self.charge_id(payment, last[0]))
        email = (
            self.contact(payment.account)[1]
            if payment.account
            else self.billing(payment, at)["email"]
        )
        return {
            "id": self.intent_id(payment),
            "object": "payment_intent",
            "amount": payment.cents,
            "amount_capturable": payment.cents if paid and not is_taken else 0,
            "amount_details": {"tip": {}},
            "amount_received": payment.cents if is_taken else 0,
            "application": None,
            "application_fee_amount": None,
            "automatic_payment_methods": None,
            "canceled_at": payment.cancelled if is_cancelled else None,
            "cancellation_reason": "abandoned" if is_cancelled else None,
            "capture_method": "automatic" if payment.is_captured else "manual",
            "client_secret": f"{self.intent_id(payment)}_secret_sandbox",
            "confirmation_method": "automatic",
            "created": payment.created,
            "currency": "usd",
            "customer": self.customer_id(payment.account) if payment.account else None,
            "description": payment.description,
            "invoice": None,
            "last_payment_error": failed,
            "latest_charge": self.charge_id(payment, last[0]) if last else None,
            "livemode": payment.is_live,
            "metadata": {},
            "next_action": None,
            "on_behalf_of": None,
            "payment_method": self.method_id(payment) if paid else None,
            "payment_method_options": {
                "card": {
                    "installments": None,
                    "mandate_options": None,
                    "network": None,
                    "request_three_d_secure": "automatic",
                }
            },
            "payment_method_types": ["card"],
            "processing": None,
            "receipt_email": email,
            "review": None,
            "setup_future_usage": "off_session" if payment.kind.startswith("membership") else None,
            "shipping": None,
            "statement_descriptor": None,
            "statement_descriptor_suffix": None,
            "status": status,
            "transfer_data": None,
            "transfer_group": None,
        }

    def _failure(self, decline: str, charge: str) -> Row:
        code = "expired_card" if decline == "expired_card" else "card_declined"
        return {
            "charge": charge,
            "code": code,
            "decline_code": decline,
            "doc_url": f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}",
            "message": MESSAGES[decline],
            "type": "card_error",
        }

    def charge(self, payment: Payment, number: int, at: int) -> Row:
        """The charge of an attempt as of an instant, with what was refunded by then."""
        attempt = payment.attempts[number]
        is_paid = attempt.decline is None
        is_taken = is_paid and payment.is_captured
        refunded = sum(
            one.cents
            for one in payment.refunds
            if is_paid and one.moment <= at and not (one.fails and one.settles <= at)
        )
        billing = self.billing(payment, attempt.moment)
        return {
            "id": self.charge_id(payment, number),
            "object": "charge",
            "amount": payment.cents,
            "amount_captured": payment.cents if is_taken else 0,
            "amount_refunded": refunded,
            "application": None,
            "application_fee": None,
            "application_fee_amount": None,
            "balance_transaction": self.id_of("txn_3SBX", 20, payment.key)
            if is_taken and payment.is_live
            else None,
            "billing_details": billing,
            "calculated_statement_descriptor": "BASIN CLIMBING",
            "captured": is_taken,
            "created": attempt.moment,
            "currency": "usd",
            "customer": self.customer_id(payment.account) if payment.account else None,
            "description": payment.description,
            "disputed": is_taken and self.disputes.is_open(payment, at),
            "failure_balance_transaction": None,
            "failure_code": None
            if is_paid
            else "expired_card"
            if attempt.decline == "expired_card"
            else "card_declined",
            "failure_message": None if is_paid else MESSAGES[attempt.decline or ""],
            "fraud_details": {},
            "invoice": None,
            "livemode": payment.is_live,
            "metadata": {},
            "on_behalf_of": None,
            "outcome": self._outcome(payment, attempt.decline),
            "paid": is_paid,
            "payment_intent": self.intent_id(payment),
            "payment_method": self.method_id(payment),
            "payment_method_details": {"card": self.card(payment), "type": "card"},
            "receipt_email": billing["email"],
            "receipt_number": None,
            "receipt_url": f"https://pay.stripe.com/receipts/{self.charge_id(payment, number)}"
            if is_paid
            else None,
            "refunded": is_taken and refunded == payment.cents,
            "review": None,
            "shipping": None,
            "source_transfer": None,
            "statement_descriptor": None,
            "statement_descriptor_suffix": None,
            "status": "succeeded" if is_paid else "failed",
            "transfer_data": None,
            "transfer_group": None,
        }

    def _outcome(self, payment: Payment, decline: str | None) -> Row:
        score = self.chance.bits("risk", payment.key) % 55
        if decline is None:
            return {
                "network_status": "approved_by_network",
                "reason": None,
                "risk_level": "normal",
                "risk_score": score,
                "seller_message": "Payment complete.",
                "type": "authorized",
            }
        return {
            "network_status": "declined_by_network",
            "reason": decline,
            "risk_level": "normal",
            "risk_score": score,
            "seller_message": "The bank did not return any further details with this decline.",
            "type": "issuer_declined",
        }

    def refund(self, payment: Payment, refund: Refund, at: int) -> Row:
        """A refund as of an instant; it joins its charge and its intent by id."""
        number = len(payment.attempts) - 1
        status = "pending" if at < refund.settles else "failed" if refund.fails else "succeeded"
        row = {
            "id": self.refund_id(refund),
            "object": "refund",
            "amount": refund.cents,
            "balance_transaction": self.id_of("txn_3SBX", 20, refund.key),
            "charge": self.charge_id(payment, number),
            "created": refund.moment,
            "currency": "usd",
            "destination_details": self._destination(refund, status),
            "metadata": {},
            "payment_intent": self.intent_id(payment),
            "reason": refund.reason,
            "receipt_number": None,
            "source_transfer_reversal": None,
            "status": status,
            "transfer_reversal": None,
        }
        if status == "failed":
            row["failure_balance_transaction"] = self.id_of("txn_3SBX", 20, refund.key, "failed")
            row["failure_reason"] = "expired_or_canceled_card"
        return row

    def _destination(self, refund: Refund, status: str) -> Row:
        """Newer than the version's schema, but on every refund recorded from a live account."""
        card: Row = {
            "reference_status": "pending",
            "reference_type": "acquirer_reference_number",
            "type": "refund",
        }
        if status == "succeeded":
            card["reference"] = f"{self.chance.bits('arn', refund.key) % 10**16:016d}"
            card["reference_status"] = "available"
        return {"card": card, "type": "card"}

    def balance(self, payment: Payment, at: int) -> list[Row]:
        """Balance transactions of a payment: charge, dispute, refunds, refunds that came back."""
        if payment.success is None or payment.success > at:
            return []
        if not payment.is_captured or not payment.is_live:
            return []
        number, kept = len(payment.attempts) - 1, fee_of(payment.cents)
        charge = self.charge_id(payment, number)
        rows = [
            self._entry(
                self.id_of("txn_3SBX", 20, payment.key),
                "charge",
                payment.cents,
                kept,
                payment.success,
                charge,
                payment.description,
                at,
            )
        ]
        rows += self.disputes.movements(payment, at)
        for one in payment.refunds:
            if one.moment <= at:
                text = f"REFUND FOR CHARGE ({payment.description})"
                rows.append(
                    self._entry(
                        self.id_of("txn_3SBX", 20, one.key),
                        "refund",
                        -one.cents,
                        0,
                        one.moment,
                        self.refund_id(one),
                        text,
                        at,
                    )
                )
            if one.fails and one.settles <= at:
                text = f"REFUND FAILURE ({payment.description})"
                rows.append(
                    self._entry(
                        self.id_of("txn_3SBX", 20, one.key, "failed"),
                        "refund_failure",
                        one.cents,
                        0,
                        one.settles,
                        self.refund_id(one),
                        text,
                        at,
                    )
                )
        return rows

    def _entry(
        self,
        txn: str,
        kind: str,
        cents: int,
        fee: int,
        created: int,
        source: str,
        text: str,
        at: int,
    ) -> Row:
        ready = created + SETTLES_AFTER
        details = [
            {
                "amount": fee,
                "application": None,
                "currency": "usd",
                "description": "Stripe processing fees",
                "type": "stripe_fee",
            }
        ]
        return {
            "id": txn,
            "object": "balance_transaction",
            "amount": cents,
            "available_on": ready - ready % moments.DAY,
            "created": created,
            "currency": "usd",
            "description": text,
            "exchange_rate": None,
            "fee": fee,
            "fee_details": details if fee else [],
            "net": cents - fee,
            "reporting_category": kind,
            "source": source,
            "status": "available" if ready <= at else "pending",
            "type": kind,
        }
