"""Faults and bad rows on demand: what a vendor's bad day looks like to whoever reads from it.

A fault is declared with the source, a path prefix or table name, a kind and how often it strikes
(`times`, null for ever). Faults live in the server's memory; `SANDBOX_FAULTS` (a JSON list)
declares them at its start. Answers are copied before they are spoilt, so the town itself stays
whole.

Kinds that replace the answer: status (`status`, `retry_after`), truncated_json, html, repeat_page,
slow (`seconds`), cursor_expires, reset. A status and a reset come before the system has done what
it was asked; with `"after": true` it has done it, and only the answer is lost. `holding` names a
text that the request's body must hold, `method` its method. Kinds that spoil a row (the first of
each answer, or the one of `id`; in `column` where given): null_id, bad_date, date_2099, long_name,
wrong_type, missing_row, extra_column; `no_rows` takes all of an answer away.
"""

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from scripts.sandbox.vendors.base import Answer, Request, Row, Vendor

IDS = ["id", "email_id", "Id", "sid", "name", "document", "dimensionValues"]
DATES = [
    "created_at",
    "check_in_datetime",
    "start_date",
    "birthday",
    "created",
    "createdAt",
    "last_changed",
    "send_time",
    "last_open",
    "last_click",
    "date_sent",
    "TxnDate",
    "timestamp",
    "created_time",
    "date_start",
    "datetime",
    "createTime",
]
TEXTS = [
    "first_name",
    "name",
    "customer_first_name",
    "description",
    "type",
    "full_name",
    "campaign_title",
    "title",
    "email_address",
    "reason",
    "source_type",
    "body",
    "PrivateNote",
    "caption",
    "text",
]
NUMBERS = [
    "amount",
    "customer_id",
    "owner_id",
    "membership_id",
    "created",
    "order_number",
    "orders_count",
    "version",
    "web_id",
    "emails_sent",
    "total_clicks",
    "open_count",
    "num_segments",
    "TotalAmt",
    "like_count",
    "timestamp",
    "fields",
    "metricValues",
]
IN_2099 = 4_070_908_800
HTML = "<!DOCTYPE html>\n<html><head><title>Just a moment...</title></head><body></body></html>\n"
STOPS = ("status", "reset")
ANSWER_KINDS = {
    "status",
    "truncated_json",
    "html",
    "repeat_page",
    "slow",
    "cursor_expires",
    "reset",
}


class BadFault(Exception):
    """A declaration that names no kind or lacks what its kind needs."""


@dataclass
class Fault:
    """One declared fault; `left` is how often it still strikes, None for ever."""

    source: str
    path: str
    kind: str
    left: int | None
    options: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def declared(cls, given: dict[str, Any]) -> "Fault":
        """A fault from its JSON declaration.

        Raises BadFault.
        """
        left = dict(given)
        kind = str(left.pop("kind", ""))
        if kind not in ANSWER_KINDS | set(SPOILERS):
            raise BadFault(
                f"unknown kind {kind!r}: one of {', '.join(sorted(ANSWER_KINDS | set(SPOILERS)))}"
            )
        if kind == "status" and not isinstance(left.get("status"), int):
            raise BadFault("kind status needs a number as status")
        source, path, times = (
            str(left.pop("source", "")),
            str(left.pop("path", "")),
            left.pop("times", 1),
        )
        return cls(source, path, kind, times, left)

    @property
    def comes_before(self) -> bool:
        """Whether the system never hears of the request."""
        return self.kind in STOPS and not self.options.get("after")

    def strikes(self, source: str, request: Request) -> bool:
        """Whether it is meant for a request; tables may be written with hyphens or underscores."""
        if self.left == 0 or self.source not in ("", source):
            return False
        if self.options.get("method", request.method) != request.method:
            return False
        if self.options.get("holding", "") not in json.dumps(request.body, ensure_ascii=False):
            return False
        wanted = self.path.replace("_", "-").strip("/")
        asked = request.path.replace("_", "-").replace(".json", "").strip("/")
        return not wanted or asked.startswith(wanted) or wanted in asked.split("/")

    def used(self) -> None:
        """It struck once more."""
        if self.left is not None:
            self.left -= 1


@dataclass
class Outcome:
    """What becomes of an answer: the wait before it, and whether the line or the JSON breaks."""

    answer: Answer
    seconds: float = 0.0
    is_reset: bool = False
    is_truncated: bool = False


