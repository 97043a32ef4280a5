"""How Klaviyo is asked: filters, orders and pages of JSON:API, and what it says to a wrong one.

`select` answers a question about rows that are there; nothing here knows what the rows are about.
A filter is `and(...)` or a list of conditions with commas between them; an e-mail's letters may be
large or small in it. A cursor holds the place of a row in the order that was asked for.
"""

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from scripts.sandbox.vendors.base import Answer, Row, page_size

ERROR_ID = "00000000-0000-4000-8000-000000000000"
MEDIA = {"Content-Type": "application/vnd.api+json"}
TITLES = {
    400: ("invalid", "Invalid input."),
    401: ("not_authenticated", "Authentication credentials were not provided."),
    403: ("permission_denied", "You do not have permission to perform this action."),
    404: ("not_found", "Not found."),
    405: ("method_not_allowed", "Method not allowed."),
    409: ("duplicate_profile", "Conflict."),
    413: ("payload_too_large", "Payload too large."),
    429: ("throttled", "Request was throttled."),
}
TIMES = {"greater-than", "greater-or-equal", "less-than", "less-or-equal"}


@dataclass(frozen=True)
class Question:
    """What may be asked of one list.

    Page sizes are (default, most), None where the size is fixed at the default. `filters` are
    operators by field, `sorts` the fields that may lead.
    """

    size: int
    most: int | None
    filters: dict[str, set[str]]
    sorts: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()
    more: tuple[str, ...] = ()


@dataclass
class Found:
    """The rows that pass a filter, in the order asked for, and the place of each."""

    rows: list[Row]
    places: dict[str, int] = field(default_factory=dict)


class Refusal(Exception):
    """A request that Klaviyo answers with errors."""

    def __init__(
        self,
        status: int,
        detail: str | None = None,
        parameter: str | None = None,
        pointer: str = "/data/",
        **meta: str,
    ):
        """A refusal of a status: of a parameter, or of what a pointer means in the body."""
        super().__init__(detail)
        self.answer = problem(status, detail, parameter, pointer, **meta)


def problem(
    status: int,
    detail: str | None = None,
    parameter: str | None = None,
    pointer: str = "/data/",
    **meta: str,
) -> Answer:
    """An error document as Klaviyo writes it."""
    code, title = TITLES.get(status, ("error", "A server error occurred."))
    source = {"parameter": parameter} if parameter else {"pointer": pointer}
    error: Row = {"id": ERROR_ID, "code": code, "title": title, "detail": detail or title}
    error |= {"source": source} | ({"meta": meta} if meta else {})
    return Answer(status, {"errors": [error]}, dict(MEDIA))


def check(question: Question, query: dict[str, str]) -> None:
    """Refuse parameters that the list does not have, and pages that are too large."""
    known = {"page[cursor]", "filter", *question.more}
    known |= {"sort"} if question.sorts else set()
    known |= {"include"} if question.includes else set()
    known |= {"page[size]"} if question.most else set()
    for name in query:
        if name not in known and not name.startswith("fields["):
            raise Refusal(400, f"'{name}' is not a valid parameter.", name)
    size = query.get("page[size]", "1")
    if not size.isdigit() or not 1 <= int(size) <= (question.most or 1):
        raise Refusal(400, f"Page size must be between 1 and {question.most}.", "page[size]")
    for name in filter(None, query.get("include", "").split(",")):
        if name not in question.includes:
            raise Refusal(400, f"'{name}' is not a valid include.", "include")


def conditions(question: Question, text: str) -> list[tuple[str, str, list[str]]]:
    """(operator, field, values) of a filter."""
    if not text:
        return []
    found = []
    inner = re.fullmatch(r"and\((.*)\)", text.strip())
    for part in split(inner[1] if inner else text):
        match = re.fullmatch(r"([a-z-]+)\(([\w.$-]+),(.*)\)", part.strip())
        if match is None:
            raise Refusal(400, f"'{part}' is not a valid filter.", "filter")
        operator, name, given = match.groups()
        if operator not in question.filters.get(name, set()):
            raise Refusal(400, f"Cannot filter on '{name}' with operation '{operator}'.", "filter")
        values = split(given.strip()[1:-1]) if given.strip().startswith("[") else [given]
        found.append((operator, name, [bare(value) for value in values]))
    return found


