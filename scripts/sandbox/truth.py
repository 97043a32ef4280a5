"""What really happened, written beside the vendors' APIs and never read by them.

One parquet file a table, with fixed columns: who is who, which record is whose, who paid, entered
and came together. Money is decimal dollars, instants are naive UTC. Rows follow what the systems
show at the clock: a corrected check-in counts at its new time, a removed one no longer, and a
refund once it has succeeded.

* `payments.paid_at` is the moment of success, or of creation for what was never paid.
* `payments.payer_person_id` is empty for sales at the desk, which name nobody; their lines say for
  whom a pass was bought.
* A line's key is the vendor's own where a basket has lines; a try that was refused has none.
* `consent.contact_point` is an address in lower case.
* A record of a deleted customer stays as long as some other row names it.
* People whom only an emergency contact names live in households of their own.
"""

import json
import os
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from scripts.sandbox import moments, vendors
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.model import Payment
from scripts.sandbox.people import folded
from scripts.sandbox.products import tax_within
from scripts.sandbox.truth_events import events
from scripts.sandbox.vendors.base import Record, Vendor

TEXT, FLAG, DAY, INSTANT = pa.string(), pa.bool_(), pa.date32(), pa.timestamp("us")
MONEY, COUNT = pa.decimal128(18, 2), pa.int64()
TABLES: dict[str, dict[str, pa.DataType]] = {
    "people": {
        "person_id": TEXT,
        "household_id": TEXT,
        "given_name": TEXT,
        "family_name": TEXT,
        "birth_date": DAY,
        "is_minor": FLAG,
    },
    "records": {"record_key": TEXT, "source": TEXT, "person_id": TEXT, "is_linkable": FLAG},
    "guardians": {"guardian_person_id": TEXT, "child_person_id": TEXT},
    "cases": {"case": TEXT, "record_key_a": TEXT, "record_key_b": TEXT, "is_same_person": FLAG},
    "payments": {
        "payment_key": TEXT,
        "payer_person_id": TEXT,
        "paid_at": INSTANT,
        "gross": MONEY,
        "refunded": MONEY,
        "fee": MONEY,
        "tax": MONEY,
        "status": TEXT,
    },
    "payment_lines": {
        "payment_key": TEXT,
        "line_key": TEXT,
        "product": TEXT,
        "category": TEXT,
        "quantity": COUNT,
        "gross": MONEY,
        "discount": MONEY,
        "tax": MONEY,
        "for_person_id": TEXT,
    },
    "totals": {
        "source": TEXT,
        "month": DAY,
        "gross": MONEY,
        "refunds": MONEY,
        "fees": MONEY,
        "net": MONEY,
        "payments": COUNT,
    },
    "visits": {"checkin_id": TEXT, "person_id": TEXT, "group_id": TEXT},
    "passes": {"checkin_id": TEXT, "owner_person_id": TEXT, "user_person_id": TEXT},
    "consent": {
        "contact_point": TEXT,
        "channel": TEXT,
        "state": TEXT,
        "effective_at": INSTANT,
        "is_explicit": FLAG,
    },
    "events": {"person_id": TEXT, "event_type": TEXT, "occurred_at": INSTANT, "source_key": TEXT},
    "received": {
        "destination": TEXT,
        "record_key": TEXT,
        "action": TEXT,
        "value": TEXT,
        "received_at": INSTANT,
    },
}
Rows = list[tuple[Any, ...]]


def folder(data_dir: Path) -> Path:
    """Where the truth of a data folder's town lies."""
    return data_dir / "sandbox" / "truth"


def dollars(cents: int) -> Decimal:
    """Cents as exact decimal dollars."""
    return Decimal(cents).scaleb(-2)


