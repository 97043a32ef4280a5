"""Mailchimp's automations with their e-mails, landing pages, and the list's growth by the month.

Automations write to people as they sign up, each e-mail some days after the one before; what
became of them is drawn when it is asked for. A landing page is made every two weeks or so, and
some are taken off again. Shapes are those of the Marketing API 3.0.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from scripts.sandbox import moments
from scripts.sandbox.model import Subscription
from scripts.sandbox.newsletter import SITE_URL
from scripts.sandbox.vendors._mailchimp_objects import LIST_NAME, Objects, link, stamp

Row = dict[str, Any]
PAGES_AT_DAY_0 = 37
NEXT_PAGE_DAYS = 16
TAKEN_OFF, DRAFTS = 0.35, (11, 29)
OPENS, AGAIN, CLICKS = 0.52, 0.4, 0.09
TOPICS = [
    ("two-weeks", "Two weeks for $30", "Try everything for two weeks"),
    ("camp", "Winter camp", "A week on the wall for ages 6 to 12"),
    ("birthday", "Birthday parties", "We bring the harnesses, you bring the cake"),
    ("bring-a-friend", "Bring a friend", "Your friend climbs for half"),
    ("youth-team", "Youth team tryouts", "Come and show us how you climb"),
    ("fitness", "Strong in six weeks", "Small groups, big lifts"),
    ("waiver", "Before your first visit", "Sign the waiver at home"),
]
DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]


@dataclass(frozen=True)
class Journey:
    """An automation: its e-mails by subject, each with the days it waits after the one before.

    Without `is_form` it writes to everybody who is put on the list.
    """

    key: str
    title: str
    kind: str
    action: str
    is_form: bool
    status: str
    emails: tuple[tuple[str, int], ...]


JOURNEYS = [
    Journey("welcome", "Welcome to the gym", "welcomeSeries", "signup", True, "sending",
            (("Welcome to the wall", 0), ("What to bring", 3), ("Your first two weeks", 11))),
    Journey("imported", "Nice to meet you", "emailSeries", "signup", False, "paused",
            (("We have met at the gym", 1),)),
    Journey("review", "How was it?", "welcomeSeries", "signup", True, "sending",
            (("Tell us how it was", 20), ("A small thank-you", 45))),
    Journey("winback", "We miss you", "api", "api", True, "save",
            (("It has been a while", 0),)),
]  # fmt: skip


class Pages:
    """Builds automations, landing pages and growth over the objects of one ledger."""

    def __init__(self, objects: Objects) -> None:
        """Nothing is built before it is asked for."""
        self.of, self.chance, self.now = objects, objects.chance, objects.now
        self.opened = objects.opened

    # -- automations -------------------------------------------------------------------

    def workflow_id(self, one: Journey) -> str:
        """Ten hexadecimal digits."""
        return self.of.code(10, "automation", one.key)

    def sent(self, one: Journey, place: int) -> list[tuple[int, Subscription]]:
        """To whom an e-mail of an automation went, and when."""
        if one.status == "save":
            return []
        days = sum(wait for _, wait in one.emails[: place + 1])
        paused = moments.midnight(self.of.ledger.settings.today) - 90 * moments.DAY
        last = min(self.now, paused) if one.status == "paused" else self.now
        found = []
        for sub in self.of.ledger.subscriptions:
            moment = sub.account.opened + days * moments.DAY + 3_600
            is_due = sub.is_form == one.is_form and moment <= last
            if is_due and sub.state(moment) == "subscribed":
                found.append((moment, sub))
        return found

    def summary(self, one: Journey, places: range) -> Row:
        """What became of some e-mails of an automation."""
        sent = opened = again = clicked = 0
        for place in places:
            for moment, sub in self.sent(one, place):
                name = (one.key, place, sub.account.key)
                wait = self.chance.whole(300, 200_000, *name, "opened")
                sent += 1
                if self.chance.u(*name, "opens") < OPENS and moment + wait <= self.now:
                    opened += 1
                    again += self.chance.u(*name, "again") < AGAIN
                    clicked += self.chance.u(*name, "clicks") < CLICKS
        return {
            "opens": opened + again,
            "unique_opens": opened,
            "open_rate": round(opened / sent, 10) if sent else 0,
            "clicks": clicked,
            "subscriber_clicks": clicked,
            "click_rate": round(clicked / sent, 10) if sent else 0,
        }

    def _common(self, one: Journey) -> Row:
        return {
            "create_time": stamp(self.opened),
            "start_time": "" if one.status == "save" else stamp(self.opened + 3_600),
            "status": one.status,
            "tracking": {
                "opens": True,
                "html_clicks": True,
                "text_clicks": False,
                "goal_tracking": False,
                "ecomm360": False,
                "google_analytics": "",
                "clicktale": "",
            },
            "trigger_settings": {
                "workflow_type": one.kind,
                "workflow_title": one.title,
                "runtime": {"days": DAYS, "hours": {"type": "send_asap"}},
                "workflow_emails_count": len(one.emails),
            },
        }

    def _recipients(self) -> Row:
        return {
            "list_id": self.of.list_id,
            "list_is_active": True,
            "list_name": LIST_NAME,
        }

    def automation(self, one: Journey) -> Row:
        """An automation and what became of all its e-mails."""
        code, places = self.workflow_id(one), range(len(one.emails))
        return {
            "id": code,
            **self._common(one),
            "emails_sent": sum(len(self.sent(one, place)) for place in places),
            "recipients": self._recipients(),
            "settings": {
                "title": one.title,
                "from_name": LIST_NAME,
                "reply_to": "news@post.example.org",
                "use_conversation": False,
                "to_name": "*|FNAME|*",
                "authenticate": True,
                "auto_footer": False,
                "inline_css": False,
            },
            "report_summary": self.summary(one, places),
            "_links": [link("self", f"/automations/{code}", "Automations/Response")],
        }

    def emails(self, one: Journey) -> list[Row]:
        """The e-mails of an automation, by their place in it."""
        return [self._email(one, place) for place in range(len(one.emails))]

    def _email(self, one: Journey, place: int) -> Row:
        workflow, (subject, days) = self.workflow_id(one), one.emails[place]
        code = self.of.code(10, "automation email", one.key, str(place))
        sent = self.sent(one, place)
        after = "subscribers join your list" if place == 0 else "previous email is sent"
        action = one.action if place == 0 else "previous_campaign_sent"
        return {
            "id": code,
            "web_id": 14_700_000 + int(code[:6], 16) % 100_000,
            "workflow_id": workflow,
            "position": place + 1,
            **self._common(one),
            "delay": {
                "amount": days,
                "type": "day" if days else "now",
                "direction": "after",
                "action": action,
                "action_description": after,
                "full_description": f"{days} days after {after}" if days else f"as {after}",
            },
            "archive_url": f"http://eepurl.com/{code[:6]}",
            "emails_sent": len(sent),
            "send_time": stamp(max((moment for moment, _ in sent), default=None)),
            "content_type": "template",
            "needs_block_refresh": False,
            "has_logo_merge_tag": False,
            "recipients": {
                **self._recipients(),
                "segment_text": "",
                "recipient_count": len(sent),
            },
            "settings": {
                "subject_line": subject,
                "preview_text": "",
                "title": f"{one.title} {place + 1}",
                "from_name": LIST_NAME,
                "reply_to": "news@post.example.org",
                "authenticate": True,
                "auto_footer": False,
                "inline_css": False,
                "auto_tweet": False,
                "fb_comments": False,
                "template_id": 145,
                "drag_and_drop": True,
            },
            "report_summary": self.summary(one, range(place, place + 1)),
            "_links": [
                link(
                    "self", f"/automations/{workflow}/emails/{code}", "Automations/Emails/Response"
                )
            ],
        }

    # -- landing pages -----------------------------------------------------------------

    def landing_pages(self) -> list[Row]:
        """Every page made by the clock, the oldest first."""
        settings, rows = self.of.ledger.settings, []
        for number in range(10_000):
            day = settings.start + timedelta(days=number * settings.days // PAGES_AT_DAY_0)
            if number >= PAGES_AT_DAY_0:
                later = NEXT_PAGE_DAYS * (number - PAGES_AT_DAY_0 + 1)
                day = settings.today + timedelta(days=later)
            created = moments.instant(day, 11 * 3600)
            if created > self.now:
                break
            rows.append(self._landing_page(number, created))
        return rows

    def _landing_page(self, number: int, created: int) -> Row:
        slug, name, title = TOPICS[number % len(TOPICS)]
        code = self.of.code(12, "landing page", str(number))
        published = created + 5_400
        shown = None if number in DRAFTS or published > self.now else published
        off = None
        if shown and self.chance.u("landing page", number, "off") < TAKEN_OFF:
            off = shown + self.chance.whole(20, 120, "landing page", number, "days") * moments.DAY
            off = off if off <= self.now else None
        touched = max(created, shown or 0, off or 0)
        return {
            "id": code,
            "web_id": 15_900_000 + number,
            "name": f"{name} {number + 1}",
            "title": title,
            "description": "",
            "template_id": 2_001,
            "status": "draft" if shown is None else "unpublished" if off else "published",
            "list_id": self.of.list_id,
            "store_id": "",
            "created_at": stamp(created),
            "published_at": stamp(shown),
            "unpublished_at": stamp(off),
            "updated_at": stamp(touched),
            "url": f"{SITE_URL}/p/{slug}-{number + 1}" if shown else "",
            "tracking": {"track_with_mailchimp": True, "enable_restricted_data_processing": False},
            "created_by_source": "web",
            "_links": [link("self", f"/landing-pages/{code}", "LandingPages/Response")],
        }

    # -- growth ------------------------------------------------------------------------

    def history(self) -> list[Row]:
        """The list at the end of each month, and what happened to it in that month."""
        month, last = moments.day_of(self.opened).replace(day=1), self.of.ledger.clock
        rows = []
        while month <= last:
            rows.append(self._month(month))
            month = moments.add_months(month, 1)
        return rows

    def _month(self, month: date) -> Row:
        first = moments.midnight(month)
        end = min(moments.midnight(moments.add_months(month, 1)), self.now + 1)
        came = {"Import": 0, "Form": 0}
        states: dict[str, int] = {}
        changed = {"unsubscribed": 0, "cleaned": 0}
        existing = deleted = 0
        for sub in self.of.ledger.subscriptions:
            opened = sub.account.opened
            closed = sub.account.closed
            is_gone = closed is not None and moments.midnight(closed) < end
            deleted += closed is not None and first <= moments.midnight(closed) < end
            if first <= opened < end:
                came["Form" if sub.is_form else "Import"] += 1
            existing += opened < first and sub.state(first - 1) == "subscribed"
            state = None if is_gone else sub.state(end - 1)
            if state is not None:
                states[state] = states.get(state, 0) + 1
            for since, what in sub.states[1:]:
                if what in changed and first <= since < end:
                    changed[what] += 1
        path = f"/lists/{self.of.list_id}/growth-history/{month:%Y-%m}"
        return {
            "list_id": self.of.list_id,
            "month": f"{month:%Y-%m}",
            "existing": existing,
            "imports": came["Import"],
            "optins": came["Form"],
            "subscribed": states.get("subscribed", 0),
            "unsubscribed": changed["unsubscribed"],
            "reconfirm": 0,
            "cleaned": changed["cleaned"],
            "pending": states.get("pending", 0),
            "deleted": deleted,
            "transactional": 0,
            "_links": [link("self", path, "Lists/Growth/Response")],
        }
