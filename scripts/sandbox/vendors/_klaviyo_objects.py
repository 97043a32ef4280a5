"""Klaviyo's ids and its small objects: lists, segments, campaigns, templates, flows and metrics.

JSON:API as the vendor's revision 2026-07-15: what an object is stands in `attributes`, what it
belongs to in `relationships`. Profiles are in `_klaviyo_profiles.py`, events in
`_klaviyo_events.py`.
"""

from functools import cached_property
from typing import Any
from uuid import UUID

from scripts.sandbox import moments
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.mailings import (
    FLOWS,
    LISTS,
    MESSAGES,
    Flow,
    Mailing,
    Message,
    began,
    mailings,
)
from scripts.sandbox.model import Profile

Row = dict[str, Any]
HREF = "{root}"  # replaced by the server's own address
BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Metric -> its name; the last is the old push's own and not Klaviyo's.
METRICS = {
    "received": "Received Email",
    "opened": "Opened Email",
    "clicked": "Clicked Email",
    "bounced": "Bounced Email",
    "spam": "Marked Email as Spam",
    "subscribed": "Subscribed to Email Marketing",
    "unsubscribed": "Unsubscribed from Email Marketing",
    "suppressed": "Manually Suppressed from Email Marketing",
    "joined": "Subscribed to List",
    "text_sent": "Sent Text Message",
    "text_received": "Received Text Message",
    "text_clicked": "Clicked Text Message",
    "text_failed": "Failed to Deliver Text Message",
    "text_subscribed": "Subscribed to Text Messaging Marketing",
    "text_unsubscribed": "Unsubscribed from Text Messaging Marketing",
    "echo": "Checked In",
}


def stamp(moment: int | None) -> str | None:
    """ISO 8601 in UTC with its offset."""
    return None if moment is None else f"{moments.utc(moment).isoformat()}+00:00"


def resource(
    kind: str, path: str, code: str, attributes: Row, related: dict[str, list[Row] | Row | None]
) -> Row:
    """An object of JSON:API; `related` without data has links only."""
    relationships: Row = {}
    for name, data in related.items():
        own = f"{HREF}/{path}/{code}"
        relationships[name] = {} if data is None else {"data": data}
        relationships[name]["links"] = {
            "self": f"{own}/relationships/{name}/",
            "related": f"{own}/{name}/",
        }
    return {
        "type": kind,
        "id": code,
        "attributes": attributes,
        "relationships": relationships,
        "links": {"self": f"{HREF}/{path}/{code}/"},
    }