def split(text: str) -> list[str]:
    """The parts between commas that stand in no brackets and no quotes."""
    parts, depth, quote, begun = [], 0, "", 0
    for place, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in "([":
            depth += 1
        elif letter in ")]":
            depth -= 1
        elif letter == "," and not depth:
            parts.append(text[begun:place])
            begun = place + 1
    return [*parts, text[begun:]]


def bare(text: str) -> str:
    """A value without its quotes."""
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text


def passes(operator: str, values: list[str], found: list[Any]) -> bool:
    """Whether any of the values that a row has meets a condition."""
    if operator in TIMES:
        edge = comparable(values[0])
        return any(
            {
                "greater-than": one > edge,
                "greater-or-equal": one >= edge,
                "less-than": one < edge,
                "less-or-equal": one <= edge,
            }[operator]
            for one in map(comparable, found)
        )
    texts = [str(one).lower() if isinstance(one, bool) else str(one) for one in found]
    if operator == "contains":
        return any(values[0] in text for text in texts)
    return any(value in texts for value in values)


def comparable(value: Any) -> float:
    """An instant in seconds, from ISO 8601 or a number."""
    try:
        if isinstance(value, int) or str(value).isdigit():
            return float(value)
        moment = datetime.fromisoformat(str(value).replace(" ", "+"))
    except ValueError:
        raise Refusal(400, f"'{value}' is not a valid datetime.", "filter") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def values_at(row: Any, path: str) -> list[Any]:
    """What lies at `a.b` in a row, in every element where there is a list on the way."""
    if isinstance(row, list):
        return [value for one in row for value in values_at(one, path)]
    if not path:
        return [] if row is None else [row]
    name, _, rest = path.partition(".")
    return values_at(row.get(name), rest) if isinstance(row, dict) else []


def arranged(
    rows: list[Row],
    question: Question,
    query: dict[str, str],
    read: Callable[[Row, str], list[Any]],
) -> Found:
    """The rows that pass the filter, in order; `read` gives the values of a field of a row."""
    for operator, name, values in conditions(question, query.get("filter", "")):
        if name == "email":
            values = [value.lower() for value in values]
            rows = [
                row
                for row in rows
                if passes(operator, values, [str(one).lower() for one in read(row, name)])
            ]
        else:
            rows = [row for row in rows if passes(operator, values, read(row, name))]
    sort = query.get("sort", "")
    if sort:
        name = sort.removeprefix("-")
        if name not in question.sorts:
            raise Refusal(400, f"'{sort}' is not a valid sort.", "sort")
        rows = sorted(
            rows,
            key=lambda row: ([str(one) for one in read(row, name)][:1], row["id"]),
            reverse=sort.startswith("-"),
        )
    return Found(rows, {row["id"]: place for place, row in enumerate(rows)})


def paged(found: Found, question: Question, query: dict[str, str]) -> tuple[list[Row], Row]:
    """The rows of a page, and the cursors of the pages before and behind it."""
    size = page_size(int(query.get("page[size]", question.size)))
    begun = 0
    if "page[cursor]" in query:
        code, is_forward = read_cursor(query["page[cursor]"])
        place = found.places.get(code)
        if place is None:
            raise Refusal(400, "The cursor is no longer valid.", "page[cursor]")
        begun = place + 1 if is_forward else max(0, place - size)
    page = found.rows[begun : begun + size]
    is_last = begun + size >= len(found.rows)
    return page, {
        "next": None if is_last or not page else cursor(page[-1], True),
        "prev": cursor(page[0], False) if begun and page else None,
    }


def cursor(row: Row, is_forward: bool) -> str:
    """The place of a row."""
    return base64.urlsafe_b64encode(json.dumps([row["id"], is_forward]).encode()).decode()


def read_cursor(text: str) -> tuple[str, bool]:
    """The row and the direction that a cursor means."""
    try:
        code, is_forward = json.loads(base64.urlsafe_b64decode(text))
    except ValueError:
        raise Refusal(400, "The cursor is not valid.", "page[cursor]") from None
    return str(code), bool(is_forward)
