"""The small part of Shopify's GraphQL that a reader of orders sends: one query, nested fields,
arguments, variables, connections.

`Document` parses a query, `answer` resolves it over plain nodes and answers only the fields asked
for, with the cost that Shopify adds. Leaves out fragments, directives and mutations.
"""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from scripts.sandbox.vendors.base import Row, page_size

TOKEN = re.compile(
    r'[\s,]*(?:#[^\n]*\n[\s,]*)*'
    r'("""(?:.|\n)*?"""|"(?:\\.|[^"\\])*"|-?\d+(?:\.\d+)?|\w+|\.\.\.|[{}()\[\]:$!=@|])'
)  # fmt: skip


class BadQuery(Exception):
    """A query that is refused, with Shopify's code."""

    def __init__(self, message: str, code: str | None = None, **more: str) -> None:
        """A refusal."""
        super().__init__(message)
        self.code, self.more = code, more


@dataclass
class Field:
    """A field asked for."""

    name: str
    alias: str
    arguments: Row
    fields: list["Field"]


@dataclass
class Connection:
    """Nodes in pages; `arguments` may filter and sort them first."""

    nodes: list[Row]
    arrange: Callable[[list[Row], Row], list[Row]] | None = None


@dataclass
class Document:
    """A parsed query."""

    text: str
    variables: Row
    tokens: list[str] = field(default_factory=list)
    place: int = 0

    def parse(self) -> list[Field]:
        """The fields of the only operation.

        Raises BadQuery.
        """
        at = 0
        text = self.text.rstrip()
        while at < len(text):
            found = TOKEN.match(text, at)
            if not found:
                raise BadQuery(f"syntax error near {text[at : at + 12]!r}")
            self.tokens.append(found.group(1))
            at = found.end()
        if self._peek() == "query":
            self._next()
            if self._peek() not in ("(", "{"):
                self._next()
            if self._peek() == "(":
                self._definitions()
        elif self._peek() == "mutation":
            raise BadQuery("Access denied for mutations.", "ACCESS_DENIED")
        fields = self._selection()
        if self.place != len(self.tokens):
            raise BadQuery("syntax error: only one operation is supported here")
        return fields

    def _peek(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def _next(self, wanted: str | None = None) -> str:
        token = self._peek()
        if not token or (wanted and token != wanted):
            raise BadQuery(f"syntax error: expected {wanted or 'more'}, got {token or 'the end'}")
        self.place += 1
        return token

    def _definitions(self) -> None:
        self._next("(")
        while self._peek() != ")":
            self._next("$")
            name = self._next()
            self._next(":")
            while self._peek() in ("[", "]", "!") or re.fullmatch(r"[A-Z]\w*", self._peek()):
                self._next()
            if self._peek() == "=":
                self._next()
                self.variables.setdefault(name, self._value())
            self.variables.setdefault(name, None)
        self._next(")")

    def _selection(self) -> list[Field]:
        self._next("{")
        fields = []
        while self._peek() != "}":
            if self._peek() == "...":
                raise BadQuery("fragments are not supported by the sandbox")
            name = alias = self._next()
            if self._peek() == ":":
                self._next()
                name = self._next()
            arguments: Row = {}
            if self._peek() == "(":
                self._next()
                while self._peek() != ")":
                    argument = self._next()
                    self._next(":")
                    arguments[argument] = self._value()
                self._next(")")
            inner = self._selection() if self._peek() == "{" else []
            fields.append(Field(name, alias, arguments, inner))
        self._next("}")
        return fields

    def _value(self) -> Any:
        token = self._next()
        if token == "$":
            name = self._next()
            if name not in self.variables:
                raise BadQuery(f"Variable ${name} is used but not declared", "variableNotDefined")
            return self.variables[name]
        if token.startswith('"'):
            text = token.strip('"')
            return text.replace('\\"', '"').replace("\\\\", "\\")
        if token in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[token]
        return int(token) if re.fullmatch(r"-?\d+", token) else token


def answer(body: Any, root: Row) -> Row:
    """Resolve a request's query over the root node; errors come with status 200."""
    cost = Cost()
    try:
        if not isinstance(body, dict) or not isinstance(body.get("query"), str):
            raise BadQuery("Missing required parameter missing query")
        document = Document(body["query"], dict(body.get("variables") or {}))
        data = resolve(root, document.parse(), cost)
    except BadQuery as wrong:
        extensions = {**({"code": wrong.code} if wrong.code else {}), **wrong.more}
        return {
            "errors": [
                {
                    "message": str(wrong),
                    "locations": [{"line": 1, "column": 1}],
                    "path": ["query"],
                    "extensions": extensions,
                }
            ]
        }
    return {"data": data, "extensions": {"cost": cost.shown()}}


@dataclass
class Cost:
    """What a query costs: asked for, and really touched."""

    requested: int = 0
    actual: int = 0

    def shown(self, available: float = 2_000.0) -> Row:
        """Shopify's `extensions.cost`."""
        return {
            "requestedQueryCost": self.requested,
            "actualQueryCost": self.actual,
            "throttleStatus": {
                "maximumAvailable": 2_000.0,
                "currentlyAvailable": max(0.0, available - self.actual),
                "restoreRate": 100.0,
            },
        }


def throttled() -> Row:
    """What Shopify says with status 200 to whoever asks for too much."""
    cost = Cost(1_500, 0).shown(50.0)
    del cost["actualQueryCost"]
    return {
        "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
        "extensions": {"cost": cost},
    }


def resolve(node: Row, fields: list[Field], cost: Cost) -> Row:
    """The asked fields of a node."""
    kind, found = node["__typename"], {}
    for one in fields:
        if one.name not in node:
            raise BadQuery(
                f"Field '{one.name}' doesn't exist on type '{kind}'",
                "undefinedField",
                typeName=kind,
                fieldName=one.name,
            )
        value = node[one.name]
        found[one.alias] = _value(value() if callable(value) else value, one, kind, cost)
    return found


def _value(value: Any, asked: Field, kind: str, cost: Cost) -> Any:
    is_deep = isinstance(value, (dict, Connection)) or (
        isinstance(value, list) and value and isinstance(value[0], dict)
    )
    if is_deep and not asked.fields:
        raise BadQuery(
            f"Field must have selections (field '{asked.name}' returns an object)",
            "selectionMismatch",
            typeName=kind,
        )
    if isinstance(value, Connection):
        return _page(value, asked, cost)
    if isinstance(value, list):
        first = asked.arguments.get("first")
        cost.requested += 1
        return [
            resolve(one, asked.fields, cost) if isinstance(one, dict) else one
            for one in value[:first]
        ]
    if isinstance(value, dict):
        cost.requested += 1
        cost.actual += 1
        return resolve(value, asked.fields, cost)
    if asked.fields and value is not None:
        raise BadQuery(f"Selections can't be made on scalars (field '{asked.name}')",
                       "selectionMismatch")  # fmt: skip
    return value


def cursor_of(node: Row) -> str:
    """A cursor that stands for a node."""
    return base64.b64encode(f'{{"last_id":"{node["id"]}"}}'.encode()).decode()


def _page(connection: Connection, asked: Field, cost: Cost) -> Row:
    arguments = asked.arguments
    first = arguments.get("first")
    if not isinstance(first, int):
        raise BadQuery(
            f"you must provide one of first or last (field '{asked.name}')", "BAD_REQUEST"
        )
    if not 0 < first <= 250:
        raise BadQuery("The value of first must be between 1 and 250", "PAGINATION_LIMIT_EXCEEDED")
    nodes = connection.nodes
    if connection.arrange:
        nodes = connection.arrange(nodes, arguments)
    begin, after = 0, arguments.get("after")
    if after:
        places = {cursor_of(node): place for place, node in enumerate(nodes)}
        if after not in places:
            raise BadQuery("Invalid cursor for current pagination sort.", "INVALID_CURSOR")
        begin = places[after] + 1
    cap = page_size(first)
    page = nodes[begin : begin + cap]
    cost.requested += 2 + first
    cost.actual += 2 + len(page)
    found: Row = {}
    for one in asked.fields:
        if one.name == "nodes":
            found[one.alias] = [resolve(node, one.fields, cost) for node in page]
        elif one.name == "edges":
            edges = (
                {"__typename": "Edge", "cursor": cursor_of(node), "node": node} for node in page
            )
            found[one.alias] = [resolve(edge, one.fields, cost) for edge in edges]
        elif one.name == "pageInfo":
            info = {
                "__typename": "PageInfo",
                "hasNextPage": begin + cap < len(nodes),
                "hasPreviousPage": begin > 0,
                "startCursor": cursor_of(page[0]) if page else None,
                "endCursor": cursor_of(page[-1]) if page else None,
            }
            found[one.alias] = resolve(info, one.fields, cost)
        else:
            raise BadQuery(
                f"Field '{one.name}' doesn't exist on type 'Connection'",
                "undefinedField",
                typeName="Connection",
                fieldName=one.name,
            )
    return found