class Objects:
    """Builds every object of one ledger, as of its clock."""

    def __init__(self, ledger: Ledger) -> None:
        """Objects of one ledger."""
        self.ledger, self.chance = ledger, ledger.chance
        first = began(ledger.settings.start, ledger.settings.today)
        self.began = moments.instant(first, 8 * 3600)
        self.mailings = mailings(self.chance, first, ledger.clock)
        self._codes: dict[tuple[str, str], str] = {}

    # -- codes -------------------------------------------------------------------------

    def code(self, kind: str, key: str, length: int = 6) -> str:
        """Letters and digits, as the ids of lists, flows, metrics and templates are."""
        found = self._codes.get((kind, key))
        if found is None:
            found = self._codes[kind, key] = self.chance.token(length, "klaviyo", kind, key)
        return found

    def ulid(self, kind: str, key: str, moment: int) -> str:
        """Twenty-six characters that begin with the time, as the ids of profiles and campaigns."""
        found = self._codes.get((kind, key))
        if found is None:
            bits = self.chance.bits("klaviyo", kind, key)
            more = self.chance.bits("klaviyo", kind, key, "more") & 0xFFFF
            number = (1_000 * moment + bits % 1_000) << 80 | bits << 16 | more
            letters = [BASE32[number >> 5 * place & 31] for place in reversed(range(26))]
            found = self._codes[kind, key] = "".join(letters)
        return found

    def uuid(self, moment: int, *name: object) -> str:
        """A UUID of the instant, as events have one."""
        ticks = moment * 10**7 + 0x01B21DD213814000
        low, middle, high = ticks & 0xFFFFFFFF, ticks >> 32 & 0xFFFF, ticks >> 48 & 0x0FFF
        node = self.chance.bits("klaviyo", "node", *name) & 0xFFFFFFFFFFFF
        return str(UUID(fields=(low, middle, high | 0x1000, 0x80, 1, node)))

    def profile_id(self, one: Profile) -> str:
        """A profile's id."""
        return self.ulid("profile", one.account.key, one.account.opened)

    def campaign_id(self, one: Mailing) -> str:
        """A campaign's id."""
        return self.ulid("campaign", one.message.key, one.made)

    def message_id(self, key: str) -> str:
        """What an event calls its message: a campaign's id, or that of a flow's message."""
        if key in MESSAGES:
            return self.code("message", key)
        return self.campaign_id(self.mailing_of[key])

    @cached_property
    def mailing_of(self) -> dict[str, Mailing]:
        """Campaigns by the key of their message."""
        return {one.message.key: one for one in self.mailings}

    @cached_property
    def flow_of(self) -> dict[str, Flow]:
        """Flows by the keys of their messages."""
        return {message.key: flow for flow in FLOWS for message in flow.messages}

    def message(self, key: str) -> Message:
        """A message by its key."""
        return MESSAGES[key] if key in MESSAGES else self.mailing_of[key].message

    # -- what messages are made of -----------------------------------------------------

    def lists(self) -> list[Row]:
        """Every list; also those that nobody was ever put on."""
        return [
            self.list_of(
                self.code("list", key), name, self.began + 60 * place, is_double=key == "texts"
            )
            for place, (key, name) in enumerate(LISTS.items())
        ]

    @staticmethod
    def list_of(code: str, name: str, since: int, is_double: bool = False) -> Row:
        """A list; with a double opt-in whoever joins is asked again."""
        attributes = {
            "name": name,
            "created": stamp(since),
            "updated": stamp(since),
            "opt_in_process": "double_opt_in" if is_double else "single_opt_in",
        }
        related: dict[str, list[Row] | Row | None] = {
            "profiles": None,
            "tags": None,
            "flow-triggers": None,
        }
        return resource("list", "lists", code, attributes, related)

    def segments(self) -> list[Row]:
        """Who is on the newsletter, and who on the texts."""
        return [
            resource(
                "segment",
                "segments",
                self.code("segment", key),
                {
                    "name": f"Everybody on {LISTS[key]}",
                    "definition": {
                        "condition_groups": [
                            {
                                "conditions": [
                                    {
                                        "type": "profile-group-membership",
                                        "is_member": True,
                                        "group_ids": [self.code("list", key)],
                                        "timeframe_filter": None,
                                    }
                                ]
                            }
                        ]
                    },
                    "created": stamp(self.began + 3_600),
                    "updated": stamp(self.began + 3_600),
                    "is_active": True,
                    "is_processing": False,
                    "is_starred": key == "newsletter",
                },
                {"profiles": None, "tags": None, "flow-triggers": None},
            )
            for key in ("newsletter", "texts")
        ]

    def flows(self) -> list[Row]:
        """Flows, those among them that were never switched on."""
        return [
            resource(
                "flow",
                "flows",
                self.code("flow", flow.key),
                {
                    "name": flow.name,
                    "status": "live" if flow.is_live else "draft",
                    "archived": False,
                    "created": stamp(self.began + 7_200 + 300 * place),
                    "updated": stamp(self.began + 9_000 + 300 * place),
                    "trigger_type": "Added to List",
                },
                {"flow-actions": None, "tags": None},
            )
            for place, flow in enumerate(FLOWS)
        ]

    def metrics(self) -> list[Row]:
        """Everything that can happen: by Klaviyo's own word, or by what was sent to it."""
        return [
            self.metric(self.code("metric", key), name, self.began + place, key != "echo")
            for place, (key, name) in enumerate(METRICS.items())
        ]

    @staticmethod
    def metric(code: str, name: str, since: int, is_own: bool) -> Row:
        """A metric of Klaviyo's own, or one that a program made by sending its first event."""
        own = {"id": "0rG4eQ", "key": "klaviyo", "name": "Klaviyo", "category": "Internal"}
        sent = {"id": "7FtS4J", "key": "api", "name": "API", "category": "API"}
        attributes = {
            "name": name,
            "created": stamp(since),
            "updated": stamp(since),
            "integration": {"object": "integration", **(own if is_own else sent)},
        }
        return resource("metric", "metrics", code, attributes, {"flow-triggers": None})

    def campaigns(self) -> dict[str, tuple[str, Row]]:
        """Channel and campaign by id: sent, scheduled for the next days, and one never sent."""
        found = {}
        for one in self.mailings:
            is_sent, code = one.sent < self.ledger.horizon, self.campaign_id(one)
            attributes = {
                "name": one.message.name,
                "status": "Sent" if is_sent else "Scheduled",
                "archived": False,
                "audiences": {"included": [self.audience(one)], "excluded": []},
                **self._strategy(one.message.channel, one.sent),
                "created_at": stamp(one.made),
                "scheduled_at": stamp(one.made + 240),
                "updated_at": stamp(one.sent + 75 if is_sent else one.made + 240),
                "send_time": stamp(one.sent) if is_sent else None,
            }
            found[code] = (one.message.channel, self._campaign(code, one.message.key, attributes))
        code = self.ulid("campaign", "draft", self.began)
        attributes = {
            "name": "Untitled campaign",
            "status": "Draft",
            "archived": False,
            "audiences": {"included": [], "excluded": []},
            **self._strategy("email", self.began),
            "created_at": stamp(self.began),
            "scheduled_at": None,
            "updated_at": stamp(self.began),
            "send_time": None,
        }
        found[code] = ("email", self._campaign(code, "draft", attributes))
        return found

    def audience(self, one: Mailing) -> str:
        """The id of the list that a campaign goes to."""
        return self.code("list", "newsletter" if one.message.channel == "email" else "texts")

    @staticmethod
    def _strategy(channel: str, moment: int) -> Row:
        tracking = {
            "add_tracking_params": False,
            "custom_tracking_params": [],
            "is_tracking_clicks": True,
            "is_tracking_opens": True,
        }
        return {
            "send_options": {"use_smart_sending": True, "ignore_unsubscribes": False},
            "tracking_options": tracking if channel == "email" else None,
            "send_strategy": {
                "method": "static",
                "datetime": stamp(moment),
                "options": {"is_local": False},
            },
        }

    def _campaign(self, code: str, key: str, attributes: Row) -> Row:
        message = {"type": "campaign-message", "id": self.ulid("message", key, self.began)}
        related: dict[str, Any] = {"campaign-messages": [message], "tags": None}
        return resource("campaign", "campaigns", code, attributes, related)

    def templates(self) -> list[Row]:
        """One for each e-mail of a flow or campaign."""
        mails = [(message, self.began + 7_200) for message in MESSAGES.values()]
        mails += [(one.message, one.made) for one in self.mailings]
        return [
            resource(
                "template",
                "templates",
                self.code("template", message.key),
                {
                    "name": message.name,
                    "editor_type": "SYSTEM_DRAGGABLE",
                    "html": f"<html><body><h1>{merged(message)}</h1><p>{message.text}</p>"
                    "<p>{% unsubscribe %}</p></body></html>",
                    "text": f"{merged(message)}\n\n{message.text}",
                    "amp": None,
                    "created": stamp(made),
                    "updated": stamp(made),
                },
                {},
            )
            for message, made in mails
            if message.channel == "email"
        ]


def merged(message: Message) -> str:
    """A subject with the vendor's own place for the reader's name."""
    return message.subject.replace("{given}", "{{ first_name|default:'there' }}")
