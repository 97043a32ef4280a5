"""What programs may write to Klaviyo: profiles, lists and who is on them, events, subscriptions.

Every call is checked as the vendor checks it and lies in the journal before it is answered, those
that were refused too. Facts from the vendor's reference of revision 2026-07-15: an import finds a
profile by any identifier and never changes a consent; 1,000 profiles to a call; an event with the
`unique_id` of an earlier one of its metric and profile is dropped without a word. Ids follow from
what things were made of.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from scripts.sandbox import moments
from scripts.sandbox.journal import Journal
from scripts.sandbox.vendors._klaviyo_held import Held
from scripts.sandbox.vendors._klaviyo_profiles import blank
from scripts.sandbox.vendors._klaviyo_questions import Refusal
from scripts.sandbox.vendors.base import Answer, Request, Row

IMPORT_BYTES, EVENT_BYTES, MOST_PROFILES = 100 * 1_024, 5 * 1_024 * 1_024, 1_000
IDENTIFIERS = ("email", "phone_number", "external_id")
MAY_WRITE = {*blank(0)} - {"created", "updated", "last_event_date"}
CHANNELS = {"email": "email", "sms": "phone_number"}


class Writer:
    """Writes to what is held, on a day of the town's clock."""

    def __init__(self, held: Held, journal: Journal, day: str) -> None:
        """Nothing is believed before `news`."""
        self.held, self.journal, self.day = held, journal, day
        self.now = held.objects.ledger.horizon - 1

    def news(self) -> None:
        """Believe what other servers wrote."""
        self.held.take(self.journal.news())

    def answer(self, request: Request, parts: list[str]) -> Answer | None:
        """The answer to a call that writes, None where there is no such call.

        Raises Refusal.
        """
        done: Callable[[], Answer]
        match request.method, parts:
            case "POST", ["profile-import"]:
                call, done = "profile-import", lambda: self._import(request)
            case "POST", ["lists"]:
                call, done = "list-create", lambda: self._list(request)
            case "POST", ["lists", code, "relationships", "profiles"]:
                call, done = "list-add", lambda: self._members(request, code, True)
            case "DELETE", ["lists", code, "relationships", "profiles"]:
                call, done = "list-remove", lambda: self._members(request, code, False)
            case "POST", ["events"]:
                call, done = "event-create", lambda: self._event(request)
            case "POST", ["profile-subscription-bulk-create-jobs"]:
                call, done = "subscribe", lambda: self._subscribe(request)
            case _:
                return None
        try:
            return done()
        except Refusal as wrong:
            with self.journal.alone():
                self.news()
                is_huge = wrong.answer.status == 413
                what = {"path": request.path, "body": None if is_huge else request.body}
                self._add(call, what, f"refused: {wrong.answer.status} {wrong}")
            raise

    def _add(self, call: str, what: Row, outcome: str) -> None:
        entry = {"day": self.day, "call": call, "what": what, "outcome": outcome}
        self.journal.add(entry)
        self.held.take([entry])

    def _write(self, call: str, decide: Callable[[], tuple[str, Row]]) -> str:
        """Decide with nobody else writing, put that into the journal, give the outcome."""
        with self.journal.alone():
            self.news()
            outcome, what = decide()
            self._add(call, what, outcome)
        return outcome

    # -- profiles ----------------------------------------------------------------------

    def _import(self, request: Request) -> Answer:
        data = read(request, "profile", IMPORT_BYTES)
        given, wanted = profile_of(data["attributes"], "/data"), data.get("id")
        patch = (data.get("meta") or {}).get("patch_properties") or {}
        unset = patch.get("unset") or []
        patch = patch | {"unset": [unset] if isinstance(unset, str) else unset}

        def decide() -> tuple[str, Row]:
            code = self._code(given, wanted)
            outcome = "done" if code in self.held.rows else "created"
            return outcome, {"id": code, "attributes": given, "patch": patch}

        outcome = self._write("profile-import", decide)
        code = self._code(given, wanted)
        return Answer(201 if outcome == "created" else 200, {"data": self.held.rows[code]})

    def _code(self, given: Row, wanted: str | None = None, pointer: str = "/data") -> str:
        """The id of the profile that is meant, of a new one where nobody is.

        Raises Refusal where nobody has the id, or where the identifiers mean different profiles.
        """
        if wanted and wanted not in self.held.rows:
            raise Refusal(404, f"A profile with id {wanted} does not exist.", None, f"{pointer}/id")
        if not wanted and not any(given.get(name) for name in IDENTIFIERS):
            raise Refusal(
                400,
                "One of the following identifiers must be provided: id, email, phone_number, "
                "external_id.",
                None,
                f"{pointer}/attributes",
            )
        found = list(dict.fromkeys([*([wanted] if wanted else []), *self.held.found(given)]))
        if len(found) > 1:
            raise Refusal(
                409,
                "A profile already exists with one of these identifiers.",
                None,
                f"{pointer}/attributes",
                duplicate_profile_id=found[1],
            )
        if found:
            return found[0]
        name = json.dumps({one: given.get(one) for one in IDENTIFIERS}, sort_keys=True)
        return self.held.objects.ulid("told profile", name, self.now)

    # -- lists -------------------------------------------------------------------------

    def _list(self, request: Request) -> Answer:
        data = read(request, "list", IMPORT_BYTES)
        name = data["attributes"].get("name")
        if not isinstance(name, str) or not name.strip():
            raise Refusal(400, "This field may not be blank.", None, "/data/attributes/name")

        def decide() -> tuple[str, Row]:
            same = sum(row["attributes"]["name"] == name for row in self.held.tables["lists"])
            code = self.held.objects.code("list", f"told/{name}/{same}")
            return "created", {"list": code, "name": name}

        self._write("list-create", decide)
        rows = [row for row in self.held.tables["lists"] if row["attributes"]["name"] == name]
        return Answer(201, {"data": rows[-1]})

    def _members(self, request: Request, list_id: str, is_on: bool) -> Answer:
        data = request.body.get("data") if isinstance(request.body, dict) else None
        if not isinstance(data, list) or not data:
            raise Refusal(400, "A list of profiles must be provided.", None, "/data")
        codes = []
        for place, one in enumerate(data):
            if not isinstance(one, dict) or one.get("type") != "profile" or not one.get("id"):
                raise Refusal(400, "'profile' and its id are required.", None, f"/data/{place}")
            codes.append(str(one["id"]))

        def decide() -> tuple[str, Row]:
            if len(codes) > MOST_PROFILES:
                text = f"Ensure this field has no more than {MOST_PROFILES} elements."
                raise Refusal(400, text, None, "/data")
            self._check_list(list_id)
            for place, code in enumerate(codes):
                if code not in self.held.rows:
                    text = f"A profile with id {code} does not exist."
                    raise Refusal(404, text, None, f"/data/{place}/id")
            on = self.held.members(list_id)
            is_new = any((one in on) != is_on for one in codes)
            return ("done" if is_new else "nothing new"), {"list": list_id, "profiles": codes}

        self._write("list-add" if is_on else "list-remove", decide)
        return Answer(204, b"")

    def _check_list(self, list_id: str) -> None:
        if all(row["id"] != list_id for row in self.held.tables["lists"]):
            raise Refusal(404, f"A list with id {list_id} does not exist.")

    # -- events ------------------------------------------------------------------------

    def _event(self, request: Request) -> Answer:
        told = read(request, "event", EVENT_BYTES)["attributes"]
        metric = inner(told, "metric", "/data/attributes").get("attributes", {}).get("name")
        if not isinstance(metric, str) or not metric.strip():
            raise Refusal(400, "A metric name is required.", None, "/data/attributes/metric")
        if not isinstance(told.get("properties"), dict):
            raise Refusal(400, "'properties' is a required field.", None, "/data/attributes")
        whom, pointer = inner(told, "profile", "/data/attributes"), "/data/attributes/profile/data"
        given = profile_of(whom.get("attributes") or {}, pointer)
        moment = seconds(told.get("time")) if told.get("time") else self.now
        unique = str(told.get("unique_id") or moment)
        value = told.get("value")
        if value is not None and not isinstance(value, (int, float)):
            raise Refusal(400, "A valid number is required.", None, "/data/attributes/value")

        def decide() -> tuple[str, Row]:
            code = self._code(given, whom.get("id"), pointer)
            is_known = code in self.held.rows
            rest = {name: one for name, one in given.items()
                    if not is_known or name not in IDENTIFIERS}  # fmt: skip
            name = (self.held.metric_id(metric), code, unique)
            return "seen before" if name in self.held.events else "done", {
                "metric": metric, "profile": {"id": code, "attributes": rest},
                "unique_id": unique, "moment": moment, "value": value,
                "properties": told["properties"],
            }  # fmt: skip

        self._write("event-create", decide)
        return Answer(202, b"")

    # -- subscriptions -----------------------------------------------------------------

    def _subscribe(self, request: Request) -> Answer:
        data = read(request, "profile-subscription-bulk-create-job", EVENT_BYTES)
        given, pointer = data["attributes"], "/data/attributes/profiles/data"
        people = (given.get("profiles") or {}).get("data")
        if not isinstance(people, list) or not 1 <= len(people) <= MOST_PROFILES:
            text = f"Between 1 and {MOST_PROFILES} profiles must be provided."
            raise Refusal(400, text, None, pointer)
        link = ((data.get("relationships") or {}).get("list") or {}).get("data") or {}
        list_id = link.get("id")

        def decide() -> tuple[str, Row]:
            if list_id:
                self._check_list(list_id)
            told = []
            for place, one in enumerate(people):
                told.append(self._subscribed(one, f"{pointer}/{place}"))
            return "done", {
                "profiles": told, "list": list_id, "source": given.get("custom_source"),
            }  # fmt: skip

        self._write("subscribe", decide)
        return Answer(202, b"")

    def _subscribed(self, one: Any, pointer: str) -> Row:
        if not isinstance(one, dict) or one.get("type") != "profile":
            raise Refusal(400, "'profile' is required.", None, pointer)
        said = dict(one.get("attributes") or {})
        asked = said.pop("subscriptions", None) or {}
        attributes = profile_of(said, pointer)
        code = self._code(attributes, one.get("id"), pointer)
        channels = [
            channel
            for channel in CHANNELS
            if ((asked.get(channel) or {}).get("marketing") or {}).get("consent") == "SUBSCRIBED"
        ] or [channel for channel, name in CHANNELS.items() if not asked and attributes.get(name)]
        if not channels:
            text = "A subscription with the consent 'SUBSCRIBED' is required."
            raise Refusal(400, text, None, f"{pointer}/attributes/subscriptions")
        is_known = code in self.held.rows
        for channel in channels:
            shown = self.held.rows[code]["attributes"] if is_known else {}
            if not attributes.get(CHANNELS[channel]) and not shown.get(CHANNELS[channel]):
                text = f"'{CHANNELS[channel]}' is required to subscribe to {channel}."
                raise Refusal(400, text, None, f"{pointer}/attributes")
        states = self.held.states(code) if is_known else []
        return {
            "id": code,
            "attributes": {} if is_known else attributes,
            "channels": channels,
            "suppressed": {
                channel: sorted({what for _, of, what, _ in states
                                 if of == channel and what != "subscribed"})
                for channel in channels
            },
        }  # fmt: skip


