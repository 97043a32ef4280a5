"""What programs may write to Shopify's customers: customerCreate, tagsAdd, tagsRemove and
metafieldsSet of GraphQL, and POST customers.json of REST.

Every call is checked as the vendor checks it and lies in the journal before it is answered, those
that were refused too. Limits and words are the Admin API's of 2025-10: 250 tags to a customer, 255
letters to a tag, 25 metafields to a call. The id of a new customer follows from e-mail and phone.
"""

import itertools
import json
import re
from collections.abc import Callable
from functools import cached_property
from typing import Any

import phonenumbers

from scripts.sandbox.journal import Journal
from scripts.sandbox.vendors import _shopify_nodes as nodes
from scripts.sandbox.vendors._shopify_customers import DONE, Customers, key_of
from scripts.sandbox.vendors._shopify_documents import BadQuery
from scripts.sandbox.vendors._shopify_graphql import Computed
from scripts.sandbox.vendors._shopify_search import digits
from scripts.sandbox.vendors.base import Row

MOST_TAGS, LONGEST_TAG, MOST_METAFIELDS = 250, 255, 25
NOBODY = "A name, phone number, or email address must be present"
TYPES = {"single_line_text_field", "multi_line_text_field", "boolean", "number_integer",
         "number_decimal", "date", "date_time", "json", "url", "id"}  # fmt: skip
VALUES: dict[str, tuple[str, str]] = {
    "boolean": (r"true|false", "Value must be true or false."),
    "number_integer": (r"-?\d+", "Value must be an integer."),
    "number_decimal": (r"-?\d+(\.\d+)?", "Value must be a decimal."),
    "date": (r"\d{4}-\d\d-\d\d", "Value must be in YYYY-MM-DD format."),
}
FIELDS = {
    "email": "email", "phone": "phone", "firstName": "first_name", "lastName": "last_name",
    "note": "note",
}  # fmt: skip
Wrong = tuple[list[str] | None, str]


