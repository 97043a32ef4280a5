"""SendGrid's objects: what became of each e-mail, day by day, and which addresses are left out.

Shapes are those of the v3 API and of its event webhook. An address is shown as it was typed, and a
mistyped one is nobody's. Few events are told a day late, or a second time, as the webhook does.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from scripts.sandbox import moments
from scripts.sandbox.errors import Errors
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.mailing import BEFORE_DAY_0, Happening, link, outcomes
from scripts.sandbox.model import Mail, Person

Row = dict[str, Any]
SENDER = "hello@post.example.org"
OUR_IP, THEIR_IP = "192.0.2.40", "198.51.100.7"
BROWSER = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36"
TOLD_LATE, TOLD_TWICE = 0.03, 0.02
FEED_DAYS = 30
CATEGORIES: dict[str, str | list[str]] = {
    "waiver": "waiver",
    "receipt": ["receipt"],
    "booking": ["booking", "confirmation"],
}
METRICS = [
    "blocks", "bounce_drops", "bounces", "clicks", "deferred", "delivered", "invalid_emails",
    "opens", "processed", "requests", "spam_report_drops", "spam_reports", "unique_clicks",
    "unique_opens", "unsubscribe_drops", "unsubscribes",
]  # fmt: skip
COUNTED = {
    "delivered": "delivered", "deferred": "deferred", "open": "opens", "click": "clicks",
    "spamreport": "spam_reports", "unsubscribe": "unsubscribes",
}  # fmt: skip
DROPS = {
    "Bounced Address": "bounce_drops",
    "Unsubscribed Address": "unsubscribe_drops",
    "Spam Reporting Address": "spam_report_drops",
}
UNKNOWN_MAILBOX = "550 5.1.1 The email account that you tried to reach does not exist."
GREYLISTED = "450 4.2.1 The user is receiving mail at a rate that prevents delivery."
# Key, name, generation, and each version as (days after day 0, name, subject).
TEMPLATES = [
    ("waiver", "Waiver signed", "dynamic", [(-400, "v1", "Your waiver is signed")]),
    ("receipt", "Receipt", "dynamic", [(-400, "v1", "Your receipt"), (4, "v2", "Your receipt")]),
    ("booking", "Booking confirmed", "dynamic",
     [(-380, "v1", "You are booked"), (-45, "v2", "You are booked: {{product}}")]),
    ("party", "Birthday party reminder", "dynamic", [(2, "v1", "Your party is on {{day}}")]),
    ("closing", "Closing days", "legacy", [(-700, "2024", "We are closed on <%body%>")]),
]  # fmt: skip


class Told(NamedTuple):
    """An event of an e-mail and when SendGrid told it; it may be told twice."""

    mail: Mail
    place: int
    row: Happening
    told: int


class Objects:
    """Builds every object of one ledger, as of its clock."""

    def __init__(self, ledger: Ledger) -> None:
        """Objects of one ledger."""
        self.ledger, self.chance, self.errors = ledger, ledger.chance, Errors(ledger)
        self.horizon = ledger.horizon
        self.opened = max(
            ledger.settings.start, ledger.settings.today - timedelta(days=BEFORE_DAY_0)
        )

    @cached_property
    def mails(self) -> list[Mail]:
        """Every e-mail to the address that was typed, errors included."""
        found = []
        for one in self.ledger.mails:
            key = f"sendgrid:{one.address}"
            seen = self.errors.seen("sendgrid", key, one.person, "email", one.address)
            typed = seen or one.address
            is_wrong = typed.strip().lower() != one.address.lower()
            found.append(replace(one, address=typed, fate="bounce" if is_wrong else one.fate))
        return found

    @cached_property
    def told(self) -> list[Told]:
        """Every event that SendGrid has told by the clock, each once, in the order of telling."""
        done = outcomes(self.chance, self.mails, self.horizon)
        found = []
        for mail in self.mails:
            for place, row in enumerate(done[mail.key]):
                name = (mail.key, "told", place)
                is_late = self.chance.u(*name, "late") < TOLD_LATE
                wait = self.chance.whole(*((21_600, 100_000) if is_late else (1, 4)), *name)
                if row.moment + wait < self.horizon:
                    found.append(Told(mail, place, row, row.moment + wait))
        return sorted(found, key=lambda one: (one.told, one.mail.key, one.place))

    @cached_property
    def recipients(self) -> dict[str, Person]:
        """Whose each address is that an event names; whoever was first keeps it."""
        found: dict[str, Person] = {}
        for one in self.told:
            found.setdefault(one.mail.address.strip().lower(), one.mail.person)
        return found

    # -- ids ---------------------------------------------------------------------------

    def message_id(self, mail: Mail) -> str:
        """As `sg_message_id` has it."""
        head = self.chance.token(22, "sendgrid", mail.key)
        return (
            f"{head}.recvd-5b7c6d8f9-x2v4q-1-{self.chance.token(8, 'rack', mail.key).upper()}-1.0"
        )

    def event(self, one: Told) -> Row:
        """An event as the webhook posts it."""
        mail, happened = one.mail, one.row
        row: Row = {
            "email": mail.address,
            "timestamp": happened.moment,
            "smtp-id": f"<{self.chance.token(22, 'sendgrid', mail.key)}@geopod-ismtpd-2>",
            "event": happened.what,
            "category": CATEGORIES[mail.kind],
            "sg_event_id": self.chance.token(48, "sendgrid event", mail.key, one.place),
            "sg_message_id": self.message_id(mail),
        }
        if happened.what == "delivered":
            row |= {"response": "250 2.0.0 OK", "ip": OUR_IP, "tls": 1}
        elif happened.what == "deferred":
            row |= {"response": GREYLISTED, "attempt": "1", "ip": OUR_IP}
        elif happened.what == "bounce":
            is_blocked = happened.why == "blocked"
            row |= {
                "reason": GREYLISTED if is_blocked else UNKNOWN_MAILBOX,
                "status": "4.2.1" if is_blocked else "5.1.1",
                "type": "blocked" if is_blocked else "bounce",
                "ip": OUR_IP,
            }
        elif happened.what == "dropped":
            row |= {"reason": happened.why, "status": "5.0.0"}
        elif happened.what in ("open", "click"):
            row |= {"useragent": BROWSER, "ip": THEIR_IP}
            if happened.what == "click":
                row["url"] = link(mail)
        return row

    def posts(self) -> Iterator[tuple[date, Row]]:
        """Every post to the webhook with the day (UTC) of its arrival, repeated ones included."""
        found = []
        for one in self.told:
            found.append((one.told, one))
            if self.chance.u(one.mail.key, "told twice", one.place) < TOLD_TWICE:
                again = one.told + self.chance.whole(60, 3_600, one.mail.key, "again", one.place)
                if again < self.horizon:
                    found.append((again, one))
        for told, one in sorted(found, key=lambda row: (row[0], row[1].mail.key, row[1].place)):
            yield moments.utc(told).date(), self.event(one)

    # -- lists -------------------------------------------------------------------------

    def stats(self) -> list[Row]:
        """The figures of each day since the account was opened, on the gym's own calendar."""
        days: dict[date, Counter[str]] = {}
        day = self.opened
        while day <= self.ledger.clock:
            days[day] = Counter()
            day += timedelta(days=1)
        for mail in self.mails:
            counted = days[moments.day_of(mail.moment)]
            counted["requests"] += 1
        first: set[tuple[str, str]] = set()
        for one in sorted(self.told, key=lambda told: (told.row.moment, told.mail.key, told.place)):
            counted, what = days[moments.day_of(one.row.moment)], one.row.what
            if what == "dropped":
                counted[DROPS[one.row.why or ""]] += 1
            elif what == "bounce":
                counted["blocks" if one.row.why else "bounces"] += 1
            else:
                counted[COUNTED[what]] += 1
            if what in ("open", "click") and (one.mail.key, what) not in first:
                first.add((one.mail.key, what))
                counted[f"unique_{what}s"] += 1
        for counted in days.values():
            counted["processed"] = counted["requests"] - sum(
                counted[drop] for drop in DROPS.values()
            )
        return [figures(day, counted) for day, counted in days.items()]

    def suppressed(self, what: str) -> list[Row]:
        """The addresses that bounced, complained or unsubscribed, the last one first."""
        found: dict[str, Row] = {}
        for one in self.told:
            address = one.mail.address.strip().lower()
            if one.row.what != what or one.row.why or address in found:
                continue
            row: Row = {"email": address, "created": one.row.moment}
            if what == "bounce":
                row |= {"reason": UNKNOWN_MAILBOX, "status": "5.1.1"}
            elif what == "spamreport":
                row["ip"] = OUR_IP
            found[address] = row
        return sorted(found.values(), key=lambda row: (-row["created"], row["email"]))

    def messages(self) -> list[Row]:
        """The activity feed of the last days, the last event first."""
        did: dict[str, list[Told]] = {}
        for one in self.told:
            did.setdefault(one.mail.key, []).append(one)
        edge, rows = self.horizon - FEED_DAYS * moments.DAY, []
        for mail in self.mails:
            own = did.get(mail.key, [])
            last = max([mail.moment, *(one.row.moment for one in own)])
            if last < edge:
                continue
            kinds = Counter(one.row.what for one in own)
            status = "delivered" if kinds["delivered"] else "processed"
            if kinds["bounce"] or kinds["dropped"]:
                status = "not_delivered"
            rows.append(
                {
                    "from_email": SENDER,
                    "msg_id": self.message_id(mail),
                    "subject": mail.subject,
                    "to_email": mail.address,
                    "status": status,
                    "opens_count": kinds["open"],
                    "clicks_count": kinds["click"],
                    "last_event_time": f"{moments.utc(last).isoformat()}Z",
                }
            )
        return sorted(rows, key=lambda row: (row["last_event_time"], row["msg_id"]), reverse=True)

    def templates(self) -> list[Row]:
        """The templates that there are, the last changed first."""
        rows = []
        for key, name, generation, versions in TEMPLATES:
            days = [self.ledger.settings.today + timedelta(days=day) for day, *_ in versions]
            made = [one for one in zip(days, versions, strict=True) if one[0] <= self.ledger.clock]
            if not made:
                continue
            code = f"{self.chance.bits('template', key, 'a'):016x}"
            code += f"{self.chance.bits('template', key, 'b'):016x}"
            template = f"d-{code}" if generation == "dynamic" else uuid(code)
            shown = [
                {
                    "id": uuid(f"{self.chance.bits('version', key, word):016x}{code[:16]}"),
                    "template_id": template,
                    "active": int(day == made[-1][0]),
                    "name": word,
                    "generate_plain_content": True,
                    "subject": subject,
                    "updated_at": f"{day.isoformat()} 16:30:00",
                    "editor": "code",
                    "thumbnail_url": f"//thumbnails.example.org/{code[:12]}-{word}.png",
                }
                for day, (_, word, subject) in reversed(made)
            ]
            rows.append(
                {
                    "id": template,
                    "name": name,
                    "generation": generation,
                    "updated_at": shown[0]["updated_at"],
                    "versions": shown,
                }
            )
        return sorted(rows, key=lambda row: (row["updated_at"], row["id"]), reverse=True)


def figures(day: date, counted: Counter[str] | None = None) -> Row:
    """One day of the statistics; nothing happened where nothing is counted."""
    metrics = {name: counted[name] if counted else 0 for name in METRICS}
    return {"date": day.isoformat(), "stats": [{"metrics": metrics}]}


def uuid(code: str) -> str:
    """32 hexadecimal digits written as a UUID."""
    return "-".join([code[:8], code[8:12], code[12:16], code[16:20], code[20:32]])