def read(request: Request, kind: str, most: int) -> Row:
    """The resource of a kind that a body holds.

    Raises Refusal where it holds none, or is too large.
    """
    size = request.headers.get("content-length") or len(json.dumps(request.body))
    if int(size) > most:
        raise Refusal(413, f"The payload is larger than {most:,} bytes.")
    data = request.body.get("data") if isinstance(request.body, dict) else None
    if not isinstance(data, dict):
        raise Refusal(400, "'data' is a required field.", None, "/data")
    if data.get("type") != kind:
        text = f"'{data.get('type')}' is not the type of this resource: '{kind}' is."
        raise Refusal(400, text, None, "/data/type")
    if not isinstance(data.get("attributes"), dict):
        raise Refusal(400, "'attributes' is a required field.", None, "/data/attributes")
    return data


def inner(told: Row, name: str, pointer: str) -> Row:
    """A resource inside another's attributes.

    Raises Refusal where there is none.
    """
    found = told.get(name)
    data = found.get("data") if isinstance(found, dict) else None
    if not isinstance(data, dict) or data.get("type") != name:
        raise Refusal(400, f"'{name}' is a required field.", None, f"{pointer}/{name}")
    return data


def profile_of(given: Row, pointer: str) -> Row:
    """The attributes of a profile, an e-mail in small letters.

    Raises Refusal for a field that may not be written, and for an address that cannot be one.
    """
    for name in given:
        if name not in MAY_WRITE:
            text = f"'{name}' is not a valid field for the resource 'profile'."
            raise Refusal(400, text, None, f"{pointer}/attributes/{name}")
    found = dict(given)
    if found.get("email"):
        found["email"] = str(found["email"]).strip().lower()
        if not re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", found["email"]):
            raise Refusal(400, "Invalid email address", None, f"{pointer}/attributes/email")
    number = found.get("phone_number")
    if number and not re.fullmatch(r"\+[1-9]\d{7,14}", str(number)):
        text = "Invalid phone number format (Example of a valid format: +12345678901)"
        raise Refusal(400, text, None, f"{pointer}/attributes/phone_number")
    for name in ("properties", "location"):
        if found.get(name) is not None and not isinstance(found[name], dict):
            raise Refusal(400, "Not a valid object.", None, f"{pointer}/attributes/{name}")
    return found


def seconds(given: object) -> int:
    """An instant from ISO 8601.

    Raises Refusal for anything else.
    """
    try:
        found = datetime.fromisoformat(str(given))
    except ValueError:
        raise Refusal(400, "Invalid datetime.", None, "/data/attributes/time") from None
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    return int(aware.timestamp())


def joined_at(row: Row, since: int) -> Row:
    """A profile as a list shows it, with the instant at which it joined."""
    shown = f"{moments.utc(since).isoformat()}+00:00"
    return {**row, "attributes": {**row["attributes"], "joined_group_at": shown}}
