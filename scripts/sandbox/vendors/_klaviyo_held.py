"""Klaviyo's profiles, lists, metrics and events as it shows them: the town's, and what programs
wrote.

What was told comes from the journal and counts from the end of the town's day on which it was told.
What a program says of a profile stands above what the town says. When somebody comes into the
system with the e-mail or phone of a profile that a program made, the two become one, under the
town's id. Subscribing lifts every suppression of the channel that stood before: the vendor does so
too.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from scripts.sandbox.journal import Entry, told_at
from scripts.sandbox.vendors._klaviyo_events import Events, event
from scripts.sandbox.vendors._klaviyo_objects import METRICS, stamp
from scripts.sandbox.vendors._klaviyo_profiles import State, blank, profile
from scripts.sandbox.vendors.base import Row

CONSENTED = {"email": "subscribed", "sms": "text_subscribed"}
CONSENT_EVENTS = {METRICS[one] for one in CONSENTED.values()}


@dataclass
class Told:
    """What programs wrote on one profile."""

    touched: int
    attributes: Row = field(default_factory=dict)
    properties: Row = field(default_factory=dict)
    unset: set[str] = field(default_factory=set)
    subscribed: list[tuple[int, str, str]] = field(default_factory=list)


class Held:
    """Everything that may be written, as of the clock of one ledger."""

    def __init__(self, events_of: Events) -> None:
        """What the town has."""
        self.events_of, self.profiles = events_of, events_of.profiles
        self.objects = self.profiles.objects
        every = {self.objects.profile_id(one): one for one in self.profiles.known}
        clock = self.objects.ledger.clock
        self.town = {code: one for code, one in every.items() if one.account.exists(clock)}
        self.gone = {code: one for code, one in every.items() if code not in self.town}
        self.made: dict[str, int] = {}
        self.moved: dict[str, str] = {}
        self.told: dict[str, Told] = {}
        self.events: dict[tuple[str, str, str], Row] = {}
        self.subscriptions: list[Row] = []
        self._lists: dict[str, Row] = {}
        self._metrics: dict[str, Row] = {}
        self._joined: dict[str, dict[str, tuple[int, bool]]] = {}
        self._last: dict[str, int] = {}

    # -- what was told -----------------------------------------------------------------

    def take(self, entries: Iterable[Entry]) -> None:
        """Believe what the journal says was done."""
        for entry in entries:
            if entry["outcome"] not in ("done", "created"):
                continue
            what, since = entry["what"], told_at(entry)
            match entry["call"]:
                case "profile-import":
                    self._import(what, since)
                case "list-create":
                    one = self.objects.list_of(what["list"], what["name"], since)
                    self._lists[what["list"]] = one
                case "list-add" | "list-remove":
                    for code in what["profiles"]:
                        self._join(what["list"], code, since, entry["call"] == "list-add")
                case "event-create":
                    self._import(what["profile"], since)
                    self._event(what, since)
                case "subscribe":
                    for one in what["profiles"]:
                        self._subscribe(one, what, since)
            self.__dict__.pop("tables", None)

    def _import(self, what: Row, since: int) -> str:
        """Make or change a profile; gives the id under which it stands."""
        code, given = str(what["id"]), what["attributes"]
        if not any(code in one for one in (self.town, self.gone, self.made)):
            self.made[code] = since
            taker = self._taker(given, since)
            if taker:
                self.moved[code] = taker
        code = str(self.moved.get(code, code))
        if code in self.gone:
            return code
        if not given and not what.get("patch") and code in self.town:
            return code
        told = self.told.setdefault(code, Told(since))
        told.touched = max(since, told.touched)
        plain = {name: value for name, value in given.items() if name != "properties"}
        told.attributes |= plain
        self._note(code, told, given.get("properties") or {}, what.get("patch") or {})
        for index, name in zip(self.indexes, ("email", "phone_number", "external_id"), strict=True):
            if plain.get(name):
                index[str(plain[name]).lower()] = code
        self._show(code)
        return code

    def _taker(self, given: Row, since: int) -> str | None:
        """Who of the town has the address of a profile that a program made; somebody who came
        after that and is gone again took it along."""
        for code in self.found(given):
            if code in self.town:
                return code
        addresses = {given.get("email"), given.get("phone_number")} - {None}
        for code, one in self.gone.items():
            shown = self.profiles.contacts[one.account.key]
            own = {(shown["email"] or "").strip().lower(), shown["phone"]}
            if one.account.opened > since and own & addresses:
                return code
        return None

    def _note(self, code: str, told: Told, given: Row, patch: Row) -> None:
        told.properties |= given
        told.unset -= given.keys()
        for name in patch.get("unset", []):
            told.properties.pop(name, None)
            told.unset.add(name)
        for word in ("append", "unappend"):
            for name, value in (patch.get(word) or {}).items():
                before = self._attributes(code)["properties"].get(name) or []
                values = value if isinstance(value, list) else [value]
                kept = [one for one in before if one not in values]
                told.properties[name] = kept + (values if word == "append" else [])
                told.unset.discard(name)

    def _join(self, list_id: str, code: str, since: int, is_on: bool) -> None:
        self._joined.setdefault(list_id, {})[self.moved.get(code, code)] = (since, is_on)

    def _event(self, what: Row, since: int) -> None:
        code = self.moved.get(what["profile"]["id"], what["profile"]["id"])
        if code in self.gone:
            return
        metric, moment = self.metric_id(what["metric"]), what["moment"]
        if metric not in self.metrics:
            self._metrics[metric] = self.objects.metric(metric, what["metric"], since, False)
        said = dict(what["properties"])
        if what["value"] is not None:
            said["$value"] = what["value"]
        name = (metric, code, what["unique_id"])
        said["$event_id"] = what["unique_id"]
        token = self.objects.code("event", f"told/{'/'.join(name)}", 11)
        self.events[name] = event(self.objects, token, metric, code, moment, said)
        self._last[code] = max(moment, self._last.get(code, 0))
        self._show(code)

    def _subscribe(self, one: Row, what: Row, since: int) -> None:
        code = self._import(one, since)
        for channel in one["channels"]:
            self.subscriptions.append(
                {
                    "profile": code,
                    "channel": channel,
                    "list": what["list"],
                    "was_suppressed": one["suppressed"].get(channel, []),
                }
            )
        if code in self.gone:
            return
        told = self.told.setdefault(code, Told(since))
        told.touched = max(since, told.touched)
        for channel in one["channels"]:
            how = f"call:{what['source'] or ''}"
            told.subscribed.append((since, channel, how))
            said = {"method": "API", "method_detail": None}
            metric = self.objects.code("metric", CONSENTED[channel])
            name = (metric, code, f"call/{since}")
            token = self.objects.code("event", f"told/{'/'.join(name)}", 11)
            self.events[name] = event(self.objects, token, metric, code, since, said)
            self._last[code] = max(since, self._last.get(code, 0))
        if what["list"]:
            self._join(what["list"], code, since, True)
        self._show(code)

    def _show(self, code: str) -> None:
        """Show a profile anew."""
        if "rows" in vars(self):
            self.rows[code] = self._row(code)

    # -- what is shown -----------------------------------------------------------------

    @cached_property
    def indexes(self) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
        """Profile ids by e-mail, phone and external id."""
        emails: dict[str, str] = {}
        phones: dict[str, str] = {}
        for code, one in self.town.items():
            shown = self.profiles.contacts[one.account.key]
            emails |= {shown["email"].strip().lower(): code} if shown["email"] else {}
            phones |= {shown["phone"].strip(): code} if shown["phone"] else {}
        return emails, phones, {}

    def found(self, given: Row) -> list[str]:
        """The ids of the profiles that have one of the identifiers, each once."""
        names = ("email", "phone_number", "external_id")
        found = [
            index.get(str(given[name]).strip().lower())
            for name, index in zip(names, self.indexes, strict=True)
            if given.get(name)
        ]
        return list(dict.fromkeys(one for one in found if one is not None))

    @cached_property
    def rows(self) -> dict[str, Row]:
        """Every profile by id."""
        codes = [*self.town, *(one for one in self.made if one not in self.moved)]
        return {code: self._row(code) for code in codes}

    def _attributes(self, code: str) -> Row:
        one, told = self.town.get(code), self.told.get(code)
        shown = self.profiles.attributes(one) if one else blank(self.made[code])
        if told is None:
            return shown
        shown = shown | {
            name: value for name, value in told.attributes.items() if name != "location"
        }
        shown["location"] = shown["location"] | (told.attributes.get("location") or {})
        kept = {name: value for name, value in shown["properties"].items()
                if name not in told.unset}  # fmt: skip
        shown["properties"] = kept | told.properties
        shown["updated"] = later(shown["updated"], told.touched)
        return shown

    def _row(self, code: str) -> Row:
        shown = self._attributes(code)
        last = max(self._last.get(code, 0), self.events_of.last.get(code, 0))
        shown["last_event_date"] = stamp(last or None)
        return profile(code, shown, self.states(code))

    def states(self, code: str) -> list[State]:
        """The changes of a profile's consent that still count."""
        one, told = self.town.get(code), self.told.get(code)
        states = list(one.states) if one else []
        for since, channel, how in told.subscribed if told else []:
            states = [
                state
                for state in states
                if state[1] != channel or state[2] == "subscribed" or state[0] > since
            ]
            states.append((since, channel, "subscribed", how))
        return sorted(states)

    @cached_property
    def tables(self) -> dict[str, list[Row]]:
        """The lists that may be written, without their order."""
        return {
            "profiles": list(self.rows.values()),
            "lists": [*self.objects.lists(), *self._lists.values()],
            "metrics": list(self.metrics.values()),
            "events": sorted(
                [*self.events_of.rows, *self.events.values()],
                key=lambda row: (row["attributes"]["timestamp"], row["id"]),
            )
            if self.events
            else self.events_of.rows,
        }

    @property
    def metrics(self) -> dict[str, Row]:
        """Every metric by id."""
        return {row["id"]: row for row in self.objects.metrics()} | self._metrics

    def metric_id(self, name: str) -> str:
        """The id of a metric by its name, of one that is not there yet too."""
        key = next((key for key, known in METRICS.items() if known == name), f"told/{name}")
        return self.objects.code("metric", key)

    def members(self, list_id: str) -> dict[str, int]:
        """Who is on a list, and since when."""
        found = dict(self._town_members.get(list_id, {}))
        for code, (since, is_on) in self._joined.get(list_id, {}).items():
            if code in self.gone or found.get(code, -1) > since or (is_on and code in found):
                continue
            found.pop(code, None)
            if is_on:
                found[code] = since
        return found

    @cached_property
    def _town_members(self) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for code, one in self.town.items():
            for moment, key in one.joined:
                on = found.setdefault(self.objects.code("list", key), {})
                on[code] = max(moment, on.get(code, 0))
        return found

    # -- what stands of it -------------------------------------------------------------

    def held(self) -> Row:
        """What stands of that which was told: profiles, members, events and subscriptions, by the
        e-mails of the profiles."""
        names = {row["id"]: row["attributes"]["name"] for row in self.tables["lists"]}
        members: dict[str, Row] = {}
        for list_id in {*self._joined, *self._lists}:
            said = self._joined.get(list_id, {})
            on, town = self.members(list_id), self._town_members.get(list_id, {})
            put = sorted(self.name_of(one) for one in said if one in on and one not in town)
            off = sorted(self.name_of(one) for one in said if one in town and one not in on)
            if put or off or list_id in self._lists:
                members[names[list_id]] = {"members": put, "taken_off": off}
        metrics = {code: row["attributes"]["name"] for code, row in self.metrics.items()}
        events = [
            {"metric": metrics[metric], "profile": self.name_of(code), "unique_id": unique,
             "properties": row["attributes"]["event_properties"],
             "datetime": row["attributes"]["datetime"]}
            for (metric, code, unique), row in self.events.items()
            if metrics[metric] not in CONSENT_EVENTS
        ]  # fmt: skip
        return {
            "profiles": {
                self.name_of(code): {
                    "is_made": code in self.made,
                    "attributes": dict(sorted(told.attributes.items())),
                    "properties": dict(sorted(told.properties.items())),
                }
                for code, told in sorted(self.told.items(), key=lambda one: self.name_of(one[0]))
                if code in self.rows
            },
            "lists": dict(sorted(members.items())),
            "events": sorted(
                events, key=lambda one: (one["metric"], one["profile"], one["unique_id"])
            ),
            "subscriptions": sorted(
                (one | {"profile": self.name_of(one["profile"]),
                        "list": names.get(one["list"])} for one in self.subscriptions),
                key=lambda one: (one["profile"], one["channel"], str(one["list"])),
            ),
        }  # fmt: skip

    def name_of(self, code: str) -> str:
        """What a profile is called in `held`: its e-mail, else its phone, else its external id."""
        if code not in self.rows:
            return code
        shown = self.rows[code]["attributes"]
        return str(shown["email"] or shown["phone_number"] or shown["external_id"] or code)


def later(text: str, since: int) -> str:
    """The later of an instant as it is shown and another."""
    return max(text, stamp(since) or "", key=datetime.fromisoformat)
