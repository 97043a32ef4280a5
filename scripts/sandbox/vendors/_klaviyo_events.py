"""Klaviyo's events: messages and what came of them, lists joined, consent given and taken back.

Each is an event of one metric and one profile. A soft bounce is known a day or two after it
happened, so it comes late. The last metric holds the visits that the gym's old push sent.
"""

from collections.abc import Iterator
from functools import cached_property

from scripts.sandbox.mailings import LISTS, reaction
from scripts.sandbox.model import Profile, Sending
from scripts.sandbox.newsletter import SITE_URL
from scripts.sandbox.vendors._klaviyo_objects import Objects, Row, resource, stamp
from scripts.sandbox.vendors._klaviyo_profiles import METHODS, Profiles

BOUNCES = {"hard": "Hard", "soft": "Soft"}


class Events:
    """The events of one ledger's profiles, as of its clock."""

    def __init__(self, profiles: Profiles) -> None:
        """Events of the profiles that there are."""
        self.profiles, self.objects = profiles, profiles.objects
        self.chance, self.horizon = self.objects.chance, self.objects.ledger.horizon

    @cached_property
    def rows(self) -> list[Row]:
        """Every event, oldest first."""
        found = [row for one in self.profiles.listed for row in self._of(one)]
        return sorted(found, key=lambda row: (row["attributes"]["timestamp"], row["id"]))

    @cached_property
    def last(self) -> dict[str, int]:
        """The instant of each profile's last event, by its id."""
        return {
            row["relationships"]["profile"]["data"]["id"]: row["attributes"]["timestamp"]
            for row in self.rows
        }

    def deeds(self, one: Profile, sending: Sending) -> list[tuple[int, str]]:
        """Opens and clicks of one message."""
        channel = self.objects.message(sending.message).channel
        return reaction(self.chance, one, sending, channel, self.horizon)

    def _of(self, one: Profile) -> Iterator[Row]:
        for moment, list_key in one.joined:
            listed = {"List": LISTS[list_key], "list_id": self.objects.code("list", list_key)}
            yield self._event("joined", one, moment, list_key, listed)
        for moment, channel, what, how in one.states:
            yield from self._consent(one, moment, channel, what, how)
        for sending in one.sent:
            if sending.known < self.horizon:
                yield from self._message(one, sending)
        for moment in one.echoes:
            yield self._event("echo", one, moment, str(moment), {"source": "basin push"})

    def _consent(
        self, one: Profile, moment: int, channel: str, what: str, how: str
    ) -> Iterator[Row]:
        metric = {
            ("email", "subscribed"): "subscribed",
            ("email", "unsubscribed"): "unsubscribed",
            ("email", "spam_complaint"): "spam",
            ("email", "user_suppressed"): "suppressed",
            ("sms", "subscribed"): "text_subscribed",
            ("sms", "unsubscribed"): "text_unsubscribed",
        }.get((channel, what))
        if metric is None:
            return
        shown = self.profiles.contacts[one.account.key]
        name = "email_address" if channel == "email" else "phone_number"
        said: Row = {name: shown["email" if channel == "email" else "phone"]}
        if how:
            said |= {"method": METHODS[how][0], "method_detail": METHODS[how][1]}
        yield self._event(metric, one, moment, what, said)

    def _message(self, one: Profile, sending: Sending) -> Iterator[Row]:
        key = sending.message
        channel, said = self.objects.message(key).channel, self._said(one, sending)
        is_text = channel == "sms"
        if is_text:
            yield self._event("text_sent", one, sending.moment, key, said)
        if sending.outcome in BOUNCES:
            bounce = {"Bounce Type": BOUNCES[sending.outcome]}
            yield self._event("bounced", one, sending.moment, key, said | bounce)
        elif sending.outcome == "failed":
            yield self._event("text_failed", one, sending.moment + 30, key, said)
        else:
            metric = "text_received" if is_text else "received"
            yield self._event(metric, one, sending.moment, key, said)
        for place, (moment, what) in enumerate(self.deeds(one, sending)):
            name = f"{key}/{place}"
            if what == "open":
                yield self._event("opened", one, moment, name, said)
            else:
                metric = "text_clicked" if is_text else "clicked"
                yield self._event(metric, one, moment, name, said | {"URL": f"{SITE_URL}/visit"})

    def _said(self, one: Profile, sending: Sending) -> Row:
        """The properties that all events of one message share."""
        objects, shown = self.objects, self.profiles.contacts[one.account.key]
        message = objects.message(sending.message)
        code = objects.message_id(message.key)
        found: Row = {
            "Campaign Name": message.name,
            "$message": code,
            "$_cohort$message_send_cohort": f"{sending.moment}:{code}",
        }
        if message.key in objects.flow_of:
            found["$flow"] = objects.code("flow", objects.flow_of[message.key].key)
        else:
            found["$group_ids"] = [objects.audience(objects.mailing_of[message.key])]
        if message.channel == "sms":
            return found | {"Message Body": message.text, "To Number": shown["phone"]}
        address = shown["email"] or ""
        return found | {
            "Subject": message.subject.format(given=shown["given"] or "there"),
            "Recipient Email Address": address,
            "Email Domain": address.rpartition("@")[2],
            "$ESP": 2,
        }

    def _event(self, metric: str, one: Profile, moment: int, name: str, said: Row) -> Row:
        objects, account = self.objects, one.account
        code = objects.code("event", f"{account.key}/{metric}/{name}/{moment}", 11)
        said = {**said, "$event_id": f"{name.partition('/')[0]}:{moment}"}
        return event(
            objects, code, objects.code("metric", metric), objects.profile_id(one), moment, said
        )


def event(
    objects: Objects, code: str, metric_id: str, profile_id: str, moment: int, said: Row
) -> Row:
    """An event of one metric and one profile."""
    return resource(
        "event",
        "events",
        code,
        {
            "timestamp": moment,
            "event_properties": said,
            "datetime": stamp(moment),
            "uuid": objects.uuid(moment, code),
        },
        {
            "profile": {"type": "profile", "id": profile_id},
            "metric": {"type": "metric", "id": metric_id},
        },
    )
