"""QuickBooks' query language over rows: `select * from X where a and b orderby c startposition n
maxresults m`.

Keywords may be written in any case, properties and entities as the schema writes them. A question
that cannot be read is fault 4000, one that asks for what there is not is fault 4001. `like` is
left out.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

Row = dict[str, Any]
MOST, USUAL = 1_000, 100
TIMES = {"MetaData.LastUpdatedTime", "MetaData.CreateTime"}
OF_ENTRIES = TIMES | {"Id", "TxnDate", "TotalAmt", "DocNumber"}
OF_ACCOUNTS = TIMES | {"Id", "Name", "Active", "AccountType", "AccountSubType", "Classification"}
QUESTION = re.compile(
    r"\s*select\s+(?P<what>\*|count\(\*\))\s+from\s+(?P<entity>\w+)"
    r"(?:\s+where\s+(?P<where>.+?))?"
    r"(?:\s+order\s?by\s+(?P<order>[\w.]+)(?:\s+(?P<direction>asc|desc))?)?"
    r"(?:\s+startposition\s+(?P<start>\d+))?(?:\s+maxresults\s+(?P<most>\d+))?\s*",
    re.IGNORECASE | re.DOTALL,
)
CONDITION = re.compile(
    r"\s*(?P<name>[\w.]+)\s*(?P<sign>>=|<=|=|<|>|\s+in)\s*(?P<value>'[^']*'|\([^)]*\)|[\w.-]+)\s*",
    re.IGNORECASE,
)


class BadQuestion(Exception):
    """A question that the service refuses, with its fault's code and detail."""

    def __init__(self, code: str, detail: str) -> None:
        """A fault of a code."""
        super().__init__(detail)
        self.code, self.detail = code, detail


@dataclass(frozen=True)
class Question:
    """A question that was understood; `start` counts from 1."""

    entity: str
    is_count: bool
    conditions: list[tuple[str, str, list[Any]]]
    order: str | None
    is_descending: bool
    start: int
    most: int


def read(text: str, entities: tuple[str, ...]) -> Question:
    """Understand a question.

    Raises BadQuestion.
    """
    found = QUESTION.fullmatch(text)
    if found is None:
        raise BadQuestion("4000", f'QueryParserError: Encountered "{text[:30]}"')
    entity, most = found["entity"], int(found["most"] or USUAL)
    if entity not in entities:
        raise BadQuestion("4001", f"QueryValidationError: no metadata found for entity {entity}")
    if most > MOST:
        raise BadQuestion(
            "4001", f"QueryValidationError: value {most} is too large. Max allowed value is {MOST}."
        )
    conditions = [condition(part, entity) for part in split(found["where"] or "")]
    order = known(found["order"], entity) if found["order"] else None
    is_count, is_descending = found["what"] != "*", (found["direction"] or "").lower() == "desc"
    start = max(1, int(found["start"] or 1))
    return Question(entity, is_count, conditions, order, is_descending, start, most)


def split(where: str) -> list[str]:
    """The conditions between `and`s."""
    return re.split(r"\s+and\s+", where, flags=re.IGNORECASE) if where.strip() else []


def condition(text: str, entity: str) -> tuple[str, str, list[Any]]:
    """One condition: property, sign, and the values to compare with."""
    found = CONDITION.fullmatch(text)
    if found is None:
        raise BadQuestion("4000", f'QueryParserError: Encountered "{text[:30]}"')
    name, sign = known(found["name"], entity), found["sign"].strip().lower()
    written = found["value"].strip("()").split(",") if sign == "in" else [found["value"]]
    return name, sign, [comparable(name, one.strip().strip("'")) for one in written]


def known(name: str, entity: str) -> str:
    """A property as the schema writes it; `Metadata` is borne with."""
    name = re.sub(r"^metadata\.", "MetaData.", name, flags=re.IGNORECASE)
    if name not in (OF_ACCOUNTS if entity == "Account" else OF_ENTRIES):
        raise BadQuestion(
            "4001", f"QueryValidationError: Property {name} not found for Entity {entity}"
        )
    return name


def comparable(name: str, value: Any) -> Any:
    """A value of a property as something with an order."""
    text = str(value)
    try:
        if name in TIMES:
            time = datetime.fromisoformat(text)
            return time if time.tzinfo else time.replace(tzinfo=UTC)
        if name == "TxnDate":
            return date.fromisoformat(text)
        if name in ("Id", "TotalAmt"):
            return float(text)
    except ValueError:
        raise BadQuestion(
            "4001", f"QueryValidationError: Invalid value {text[:30]} for {name}"
        ) from None
    return text.lower() if name == "Active" else text


def value_of(row: Row, name: str) -> Any:
    """A property of a row, comparable."""
    first, _, second = name.partition(".")
    return comparable(name, row[first][second] if second else row.get(first, ""))


def passes(row: Row, name: str, sign: str, wanted: list[Any]) -> bool:
    """Whether a row meets one condition."""
    found, first = value_of(row, name), wanted[0]
    return bool(
        {
            "in": found in wanted,
            "=": found == first,
            ">": found > first,
            ">=": found >= first,
            "<": found < first,
            "<=": found <= first,
        }[sign]
    )


def matching(rows: list[Row], question: Question) -> list[Row]:
    """The rows that answer a question, all of them, in the order that it asks for."""
    found = [row for row in rows if all(passes(row, *one) for one in question.conditions)]
    if question.order:
        by = question.order
        found.sort(key=lambda row: (value_of(row, by), int(row["Id"])))
        if question.is_descending:
            found.reverse()
    return found
