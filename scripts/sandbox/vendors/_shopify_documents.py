"""GraphQL documents as clients of Shopify send them: one query or mutation with variables, aliases,
arguments, lists, objects and fragments.

`Document` parses a text into the fields that are asked for, with their arguments' values filled in.
Leaves out directives, subscriptions and a choice between several operations.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from scripts.sandbox.vendors.base import Row

TOKEN = re.compile(
    r'[\s,]*(?:#[^\n]*\n[\s,]*)*'
    r'("""(?:.|\n)*?"""|"(?:\\.|[^"\\])*"|-?\d+(?:\.\d+)?|\w+|\.\.\.|[{}()\[\]:$!=@|])'
)  # fmt: skip


class BadQuery(Exception):
    """A query that is refused, with Shopify's code."""

    def __init__(self, message: str, code: str | None = None, **more: Any) -> None:
        """A refusal."""
        super().__init__(message)
        self.code, self.more = code, more


@dataclass
class Field:
    """A field asked for; `on` is the type that a fragment asks it of, None for any."""

    name: str
    alias: str
    arguments: Row
    fields: list["Field"]
    on: str | None = None


@dataclass
class Document:
    """A parsed document; `kind` is query or mutation."""

    text: str
    variables: Row
    kind: str = "query"
    tokens: list[str] = field(default_factory=list)
    place: int = 0
    fragments: dict[str, int] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)

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
        begins = self._definitions()
        if len(begins) != 1:
            raise BadQuery("syntax error: exactly one operation is supported here")
        self.place = begins[0]
        if self._peek() in ("query", "mutation"):
            self.kind = self._next()
            if self._peek() not in ("(", "{"):
                self._next()
            if self._peek() == "(":
                self._variables()
        return self._selection()

    def _definitions(self) -> list[int]:
        """Where operations begin; remembers where fragments do."""
        begins, depth = [], 0
        is_new = True
        for place, token in enumerate(self.tokens):
            if is_new and token == "fragment":
                name = self.tokens[place + 1] if place + 1 < len(self.tokens) else ""
                self.fragments[name] = place + 2
            elif is_new:
                begins.append(place)
            depth += (token in "{(") - (token in "})")
            is_new = token == "}" and depth == 0
        if depth:
            raise BadQuery("syntax error: expected more, got the end")
        return begins

    def _peek(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def _next(self, wanted: str | None = None) -> str:
        token = self._peek()
        if not token or (wanted and token != wanted):
            raise BadQuery(f"syntax error: expected {wanted or 'more'}, got {token or 'the end'}")
        self.place += 1
        return token

    def _variables(self) -> None:
        self._next("(")
        while self._peek() != ")":
            self._next("$")
            name = self._next()
            self._next(":")
            kind = ""
            while self._peek() in ("[", "]", "!") or re.fullmatch(r"[A-Z]\w*", self._peek()):
                kind += self._next()
            if self._peek() == "=":
                self._next()
                self.variables.setdefault(name, self._value())
            self.variables.setdefault(name, None)
            if kind.endswith("!") and self.variables[name] is None:
                raise BadQuery(
                    f"Variable ${name} of type {kind} was provided invalid value",
                    "INVALID_VARIABLE",
                    value=None,
                    problems=[{"path": [], "explanation": "Expected value to not be null"}],
                )
        self._next(")")

    def _selection(self) -> list[Field]:
        self._next("{")
        fields: list[Field] = []
        while self._peek() != "}":
            if self._peek() == "...":
                fields += self._fragment()
                continue
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

    def _fragment(self) -> list[Field]:
        """The fields of `... on Type { }` or of `...Name`."""
        self._next("...")
        if self._peek() == "on":
            return self._typed()
        name = self._next()
        if name not in self.fragments or name in self._open:
            raise BadQuery(f"Fragment {name} was used, but not defined", "useAndDefineFragment")
        back, self.place = self.place, self.fragments[name]
        self._open.append(name)
        found = self._typed()
        self._open.pop()
        self.place = back
        return found

    def _typed(self) -> list[Field]:
        self._next("on")
        kind = self._next()
        found = self._selection()
        for one in found:
            one.on = one.on or kind
        return found

    def _value(self) -> Any:
        token = self._next()
        if token == "$":
            name = self._next()
            if name not in self.variables:
                raise BadQuery(f"Variable ${name} is used but not declared", "variableNotDefined")
            return self.variables[name]
        if token == "[":
            items = []
            while self._peek() != "]":
                items.append(self._value())
            self._next("]")
            return items
        if token == "{":
            values = {}
            while self._peek() != "}":
                name = self._next()
                self._next(":")
                values[name] = self._value()
            self._next("}")
            return values
        if token.startswith('"""'):
            return token[3:-3]
        if token.startswith('"'):
            return json.loads(token, strict=False)
        if token in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[token]
        return int(token) if re.fullmatch(r"-?\d+", token) else token