def tables(ledger: Ledger, views: list[Vendor] | None = None) -> dict[str, Rows]:
    """Every truth table as rows in the order of its columns."""
    shown = vendors.views(ledger) if views is None else views
    keys: dict[str, str] = {}
    payment_keys: dict[str, str] = {}
    line_keys: dict[str, str] = {}
    fees: dict[str, int] = {}
    for view in shown:
        keys.update(view.keys())
        for key, name in view.payment_keys().items():
            payment_keys[key] = name
        line_keys.update(view.line_keys())
        fees.update({one.key: view.fee(one) for one in ledger.payments if one.source == view.name})
    records = [record for view in shown for record in view.records()]
    counted = [
        one
        for one in ledger.payments
        if one.is_live and one.is_captured and one.key in payment_keys
    ]
    company = Counter(one.group for one in ledger.visits)
    existing = {record.record_key for record in records}
    return {
        "people": [
            (
                one.person_id,
                one.household_id,
                one.at("given", ledger.clock),
                one.at("family", ledger.clock),
                one.birth,
                one.is_minor(ledger.clock),
            )
            for one in [*ledger.people, *ledger.gym.kin.relatives]
        ],
        "records": list(_records(records)),
        "guardians": [
            (guardian.person_id, one.person_id)
            for one in ledger.people
            for guardian in one.guardians
        ],
        "cases": sorted(
            (pair.case, *sorted((keys[pair.a], keys[pair.b])), pair.is_same)
            for pair in ledger.pairs
            if keys.get(pair.a) in existing and keys.get(pair.b) in existing
        ),
        "payments": [
            _payment(one, payment_keys[one.key], fees[one.key], ledger) for one in counted
        ],
        "payment_lines": [
            line for one in counted for line in _lines(one, payment_keys[one.key], line_keys)
        ],
        "totals": _totals(counted, fees, ledger),
        "visits": [
            (
                str(one.number),
                one.account.person.person_id,
                one.group if company[one.group] > 1 else None,
            )
            for one in ledger.visits
        ],
        "passes": [
            (str(one.number), one.owner.person.person_id, one.account.person.person_id)
            for one in ledger.visits
            if one.owner is not None
        ],
        "consent": sorted(
            (
                (contact, channel, state, moments.utc(moment), is_explicit)
                for view in shown
                for contact, channel, state, moment, is_explicit in view.consents()
            ),
            key=lambda row: (row[0], row[1], row[3]),
        ),
        "events": sorted(
            events(ledger, counted, payment_keys, shown),
            key=lambda row: (row[2], row[3], row[0], row[1]),
        ),
        "received": [],
    }


def refunded(payment: Payment, ledger: Ledger) -> int:
    """Cents of refunds that have succeeded by the clock."""
    return sum(
        one.cents for one in payment.refunds if not one.fails and one.settles < ledger.horizon
    )


def received(payment: Payment) -> int:
    """Cents received: the whole amount, or nothing."""
    return payment.cents if payment.success is not None else 0


def _payment(one: Payment, key: str, fee: int, ledger: Ledger) -> tuple[Any, ...]:
    gross = received(one)
    status = "succeeded" if gross else "canceled" if one.cancelled else one.unpaid
    moment = one.success if one.success is not None else one.created
    return (
        key,
        one.payer.person_id if one.is_payer_known else None,
        moments.utc(moment),
        dollars(gross),
        dollars(refunded(one, ledger)),
        dollars(fee),
        dollars(tax_of(one)),
        status,
    )


def tax_of(payment: Payment) -> int:
    """Cents of tax in what was received: what the lines say, else what is inside the amount."""
    gross = received(payment)
    if payment.lines:
        return sum(one.tax for one in payment.lines) if gross else 0
    return tax_within(gross)


def _lines(one: Payment, key: str, line_keys: dict[str, str]) -> Iterator[tuple[Any, ...]]:
    gross, whom = received(one), one.for_person.person_id if one.for_person else None
    for line in one.lines:
        yield (
            key,
            line_keys[line.key],
            line.product,
            line.category,
            line.quantity,
            dollars(line.gross if gross else 0),
            dollars(line.discount if gross else 0),
            dollars(line.tax if gross else 0),
            line.for_person.person_id if line.for_person else None,
        )
    if not one.lines and one.basket is None:
        yield (
            key,
            f"{key}:1",
            one.product,
            one.category,
            one.quantity,
            dollars(gross),
            dollars(0),
            dollars(tax_within(gross)),
            whom,
        )