class Faults:
    """The faults that are declared now, and the last rows of each list, for pages that repeat."""

    def __init__(self, text: str | None = None) -> None:
        """Faults from a JSON list, or none."""
        self.declared = [Fault.declared(one) for one in json.loads(text)] if text else []
        self._last: dict[tuple[str, str], list[Row]] = {}

    def declare(self, given: dict[str, Any] | list[dict[str, Any]]) -> int:
        """Add one fault or several; gives how many there are now."""
        self.declared += [
            Fault.declared(one) for one in (given if isinstance(given, list) else [given])
        ]
        return len(self.declared)

    def clear(self) -> None:
        """Forget every fault."""
        self.declared.clear()
        self._last.clear()

    def asked(self, view: Vendor, request: Request) -> Outcome:
        """What becomes of a request to a vendor, which a fault may keep from it."""
        is_kept = any(one.comes_before and one.strikes(view.name, request) for one in self.declared)
        answer = view.refused(request, 503, {}) if is_kept else view.answer(request)
        return self.apply(view, request, answer)

    def apply(self, view: Vendor, request: Request, answer: Answer) -> Outcome:
        """An answer of a vendor after whatever faults strike the request."""
        outcome = Outcome(answer)
        for fault in self.declared:
            if fault.strikes(view.name, request):
                self._strike(fault, view, request, outcome)
        rows = view.rows_of(answer.body)
        if rows is not None:
            self._last[view.name, request.path] = rows
        return outcome

    def _strike(self, fault: Fault, view: Vendor, request: Request, outcome: Outcome) -> None:
        options, body = fault.options, outcome.answer.body
        rows = view.rows_of(body)
        if fault.kind == "status":
            headers = (
                {"Retry-After": str(options["retry_after"])} if "retry_after" in options else {}
            )
            outcome.answer = view.refused(request, options["status"], headers)
        elif fault.kind == "slow":
            outcome.seconds += float(options.get("seconds", 5))
        elif fault.kind == "reset":
            outcome.is_reset = True
        elif fault.kind == "truncated_json":
            outcome.is_truncated = True
        elif fault.kind == "html":
            outcome.answer = Answer(200, HTML)
        elif fault.kind == "repeat_page":
            last = self._last.get((view.name, request.path))
            if rows is None or last is None or not view.is_later_page(request):
                return
            repeated = copy.deepcopy(body)
            (view.rows_of(repeated) or [])[:] = last
            outcome.answer = Answer(200, repeated, outcome.answer.headers)
        elif fault.kind == "cursor_expires":
            if not view.is_later_page(request):
                return
            outcome.answer = view.expired_cursor()
        elif rows:
            spoilt = copy.deepcopy(body)
            found = view.rows_of(spoilt) or []
            place = place_of(found, options.get("id"))
            if place is None:
                return
            SPOILERS[fault.kind](found, place, options.get("column"))
            outcome.answer = Answer(outcome.answer.status, spoilt, outcome.answer.headers)
        else:
            return
        fault.used()


def place_of(rows: list[Row], wanted: object) -> int | None:
    """The place of the row with an id (the first if none is named), None where it is not
    listed."""
    if wanted is None:
        return 0
    return next(
        (
            place
            for place, row in enumerate(rows)
            if str(wanted) in (str(row.get(name)) for name in IDS)
        ),
        None,
    )


def cell_of(row: Row, wanted: str | None, usual: list[str]) -> tuple[Row, str]:
    """The column to spoil and what holds it: the row, or its `attributes` where it is JSON:API."""
    held = row.get("attributes")
    inner = held if isinstance(held, dict) else {}
    name = wanted or next((one for one in usual if one in inner or one in row), "id")
    return (inner if name in inner else row), name


def _null_id(rows: list[Row], place: int, column: str | None) -> None:
    cells, name = cell_of(rows[place], column, IDS)
    cells[name] = None


def _bad_date(rows: list[Row], place: int, column: str | None) -> None:
    cells, name = cell_of(rows[place], column, DATES)
    cells[name] = "31/02/2026 25:61"


def _date_2099(rows: list[Row], place: int, column: str | None) -> None:
    cells, name = cell_of(rows[place], column, DATES)
    is_number = isinstance(cells.get(name), int)
    old = str(cells.get(name) or "2026-01-01")
    cells[name] = IN_2099 if is_number else "2099-01-01" + old[10:]


def _long_name(rows: list[Row], place: int, column: str | None) -> None:
    cells, name = cell_of(rows[place], column, TEXTS)
    cells[name] = "Anna " * 8_192


def _wrong_type(rows: list[Row], place: int, column: str | None) -> None:
    cells, name = cell_of(rows[place], column, NUMBERS)
    cells[name] = "twelve"


def _missing_row(rows: list[Row], place: int, column: str | None) -> None:
    del rows[place]


def _no_rows(rows: list[Row], place: int, column: str | None) -> None:
    rows.clear()


def _extra_column(rows: list[Row], place: int, column: str | None) -> None:
    for row in rows:
        row[column or "surprise"] = "new"


SPOILERS: dict[str, Callable[[list[Row], int, str | None], None]] = {
    "null_id": _null_id,
    "bad_date": _bad_date,
    "date_2099": _date_2099,
    "long_name": _long_name,
    "wrong_type": _wrong_type,
    "missing_row": _missing_row,
    "extra_column": _extra_column,
    "no_rows": _no_rows,
}
