"""Twilio's messages: ids, how far each has got by the clock, and what it cost.

Shapes are those of the API of 2010. Most messages are delivered and priced within seconds; for
some the carrier's word or the price comes the next day, which changes a row that was there before.
"""

from typing import Any, NamedTuple

from scripts.sandbox import moments
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.model import Text

Row = dict[str, Any]
ACCOUNT = "AC" + "5a" * 16
SERVICE = "MG" + "5b" * 16
OUR_NUMBER = "+12545550150"
PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Messages"
OUTCOMES = [
    (("delivered", None, None), 96.4),
    (("undelivered", 30003, "Unreachable destination handset"), 1.2),
    (("undelivered", 30005, "Unknown destination handset"), 0.9),
    (("undelivered", 30006, "Landline or unreachable carrier"), 0.6),
    (("undelivered", 30007, "Message filtered"), 0.6),
    (("failed", 30008, "Unknown error"), 0.3),
]
LATE_WORD, LATE_PRICE = 0.15, 0.20
NEXT_DAY = (36_000, 80_000)  # seconds
CENTS_OUT, CENTS_IN = 830, 790  # hundredths of a cent for each segment
LONGEST, LONGEST_OF_SEVERAL = (
    160,
    153,
)  # characters in a message of one segment, and in each of more


class Step(NamedTuple):
    """A state of a message and since when."""

    moment: int
    status: str
    error: tuple[int, str] | None = None


class Objects:
    """Builds every message of one ledger, as of its clock."""

    def __init__(self, ledger: Ledger) -> None:
        """Messages of one ledger."""
        self.ledger, self.chance, self.horizon = ledger, ledger.chance, ledger.horizon

    def sid(self, one: Text) -> str:
        """SM and 32 hexadecimal digits."""
        high, low = (self.chance.bits("twilio", part, one.key) for part in ("high", "low"))
        return f"SM{high:016x}{low:016x}"

    def steps(self, one: Text) -> list[Step]:
        """Every state of a message, for all time."""
        if one.is_inbound:
            return [Step(one.moment, "received")]
        chance, key = self.chance, one.key
        sent = one.moment + chance.whole(1, 3, key, "sent")
        status, code, why = chance.weighted(OUTCOMES, key, "outcome")
        error = None if code is None or why is None else (code, why)
        if status == "failed" and not one.is_slow:
            return [Step(one.moment, "queued"), Step(sent, status, error)]
        is_late = one.is_slow or chance.u(key, "late word") < LATE_WORD
        wait = NEXT_DAY if is_late else (1, 30)
        told = sent + chance.whole(*wait, key, "told")
        return [Step(one.moment, "queued"), Step(sent, "sent"), Step(told, status, error)]

    def rated(self, one: Text) -> int:
        """When a message has its price."""
        is_late = one.is_slow or self.chance.u(one.key, "late price") < LATE_PRICE
        wait = NEXT_DAY if is_late else (2, 40)
        return one.moment + self.chance.whole(*wait, one.key, "rated")

    def message(self, one: Text) -> Row:
        """A message as the list shows it now."""
        steps = [step for step in self.steps(one) if step.moment < self.horizon]
        now, rated = steps[-1], self.rated(one)
        sent = next((step.moment for step in steps if step.status != "queued"), None)
        is_priced = rated < self.horizon and now.status != "failed" and not one.is_network
        segments = -(-len(one.body) // LONGEST_OF_SEVERAL) if len(one.body) > LONGEST else 1
        cost = (CENTS_IN if one.is_inbound else CENTS_OUT) * segments
        uri = f"{PATH}/{self.sid(one)}"
        phone = one.person.phone
        return {
            "account_sid": ACCOUNT,
            "api_version": "2010-04-01",
            "body": one.body,
            "date_created": stamp(one.moment),
            "date_sent": None if sent is None else stamp(sent),
            "date_updated": stamp(max(now.moment, rated if is_priced else now.moment)),
            "direction": direction(one),
            "error_code": now.error and now.error[0],
            "error_message": now.error and now.error[1],
            "from": phone if one.is_inbound else OUR_NUMBER,
            "messaging_service_sid": None if one.is_inbound else SERVICE,
            "num_media": "0",
            "num_segments": str(segments),
            "price": f"-0.{cost:05d}" if is_priced else None,
            "price_unit": "USD",
            "sid": self.sid(one),
            "status": now.status,
            "subresource_uris": {
                "feedback": f"{uri}/Feedback.json",
                "media": f"{uri}/Media.json",
            },
            "to": OUR_NUMBER if one.is_inbound else phone,
            "uri": f"{uri}.json",
        }


def direction(one: Text) -> str:
    """Which way a message went."""
    if one.is_inbound:
        return "inbound"
    return "outbound-reply" if one.is_network else "outbound-api"


def stamp(moment: int) -> str:
    """RFC 2822, in GMT."""
    return f"{moments.utc(moment):%a, %d %b %Y %H:%M:%S} +0000"