def _totals(payments: list[Payment], fees: dict[str, int], ledger: Ledger) -> Rows:
    sums: dict[tuple[str, date], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for one in payments:
        if one.success is None:
            continue
        month = sums[one.source, moments.day_of(one.success).replace(day=1)]
        month[0] += one.cents
        month[2] += fees[one.key]
        month[3] += 1
        for refund in one.refunds:
            if not refund.fails and refund.settles < ledger.horizon:
                sums[one.source, moments.day_of(refund.moment).replace(day=1)][1] += refund.cents
    return [
        (
            source,
            month,
            dollars(gross),
            dollars(back),
            dollars(fee),
            dollars(gross - back - fee),
            count,
        )
        for (source, month), (gross, back, fee, count) in sorted(sums.items())
    ]


def _records(records: list[Record]) -> Iterator[tuple[Any, ...]]:
    """Records, and whether something leads from each to another record of its person."""
    by_person: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        by_person[record.person.person_id].append(record)
    for record in sorted(records, key=lambda one: one.record_key):
        own = by_person[record.person.person_id]
        marks = identifiers(record)
        linked = len(own) == 1 or any(marks & identifiers(one) for one in own if one is not record)
        yield record.record_key, record.source, record.person.person_id, linked


def identifiers(record: Record) -> set[str]:
    """What records can share: mailbox, phone, card; name with birth date or purchase."""
    found = {f"card {one}" for one in record.contexts if one.startswith("card:")}
    if record.email and (mail := mailbox(record.email)):
        found.add(f"mail {mail}")
    digits = "".join(letter for letter in record.phone or "" if letter.isdigit())[-10:]
    if len(digits) == 10 and digits != "5555555555":
        found.add(f"phone {digits}")
    name = folded(record.name or "")
    if name and record.birth:
        found.add(f"name {name} {record.birth}")
    if name:
        found.update(f"name {name} {one}" for one in record.contexts if not one.startswith("card:"))
    return found


def mailbox(email: str) -> str | None:
    """The mailbox an address reaches; `mail.example.org` ignores dots and plus-tags."""
    local, _, host = email.strip().lower().partition("@")
    if host == "mail.example.org":
        local = local.split("+")[0].replace(".", "")
    return f"{local}@{host}" if host else None


def write(data_dir: Path, ledger: Ledger, marker: str) -> Path:
    """Write the truth into a folder beside its place, for `install`; gives that folder."""
    made = folder(data_dir).with_name(f"truth.{os.getpid()}")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    for name, rows in tables(ledger).items():
        pq.write_table(as_table(name, rows), made / f"{name}.parquet")
    (made / "_town.json").write_text(json.dumps(marker))
    return made


def as_table(name: str, rows: Iterable[tuple[Any, ...]]) -> pa.Table:
    """Rows of a truth table with its fixed columns."""
    columns = list(zip(*rows, strict=True)) or [() for _ in TABLES[name]]
    kinds = TABLES[name].items()
    return pa.table(
        {
            column: pa.array(values, type=kind)
            for (column, kind), values in zip(kinds, columns, strict=True)
        }
    )


def install(data_dir: Path, made: Path) -> None:
    """Put a written truth in its place."""
    place, old = folder(data_dir), folder(data_dir).with_name(f"truth.old.{os.getpid()}")
    if place.exists():
        place.rename(old)
    made.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def is_current(data_dir: Path, marker: str) -> bool:
    """Whether the truth was written for this town and day; True where there is none."""
    file = folder(data_dir) / "_town.json"
    return not file.exists() or json.loads(file.read_text()) == marker
