"""Stripe's disputes: payments that a card holder's bank asks back, and what becomes of that.

One card payment in a thousand is disputed some weeks later. The money and a fee of 15 dollars leave
the balance at once; a dispute that is won brings the money back, never the fee. A dispute is no
refund: it is in no total of sales.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scripts.sandbox import moments
from scripts.sandbox.model import Payment
from scripts.sandbox.names import words

if TYPE_CHECKING:
    from scripts.sandbox.vendors._stripe_objects import Objects

Row = dict[str, Any]
DISPUTED = 0.0006  # beside the one of each copy of the case about failures
FEE = 1_500
WON = 0.4
ANSWERED_DAYS, DECIDED_DAYS, DUE_DAYS = 4, 45, 14
REASONS = [("fraudulent", 45), ("product_not_received", 20), ("subscription_canceled", 20),
           ("unrecognized", 15)]  # fmt: skip
EVIDENCE = words(
    """access_activity_log billing_address cancellation_policy cancellation_policy_disclosure
    cancellation_rebuttal customer_communication customer_email_address customer_name
    customer_purchase_ip customer_signature duplicate_charge_documentation
    duplicate_charge_explanation duplicate_charge_id product_description receipt refund_policy
    refund_policy_disclosure refund_refusal_explanation service_date service_documentation
    shipping_address shipping_carrier shipping_date shipping_documentation
    shipping_tracking_number uncategorized_file uncategorized_text"""
)


@dataclass(frozen=True)
class Dispute:
    """When a payment was disputed, and whether the gym wins in the end."""

    opened: int
    is_won: bool

    def status(self, at: int) -> str:
        """Stripe's word for how it stands at an instant."""
        if at < self.opened + ANSWERED_DAYS * moments.DAY:
            return "needs_response"
        if at < self.decided:
            return "under_review"
        return "won" if self.is_won else "lost"

    @property
    def decided(self) -> int:
        """When the bank decides."""
        return self.opened + DECIDED_DAYS * moments.DAY


class Disputes:
    """Builds every dispute of one ledger over the objects that it is about."""

    def __init__(self, objects: "Objects") -> None:
        """Disputes of one ledger."""
        self.of, self.chance = objects, objects.chance

    def find(self, payment: Payment) -> Dispute | None:
        """The dispute of a payment, for all time; None for nearly all."""
        if not payment.is_live or not payment.is_captured or payment.success is None:
            return None
        is_case = "/declined-late" in payment.key
        if not is_case and self.chance.u(payment.key, "disputed") >= DISPUTED:
            return None
        days = self.chance.whole(5, 40, payment.key, "disputed after")
        is_won = self.chance.u(payment.key, "dispute won") < WON
        return Dispute(payment.success + days * moments.DAY, is_won)

    def is_open(self, payment: Payment, at: int) -> bool:
        """Whether the card holder's bank had asked for the money by an instant."""
        one = self.find(payment)
        return one is not None and one.opened <= at

    def rows(self, at: int) -> list[Row]:
        """Every dispute as of an instant."""
        found = ((payment, self.find(payment)) for payment in self.of.payments)
        return [self._row(payment, one, at) for payment, one in found if one and one.opened <= at]

    def _row(self, payment: Payment, one: Dispute, at: int) -> Row:
        status = one.status(at)
        return {
            "id": self._id(payment),
            "object": "dispute",
            "amount": payment.cents,
            "balance_transactions": self.movements(payment, at),
            "charge": self.of.charge_id(payment, len(payment.attempts) - 1),
            "created": one.opened,
            "currency": "usd",
            "evidence": dict.fromkeys(EVIDENCE),
            "evidence_details": {
                "due_by": one.opened + DUE_DAYS * moments.DAY,
                "has_evidence": status != "needs_response",
                "past_due": False,
                "submission_count": int(status != "needs_response"),
            },
            "is_charge_refundable": False,
            "livemode": True,
            "metadata": {},
            "payment_intent": self.of.intent_id(payment),
            "payment_method_details": {
                "card": {"brand": self.of.card(payment)["brand"], "network_reason_code": "10.4"},
                "type": "card",
            },
            "reason": self.chance.weighted(REASONS, payment.key, "dispute reason"),
            "status": status,
        }

    def _id(self, payment: Payment) -> str:
        return self.of.id_of("dp_1SBX", 20, payment.key)

    def movements(self, payment: Payment, at: int) -> list[Row]:
        """What the dispute of a payment moved on the balance by an instant."""
        one, rows = self.find(payment), []
        charge = self.of.charge_id(payment, len(payment.attempts) - 1)
        if one and one.opened <= at:
            text = f"Chargeback withdrawal for {charge}"
            rows.append(self._movement(payment, -payment.cents, FEE, one.opened, text, at))
        if one and one.is_won and one.decided <= at:
            text = f"Chargeback reversal for {charge}"
            rows.append(self._movement(payment, payment.cents, 0, one.decided, text, at))
        return rows

    def _movement(
        self, payment: Payment, cents: int, fee: int, created: int, text: str, at: int
    ) -> Row:
        ready, kind = created + 2 * moments.DAY, "dispute" if fee else "dispute_reversal"
        details = {
            "amount": fee,
            "application": None,
            "currency": "usd",
            "description": "Dispute fee",
            "type": "stripe_fee",
        }
        return {
            "id": self.of.id_of("txn_3SBX", 20, payment.key, kind),
            "object": "balance_transaction",
            "amount": cents,
            "available_on": ready - ready % moments.DAY,
            "created": created,
            "currency": "usd",
            "description": text,
            "exchange_rate": None,
            "fee": fee,
            "fee_details": [details] if fee else [],
            "net": cents - fee,
            "reporting_category": kind,
            "source": self._id(payment),
            "status": "available" if ready <= at else "pending",
            "type": "adjustment",
        }
