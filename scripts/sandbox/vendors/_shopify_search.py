"""Shopify's search syntax: terms with comparators, AND, OR, NOT, parentheses, quotes, wildcards.

`search` keeps the nodes of orders or customers that a text describes. An e-mail without quotes is
compared word by word, as the vendor's index of words does, so it may find others too. A field that
is not known here is refused, where the vendor would leave it out of the question.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from scripts.sandbox.vendors._shopify_documents import BadQuery
from scripts.sandbox.vendors.base import Row

TOKEN = re.compile(
    r"\s*(?:(\()|(\))|(AND|OR|NOT)\b|(-)(?=[\w(])"
    r"|([\w.-]+):\s*(>=|<=|>|<|)\s*(?:'((?:\\.|[^'\\])*)'|\"((?:\\.|[^\"\\])*)\"|([^\s()]+)))"
)
TIMES = {
    "created_at": "createdAt",
    "updated_at": "updatedAt",
    "processed_at": "processedAt",
    "customer_date": "createdAt",
}
TEXTS = {
    "financial_status": "displayFinancialStatus",
    "test": "test",
    "name": "name",
    "first_name": "firstName",
    "last_name": "lastName",
    "state": "state",
}
Keeps = Callable[[Row], bool]


@dataclass(frozen=True)
class Term:
    """One condition; a value in quotes is a phrase."""

    column: str
    relation: str
    value: str
    is_phrase: bool


def search(nodes: list[Row], text: str | None) -> list[Row]:
    """The nodes that a search text keeps, all of them where it is empty."""
    if not (text or "").strip():
        return nodes
    keeps = Search(text or "").parse()
    return [node for node in nodes if keeps(node)]


class Search:
    """A search text, read from left to right; AND binds closer than OR."""

    def __init__(self, text: str) -> None:
        """The words of a text."""
        self.words: list[str | Term] = []
        at, text = 0, text.rstrip()
        while at < len(text):
            found = TOKEN.match(text, at)
            if found is None:
                raise BadQuery(f"the sandbox cannot read the search at {text[at:]!r}")
            mark = found[1] or found[2] or found[3] or (found[4] and "NOT")
            quoted = found[7] if found[7] is not None else found[8]
            bare = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else found[9]
            self.words.append(mark or Term(found[5], found[6], bare, quoted is not None))
            at = found.end()
        self.place = 0

    def parse(self) -> Keeps:
        """What keeps a node.

        Raises BadQuery.
        """
        found = self._either()
        if self.place < len(self.words):
            raise BadQuery("the sandbox cannot read the search: a bracket too many")
        return found

    def _peek(self) -> str | Term | None:
        return self.words[self.place] if self.place < len(self.words) else None

    def _either(self) -> Keeps:
        parts = [self._all()]
        while self._peek() == "OR":
            self.place += 1
            parts.append(self._all())
        return lambda node: any(part(node) for part in parts)

    def _all(self) -> Keeps:
        parts = [self._one()]
        while self._peek() not in (None, "OR", ")"):
            self.place += self._peek() == "AND"
            parts.append(self._one())
        return lambda node: all(part(node) for part in parts)

    def _one(self) -> Keeps:
        word = self._peek()
        self.place += 1
        if word == "NOT":
            inner = self._one()
            return lambda node: not inner(node)
        if word == "(":
            found = self._either()
            if self._peek() != ")":
                raise BadQuery("the sandbox cannot read the search: a bracket is missing")
            self.place += 1
            return found
        if not isinstance(word, Term):
            raise BadQuery(f"the sandbox cannot read the search near {word}")
        return condition(word)


def condition(term: Term) -> Keeps:
    """What keeps a node by one term.

    Raises BadQuery for a field that is not searched by here.
    """
    column, value = term.column, term.value
    if column in TIMES:
        return by_time(TIMES[column], term)
    if column in TEXTS:
        name, wanted = TEXTS[column], value.lower()
        return lambda node: str(node[name]).lower() == wanted
    if column == "id":
        return by_number(term)
    if column in ("email", "phone") and value == "*":
        return lambda node: bool(node.get(column))
    if column == "email":
        if term.is_phrase:
            return lambda node: (node["email"] or "").strip().lower() == value.strip().lower()
        wanted_words = words(value)
        return lambda node: wanted_words <= words(node["email"] or "")
    if column == "phone":
        number = digits(value)
        return lambda node: bool(number) and digits(node.get("phone") or "") == number
    if column in ("tag", "tag_not"):
        patterns = [one.strip().lower() for one in value.split(",") if one.strip()]
        is_wanted = column == "tag"
        return lambda node: (
            is_wanted == any(matches(tag.lower(), one) for tag in node["tags"] for one in patterns)
        )
    if column.startswith("metafields.") and column.count(".") == 2:
        _, space, key = column.split(".")
        return lambda node: noted(node, space, key) == value
    raise BadQuery(f"the sandbox does not search by {column}")


def noted(node: Row, space: str, key: str) -> str | None:
    """The value of a customer's metafield; None where there is none, and for an order."""
    if "metafield" not in node:
        return None
    found = node["metafield"].value({"namespace": space, "key": key})
    return found and str(found["value"])


def by_time(name: str, term: Term) -> Keeps:
    """A comparison of instants; a time without offset is UTC."""
    try:
        moment = datetime.fromisoformat(term.value)
    except ValueError:
        raise BadQuery(f"Invalid date in search: {term.value}") from None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    edge = aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return lambda node: compared(node[name], term.relation, edge)


def by_number(term: Term) -> Keeps:
    """A comparison of ids."""
    if not term.value.isdigit():
        raise BadQuery(f"Invalid id in search: {term.value}")
    edge = int(term.value)
    return lambda node: compared(int(node["legacyResourceId"]), term.relation, edge)


def compared(given: Any, relation: str, value: Any) -> bool:
    """Whether a relation holds."""
    return bool(
        {
            ">=": given >= value,
            "<=": given <= value,
            ">": given > value,
            "<": given < value,
            "": given == value,
        }[relation]
    )


def matches(text: str, pattern: str) -> bool:
    """Whether a text is what a pattern says, or begins as one that ends with `*` says."""
    return text.startswith(pattern[:-1]) if pattern.endswith("*") else text == pattern


def words(text: str) -> set[str]:
    """The words of an e-mail as an index of words has them."""
    return {one for one in re.split(r"[^a-z0-9]+", text.lower()) if one}


def digits(text: str) -> str:
    """A phone number's digits with the country's, which is 1 where ten digits stand alone."""
    found = re.sub(r"\D", "", text)
    return f"1{found}" if len(found) == 10 else found