class Writer:
    """Writes to the customers of one ledger."""

    def __init__(self, customers: Customers, journal: Journal, day: str) -> None:
        """Writes on a day of the town's clock."""
        self.customers, self.journal, self.day = customers, journal, day

    def news(self) -> None:
        """Believe what other servers wrote."""
        self.customers.take(self.journal.news())

    @cached_property
    def root(self) -> Row:
        """GraphQL's mutations, each with an example of its payload."""
        wrong = {"__typename": "UserError", "field": ["id"], "message": ""}
        blank = nodes.customer(self.customers.blank, [])
        note = nodes.metafield(dict.fromkeys(
            ("id", "namespace", "key", "type", "value", "created_at", "updated_at")
        ))  # fmt: skip
        by_index = wrong | {
            "__typename": "MetafieldsSetUserError",
            "code": "INVALID",
            "elementIndex": None,
        }
        tagged = {"node": blank, "userErrors": [wrong]}
        return {
            "__typename": "Mutation",
            "customerCreate": Computed(
                self._create_asked, ("input",), {"customer": blank, "userErrors": [wrong]}
            ),
            "tagsAdd": Computed(lambda asked: self._tags("tagsAdd", asked), ("id", "tags"), tagged),
            "tagsRemove": Computed(
                lambda asked: self._tags("tagsRemove", asked), ("id", "tags"), tagged
            ),
            "metafieldsSet": Computed(
                self._metafields, ("metafields",), {"metafields": [note], "userErrors": [by_index]}
            ),
        }

    def _write(self, call: str, what: Row, decide: Callable[[], tuple[str, Any]]) -> Any:
        """Decide with nobody else writing, put the decision into the journal, give the answer."""
        with self.journal.alone():
            self.news()
            outcome, answer = decide()
            entry = {"day": self.day, "call": call, "what": what, "outcome": outcome}
            self.journal.add(entry)
            self.customers.take([entry])
        return answer

    # -- tags --------------------------------------------------------------------------

    def _tags(self, call: str, asked: Row) -> Row:
        kind, code = read_gid(asked["id"])
        tags = split(asked["tags"])
        what: Row = {"customer": int(code), "tags": tags}

        def decide() -> tuple[str, list[Wrong]]:
            if kind != "Customer" or code not in self.customers.listed:
                return refused([(["id"], f"{kind} does not exist")])
            on = {tag.lower() for tag in self.customers.tags(code)}
            given = {tag.lower() for tag in tags}
            if call == "tagsAdd":
                if any(len(tag) > LONGEST_TAG for tag in tags):
                    text = f"Tags is too long (maximum is {LONGEST_TAG} characters)"
                    return refused([(["tags"], text)])
                if len(on | given) > MOST_TAGS:
                    return refused([(["tags"], f"Tags cannot be more than {MOST_TAGS}")])
                return (DONE if given - on else "nothing new"), []
            return (DONE if given & on else "nothing new"), []

        wrong = self._write(call, what, decide)
        payload = f"{call[0].upper()}{call[1:]}Payload"
        return answered(payload, wrong, node=None if wrong else self.customers.node(code))

    # -- metafields --------------------------------------------------------------------

    def _metafields(self, asked: Row) -> Row:
        given = asked["metafields"]
        given = given if isinstance(given, list) else [given]
        read = [read_gid(one.get("ownerId")) for one in given]
        noted = [
            {"customer": int(code), **metafield(one)}
            for (_, code), one in zip(read, given, strict=True)
        ]

        def decide() -> tuple[str, list[Wrong]]:
            if len(given) > MOST_METAFIELDS:
                text = f"Exceeded the maximum metafields input limit of {MOST_METAFIELDS}."
                return refused([(["metafields"], text)])
            wrong: list[Wrong] = []
            for place, ((kind, code), one) in enumerate(zip(read, noted, strict=True)):
                path = ["metafields", str(place)]
                if kind != "Customer" or code not in self.customers.listed:
                    wrong.append(([*path, "ownerId"], "Owner does not exist."))
                wrong += [([*path, field], text) for field, text in faults_of(one)]
            return refused(wrong) if wrong else (DONE, [])

        wrong = self._write("metafieldsSet", {"metafields": noted}, decide)
        found = [
            nodes.metafield(row)
            for one in noted
            for row in ([] if wrong else self.customers.metafields(str(one["customer"])))
            if (row["namespace"], row["key"]) == (one["namespace"], one["key"])
        ]
        answer = answered("MetafieldsSetPayload", wrong, metafields=None if wrong else found)
        for error in answer["userErrors"]:
            error |= {
                "__typename": "MetafieldsSetUserError",
                "code": code_of(error["message"]),
                "elementIndex": None,
            }
        return answer

    # -- customers ---------------------------------------------------------------------

    def _create_asked(self, asked: Row) -> Row:
        given = asked["input"]
        what = {column: text(given.get(name)) for name, column in FIELDS.items()} | {
            "tags": split(given.get("tags") or []),
            "metafields": [metafield(one) for one in given.get("metafields") or []],
            "email_consent": consent(given.get("emailMarketingConsent"), "marketing"),
            "sms_consent": consent(given.get("smsMarketingConsent"), "marketing"),
        }
        if given.get("id"):
            wrong: list[Wrong] = [(["id"], "Cannot specify customer ID on creation")]
            return answered("CustomerCreatePayload", wrong, customer=None)
        code, wrong = self.create(what)
        shown = self.customers.node(code) if code else None
        return answered("CustomerCreatePayload", wrong, customer=shown)

    def create(self, what: Row) -> tuple[str | None, list[Wrong]]:
        """The id of a new customer, or what the vendor holds against it."""
        what = what | {"email": key_of(what["email"]) or None}
        number = e164(what["phone"]) if what["phone"] else None
        what["phone"] = number or what["phone"]
        self.news()
        code = self._code(what)
        what = {"customer": int(code), **what}

        def decide() -> tuple[str, list[Wrong]]:
            wrong = self._against(what, number)
            return refused(wrong) if wrong else (DONE, [])

        wrong = self._write("customerCreate", what, decide)
        return (None if wrong else code), wrong

    def _against(self, what: Row, number: str | None) -> list[Wrong]:
        wrong: list[Wrong] = []
        email, phone = what["email"], what["phone"]
        if not any(what[name] for name in ("email", "phone", "first_name", "last_name")):
            wrong.append((None, NOBODY))
        if email and not re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", email):
            wrong.append((["email"], "Email is invalid"))
        elif email in self.customers.by_email:
            wrong.append((["email"], "Email has already been taken"))
        if phone and number is None:
            wrong.append((["phone"], "Phone is invalid"))
        elif phone and digits(phone) in self.customers.by_phone:
            wrong.append((["phone"], "Phone has already been taken"))
        if len(what["tags"]) > MOST_TAGS:
            wrong.append((["tags"], f"Tags cannot be more than {MOST_TAGS}"))
        if any(len(tag) > LONGEST_TAG for tag in what["tags"]):
            wrong.append((["tags"], f"Tags is too long (maximum is {LONGEST_TAG} characters)"))
        if what["email_consent"] and not email:
            said = "An email address is required to set the email marketing consent state."
            wrong.append((["emailMarketingConsent"], said))
        if what["sms_consent"] and not phone:
            said = "A phone number is required to set the SMS consent state."
            wrong.append((["smsMarketingConsent"], said))
        for place, one in enumerate(what["metafields"]):
            wrong += [(["metafields", str(place), field], said) for field, said in faults_of(one)]
        return wrong

    def _code(self, what: Row) -> str:
        """An id far above the town's own, of what makes a customer unique; another one where the
        same was made before."""
        named = [what["email"], what["phone"]]
        text = json.dumps(named if any(named) else what, sort_keys=True)
        build = self.customers.objects
        codes = (
            str(build.id_of(9_000_000_000_000, "made customer", text, str(count)))
            for count in itertools.count()
        )
        return next(code for code in codes if code not in self.customers.made)


