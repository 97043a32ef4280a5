"""The small part of Shopify's GraphQL that readers of orders and writers of customers need.

`answer` resolves a document over plain nodes and answers only the fields asked for, with the cost
that Shopify adds. A mutation whose payload is asked for wrongly is refused before it is done.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scripts.sandbox.vendors._shopify_documents import BadQuery, Document, Field
from scripts.sandbox.vendors.base import Row, page_size

FULL, PER_SECOND, MUTATION_COST = 2_000.0, 100.0, 10


@dataclass
class Connection:
    """Nodes in pages; `arguments` may filter and sort them first."""

    nodes: list[Row]
    arrange: Callable[[list[Row], Row], list[Row]] | None = None


@dataclass
class Computed:
    """A field whose value depends on its arguments; a mutation has an example of its payload."""

    value: Callable[[Row], Any]
    needs: tuple[str, ...] = ()
    example: Row | None = None


def answer(body: Any, roots: dict[str, Row], available: float = FULL) -> tuple[Row, int]:
    """Resolve a request's document over the root node of its kind, and what that cost.

    Errors come with status 200.
    """
    cost = Cost()
    try:
        if not isinstance(body, dict) or not isinstance(body.get("query"), str):
            raise BadQuery("Missing required parameter missing query")
        document = Document(body["query"], dict(body.get("variables") or {}))
        fields, root = document.parse(), roots[document.kind]
        if document.kind == "mutation":
            for one in fields:
                check(root, one)
            cost.requested = cost.actual = MUTATION_COST * len(fields)
            if cost.requested > available:
                return throttled(cost.requested, available), 0
            data = resolve(root, fields, Cost())
        else:
            data = resolve(root, fields, cost)
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
        }, 0
    if cost.requested > available:
        return throttled(cost.requested, available), 0
    return {"data": data, "extensions": {"cost": cost.shown(available)}}, cost.actual


def check(root: Row, asked: Field) -> None:
    """Refuse a mutation that there is not, or that is asked for wrongly."""
    known = root.get(asked.name)
    if not isinstance(known, Computed):
        raise undefined(asked.name, "Mutation")
    check_needs(known, asked)
    for name in asked.arguments.keys() - set(known.needs):
        raise BadQuery(
            f"Field '{asked.name}' doesn't accept argument '{name}'",
            "argumentNotAccepted",
            name=asked.name,
            typeName="Field",
            argumentName=name,
        )
    kind = asked.name[0].upper() + asked.name[1:] + "Payload"
    if not asked.fields:
        raise BadQuery(
            f"Field must have selections (field '{asked.name}' returns {kind} but has no "
            "selections)",
            "selectionMismatch",
            typeName=kind,
        )
    resolve({"__typename": kind, **(known.example or {})}, asked.fields, Cost())


def check_needs(known: Computed, asked: Field) -> None:
    """Refuse a field without the arguments that it needs."""
    missing = [name for name in known.needs if asked.arguments.get(name) is None]
    if missing:
        raise BadQuery(
            f"Field '{asked.name}' is missing required arguments: {', '.join(missing)}",
            "missingRequiredArguments",
            className="Field",
            name=asked.name,
            arguments=", ".join(missing),
        )


def undefined(name: str, kind: str) -> BadQuery:
    """The refusal of a field that a type does not have."""
    return BadQuery(
        f"Field '{name}' doesn't exist on type '{kind}'",
        "undefinedField",
        typeName=kind,
        fieldName=name,
    )


@dataclass
class Cost:
    """What a query costs: asked for, and really touched."""

    requested: int = 0
    actual: int = 0

    def shown(self, available: float = FULL) -> Row:
        """Shopify's `extensions.cost`."""
        return {
            "requestedQueryCost": self.requested,
            "actualQueryCost": self.actual,
            "throttleStatus": {
                "maximumAvailable": FULL,
                "currentlyAvailable": max(0.0, available - self.actual),
                "restoreRate": PER_SECOND,
            },
        }


def throttled(requested: int = 1_500, available: float = 50.0) -> Row:
    """What Shopify says with status 200 to whoever asks for too much."""
    cost = Cost(requested, 0).shown(available)
    del cost["actualQueryCost"]
    return {
        "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
        "extensions": {"cost": cost},
    }


def resolve(node: Row, fields: list[Field], cost: Cost) -> Row:
    """The asked fields of a node."""
    kind, found = node["__typename"], {}
    for one in fields:
        if one.on not in (None, kind, "Node"):
            continue
        if one.name not in node:
            raise undefined(one.name, kind)
        value = node[one.name]
        if isinstance(value, Computed):
            check_needs(value, one)
            value = value.value(one.arguments)
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
            raise undefined(one.name, "Connection")
    return found
