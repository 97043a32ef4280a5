"""Tables that cost a call for each row of another table: whom to ask today, and who was asked.

A rationed table names its parent table and how many calls a day may make. What the table `asked`
of the same source holds decides: those whose row has changed since, then those never asked, newest
first, then the longest unasked. The choice of a day rests on what was known before that day, so
that a run which was killed, or comes a second time, chooses the same and asks nobody twice. Nothing
here opens a file or a connection.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from extract.exact_json import write_json


@dataclass(frozen=True)
class Asked:
    """When a parent was last asked about, what its row looked like, and how many rows came.

    `before` is the same of the time before that; a line of a load that was killed is not
    `complete`.
    """

    on: date
    mark: str
    rows: int
    before: "Asked | None" = None
    is_complete: bool = True

    def known_before(self, day: date) -> "Asked | None":
        """What was known when a day began."""
        return self.before if self.on == day else self


def mark(row: Mapping[str, Any]) -> str:
    """A fingerprint of what the vendor shows of a parent; neither our own columns nor web addresses
    are part of it."""
    shown = {
        name: value
        for name, value in row.items()
        if name not in ("_seen_on", "_row_number") and not str(value).startswith("http")
    }
    return hashlib.md5(write_json(shown).encode("utf-8", "replace")).hexdigest()


def choose(
    marks: Mapping[str, str], asked: Mapping[str, Asked], day: date, calls: int
) -> list[str]:
    """The parents to ask about now, most urgent first.

    `marks` are the parents listed today, in the vendor's order, with their fingerprints.
    """
    place = {parent: number for number, parent in enumerate(marks)}

    def urgency(parent: str) -> tuple[int, int, int]:
        known = asked[parent].known_before(day) if parent in asked else None
        if known is None:
            return 1, 0, -place[parent]
        if known.mark != marks[parent]:
            return 0, 0, place[parent]
        return 2, known.on.toordinal(), place[parent]

    done = {parent for parent, one in asked.items() if one.on == day and one.is_complete}
    chosen = [parent for parent in sorted(marks, key=urgency)[:calls] if parent not in done]
    return chosen[: max(0, calls - len(done))]


def lost(asked: Mapping[str, Asked], found: Mapping[str, int]) -> int:
    """How many parents had rows and have none, where not one of those who had any has; else 0."""
    had = [parent for parent in found if parent in asked and asked[parent].rows]
    return 0 if any(found[parent] for parent in had) else len(had)


def lines(
    table: str,
    marks: Mapping[str, str],
    asked: Mapping[str, Asked],
    found: Mapping[str, int],
    day: date,
) -> list[dict[str, Any]]:
    """The lines of `asked` about everybody who was asked about now."""
    written = []
    for parent, rows in found.items():
        known = asked[parent].known_before(day) if parent in asked else None
        written.append(
            {
                "table_name": table,
                "parent_id": parent,
                "parent_mark": marks[parent],
                "rows": rows,
                "_seen_on": day.isoformat(),
                "previous_mark": known and known.mark,
                "previous_rows": known and known.rows,
                "previously_seen_on": known and known.on.isoformat(),
            }
        )
    return written


def read(rows: Iterable[Sequence[Any]]) -> dict[str, dict[str, Asked]]:
    """Lines of `asked` by table and parent: table_name, parent_id, parent_mark, rows, _seen_on,
    the three of the time before, and whether their load is complete."""
    found: dict[str, dict[str, Asked]] = {}
    for table, parent, marked, count, on, before_mark, before_rows, before_on, complete in rows:
        before = None
        if before_on:
            before = Asked(date.fromisoformat(before_on), before_mark, before_rows)
        one = Asked(date.fromisoformat(on), marked, count, before, complete)
        found.setdefault(table, {})[parent] = one
    return found