def rest_input(given: Row) -> Row:
    """What POST customers.json was given, by the names of this file."""
    return {column: text(given.get(column)) for column in FIELDS.values()} | {
        "tags": split(given.get("tags") or ""),
        "metafields": [metafield(one) for one in given.get("metafields") or []],
        "email_consent": consent(given.get("email_marketing_consent"), ""),
        "sms_consent": consent(given.get("sms_marketing_consent"), ""),
    }


def rest_errors(wrong: list[Wrong]) -> dict[str, list[str]]:
    """REST's `errors`: words by field, without the field's name."""
    found: dict[str, list[str]] = {}
    for path, said in wrong:
        name = path[0] if path else "base"
        found.setdefault(name, []).append(said.removeprefix(f"{name.capitalize()} "))
    return found


def answered(kind: str, wrong: list[Wrong], **found: Any) -> Row:
    """A mutation's payload."""
    errors = [{"__typename": "UserError", "field": path, "message": said} for path, said in wrong]
    return {"__typename": kind, **found, "userErrors": errors}


def refused(wrong: list[Wrong]) -> tuple[str, list[Wrong]]:
    """The outcome of a call that is refused."""
    return "refused: " + "; ".join(said for _, said in wrong), wrong


def read_gid(given: object) -> tuple[str, str]:
    """Kind and number of a global id.

    Raises BadQuery for anything else.
    """
    found = re.fullmatch(r"gid://shopify/(\w+)/(\d+)(\?.*)?", str(given))
    if found is None:
        raise BadQuery(f"Invalid global id '{given}'", "argumentLiteralsIncompatible")
    return found[1], found[2]


def split(given: object) -> list[str]:
    """Tags from a list or from one text with commas: each once, in the order of first mention."""
    parts = given if isinstance(given, list) else [given]
    found: dict[str, str] = {}
    for name in (name.strip() for part in parts for name in str(part).split(",")):
        found |= {name.lower(): name} if name and name.lower() not in found else {}
    return list(found.values())


def text(given: object) -> str | None:
    """A text without blanks around it, None where nothing is left."""
    return str(given).strip() or None if given is not None else None


def e164(number: str) -> str | None:
    """A phone number as the vendor keeps it, None for one that cannot be."""
    try:
        found = phonenumbers.parse(number, "US")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(found):
        return None
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)


def consent(given: Row | None, prefix: str) -> Row | None:
    """State and level of a consent, by the names of GraphQL or, without prefix, of REST.

    Raises BadQuery for a state that may not be set.
    """
    if not given:
        return None
    state = str(given.get(f"{prefix}State" if prefix else "state")).upper()
    level = given.get("marketingOptInLevel" if prefix else "opt_in_level") or "SINGLE_OPT_IN"
    if state not in ("SUBSCRIBED", "UNSUBSCRIBED", "PENDING"):
        raise BadQuery(f"Cannot specify {state} as a marketing state input", "INVALID")
    return {"state": state.lower(), "level": str(level).lower()}


def metafield(given: Row) -> Row:
    """A metafield as it was sent."""
    return {name: given.get(name) or "" for name in ("namespace", "key", "type", "value")}


def faults_of(one: Row) -> list[tuple[str, str]]:
    """What the vendor holds against a metafield: the input, and words."""
    wrong = []
    if one["type"] == "":
        wrong.append(("type", "Type can't be blank"))
    elif one["type"] not in TYPES:
        wrong.append(("type", f"Type must be one of the following: {', '.join(sorted(TYPES))}."))
    for name, least, most in (("namespace", 3, 255), ("key", 2, 64)):
        size = len(one[name])
        if size < least or size > most:
            word = f"short (minimum is {least}" if size < least else f"long (maximum is {most}"
            wrong.append((name, f"{name.capitalize()} is too {word} characters)"))
    if one["value"] == "":
        wrong.append(("value", "Value can't be blank."))
    elif one["type"] in VALUES and not re.fullmatch(VALUES[one["type"]][0], str(one["value"])):
        wrong.append(("value", VALUES[one["type"]][1]))
    return wrong


def code_of(message: str) -> str:
    """The code of a metafield's error."""
    for word, code in (("blank", "BLANK"), ("too short", "TOO_SHORT"), ("too long", "TOO_LONG"),
                       ("one of the", "INCLUSION"), ("Exceeded", "LESS_THAN_OR_EQUAL_TO"),
                       ("Value must", "INVALID_VALUE")):  # fmt: skip
        if word in message:
            return code
    return "INVALID"
