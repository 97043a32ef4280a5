"""Stripe's events: what changed in the last 30 days, each with the object as it was then.

The only way to learn of an update in Stripe, whose lists know no "updated since". Built from the
ledger's instants by asking `Objects` for the object as of each.
"""

from typing import Any

from scripts.sandbox import moments
from scripts.sandbox.model import Account, Payment
from scripts.sandbox.vendors._stripe_objects import Objects, Row

VERSION = "2023-08-16"
EVENT_DAYS = 30  # docs.stripe.com/api/events: events are kept for 30 days


class Events:
    """The events of one ledger."""

    def __init__(self, objects: Objects) -> None:
        """Events of the objects of one ledger."""
        self.objects, self.ledger = objects, objects.ledger

    def between(self, since: int, now: int) -> list[Row]:
        """What changed since an instant, each with the object as it was then."""
        found: list[Row] = []

        def happened(
            kind: str,
            moment: int,
            name: str,
            build: Any,
            before: Row | None = None,
            is_live: bool = True,
        ) -> None:
            if since <= moment <= now:
                data: Row = {"object": build(moment)}
                if before is not None:
                    data["previous_attributes"] = before
                found.append(
                    {
                        "id": self.objects.id_of("evt_3SBX", 20, kind, name, str(moment)),
                        "object": "event",
                        "api_version": VERSION,
                        "created": moment,
                        "data": data,
                        "livemode": is_live,
                        "pending_webhooks": 0,
                        "request": {"id": None, "idempotency_key": None},
                        "type": kind,
                    }
                )

        for account in self.ledger.of("stripe"):
            self._customer_events(account, happened)
        for payment in self.objects.payments:
            self._payment_events(payment, happened)
        return found

    def _customer_events(self, account: Account, happened: Any) -> None:
        def build(moment: int) -> Row:
            return self.objects.customer(account, moment)

        happened("customer.created", account.opened, account.key, build)
        for moment, _ in self.objects.email_changes(account):
            happened(
                "customer.updated",
                moment,
                account.key,
                build,
                {"email": self.objects.customer(account, moment - 1)["email"]},
            )
        if account.closed is not None:
            happened(
                "customer.deleted", moments.instant(account.closed, 43_200), account.key, build
            )

    def _payment_events(self, payment: Payment, happened: Any) -> None:
        key, live = payment.key, payment.is_live

        def intent(moment: int) -> Row:
            return self.objects.intent(payment, moment)

        happened(
            "payment_intent.created",
            payment.created,
            key,
            lambda moment: self.objects.intent(payment, moment - 1),
            None,
            live,
        )
        for number, attempt in enumerate(payment.attempts):
            paid = attempt.decline is None
            happened(
                "charge.succeeded" if paid else "charge.failed",
                attempt.moment,
                f"{key}/{number}",
                lambda moment, number=number: self.objects.charge(payment, number, moment),
                None,
                live,
            )
            kind = "payment_failed"
            if paid:
                kind = "succeeded" if payment.is_captured else "amount_capturable_updated"
            happened(
                f"payment_intent.{kind}", attempt.moment, f"{key}/{number}", intent, None, live
            )
        if payment.cancelled is not None:
            happened("payment_intent.canceled", payment.cancelled, key, intent, None, live)
        number = len(payment.attempts) - 1
        for refund in payment.refunds:
            happened(
                "charge.refunded",
                refund.moment,
                refund.key,
                lambda moment: self.objects.charge(payment, number, moment),
                {
                    "amount_refunded": self.objects.charge(payment, number, refund.moment - 1)[
                        "amount_refunded"
                    ]
                },
                live,
            )
            if refund.settles > refund.moment:
                happened(
                    "charge.refund.updated",
                    refund.settles,
                    refund.key,
                    lambda moment, refund=refund: self.objects.refund(payment, refund, moment),
                    {"status": "pending"},
                    live,
                )
