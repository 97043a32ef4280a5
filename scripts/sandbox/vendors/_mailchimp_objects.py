"""Mailchimp's objects: the list, its members, campaigns, reports, and who did what with each.

Shapes are those of the Marketing API 3.0. A member is known by the md5 of the lower-case address.
Reports count what `newsletter.py` says happened by the clock.
"""

from functools import cached_property
from hashlib import md5
from typing import Any

from scripts.sandbox import moments
from scripts.sandbox.errors import Errors
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.model import Campaign, Subscription
from scripts.sandbox.newsletter import activity, address_of, links

Row = dict[str, Any]
LIST_NAME = "Basin Climbing and Fitness"
HAS_NAME = 0.86
REASONS = ["None given", "No longer interested", "Too many e-mails"]
HREF = "{root}"  # replaced by the server's own address


def stamp(moment: int | None) -> str:
    """ISO 8601 in UTC, empty where there is no instant."""
    return "" if moment is None else f"{moments.utc(moment).isoformat()}+00:00"


def link(rel: str, path: str, schema: str) -> Row:
    """One entry of `_links`."""
    return {
        "rel": rel,
        "href": f"{HREF}{path}",
        "method": "GET",
        "targetSchema": f"https://us1.api.mailchimp.com/schema/3.0/Definitions/{schema}.json",
    }


class Objects:
    """Builds every object of one ledger, as of its clock."""

    def __init__(self, ledger: Ledger) -> None:
        """Objects of one ledger."""
        self.ledger, self.chance, self.errors = ledger, ledger.chance, Errors(ledger)
        self.now = ledger.horizon - 1
        self.list_id = self.code(10, "list")
        self.opened = moments.instant(ledger.settings.start, 8 * 3600)
        self._contacts: dict[str, tuple[str, str, str]] = {}
        self._codes: dict[str, str] = {}
        self._recipients: dict[str, list[Subscription]] = {}
        self._reports: dict[str, Row] = {}

    def code(self, length: int, *name: str) -> str:
        """Hexadecimal digits named by what they stand for."""
        text = ""
        while len(text) < length:
            text += f"{self.chance.bits('mailchimp', *name, len(text)):016x}"
        return text[:length]

    def campaign_id(self, one: Campaign) -> str:
        """Ten hexadecimal digits."""
        return self.code(10, one.key)

    def contact(self, one: Subscription) -> tuple[str, str, str]:
        """Address, given and family name as typed, errors included."""
        account = one.account
        found = self._contacts.get(account.key)
        if found is None:
            person, day = account.person, moments.day_of(account.opened)
            is_named = self.chance.u(account.key, "named") < HAS_NAME or person.case is not None
            values = {
                "email": address_of(one),
                "given": person.at("given", day) if is_named else "",
                "family": person.at("family", day) if is_named else "",
            }
            seen = {
                name: account.shows[name]
                if name in account.shows
                else self.errors.seen("mailchimp", account.key, person, name, value)
                for name, value in values.items()
            }
            found = (seen["email"] or "", seen["given"] or "", seen["family"] or "")
            self._contacts[account.key] = found
        return found

    def email_id(self, one: Subscription) -> str:
        """The md5 of the lower-case address."""
        code = self._codes.get(one.account.key)
        if code is None:
            address = self.contact(one)[0].strip().lower()
            code = self._codes[one.account.key] = md5(address.encode()).hexdigest()
        return code

    def member_id(self, one: Subscription) -> str:
        """A member's key: the list and the md5 of the address."""
        return f"{self.list_id}-{self.email_id(one)}"

    @cached_property
    def subscriptions(self) -> list[Subscription]:
        """Everybody on the list now, each address once: whoever was first keeps it."""
        found: dict[str, Subscription] = {}
        for one in self.ledger.subscriptions:
            found.setdefault(self.email_id(one), one)
        return [one for one in found.values() if one.account.exists(self.ledger.clock)]

    @cached_property
    def known(self) -> dict[str, Subscription]:
        """Everybody who ever had an address here, deleted ones included."""
        found: dict[str, Subscription] = {}
        for one in self.ledger.subscriptions:
            found.setdefault(self.email_id(one), one)
        return found

    def recipients(self, campaign: Campaign) -> list[Subscription]:
        """Whom a campaign was sent to, each address once."""
        found = self._recipients.get(campaign.key)
        if found is None:
            found = [one for one in campaign.recipients if self.known[self.email_id(one)] is one]
            self._recipients[campaign.key] = found
        return found

    # -- what people did ---------------------------------------------------------------

    @cached_property
    def actions(self) -> dict[str, dict[str, list[tuple[int, str, str | None]]]]:
        """What each recipient did, by campaign and address."""
        return {
            campaign.key: {
                self.email_id(one): did
                for one in self.recipients(campaign)
                if (did := activity(self.chance, campaign, one, self.ledger.horizon))
            }
            for campaign in self.ledger.campaigns
        }

    @cached_property
    def _rates(self) -> dict[str, tuple[float, float]]:
        """Average open and click rates of each address."""
        counts: dict[str, list[int]] = {}
        for campaign in self.ledger.campaigns:
            done = self.actions[campaign.key]
            for one in self.recipients(campaign):
                code = self.email_id(one)
                row = counts.setdefault(code, [0, 0, 0])
                did = done.get(code, [])
                row[0] += 1
                row[1] += bool(did)
                row[2] += any(what == "click" for _, what, _ in did)
        return {
            code: (round(opened / sent, 4), round(clicked / sent, 4))
            for code, (sent, opened, clicked) in counts.items()
        }

    # -- lists and members -------------------------------------------------------------

    def status(self, one: Subscription) -> str:
        """A member's status now."""
        return one.state(self.now) or "subscribed"

    def member(self, one: Subscription) -> Row:
        """A member of the list."""
        email, given, family = self.contact(one)
        code, status = self.email_id(one), self.status(one)
        opened, clicked = self._rates.get(code, (0, 0))
        signup = one.account.opened
        path = f"/lists/{self.list_id}/members/{code}"
        row: Row = {
            "id": code,
            "email_address": email,
            "unique_email_id": self.code(10, "unique", one.account.key),
            "contact_id": self.code(32, "contact", one.account.key),
            "full_name": f"{given} {family}".strip(),
            "web_id": 400_000_000 + self.chance.bits("mailchimp web", code) % 10**8,
            "email_type": "html",
            "status": status,
            "consents_to_one_to_one_messaging": True,
            "merge_fields": {"FNAME": given, "LNAME": family, "PHONE": ""},
            "stats": {
                "avg_open_rate": opened,
                "avg_click_rate": clicked,
            },
            "ip_signup": "",
            "timestamp_signup": stamp(signup) if one.is_form else "",
            "ip_opt": "192.0.2.10",
            "timestamp_opt": "" if status == "pending" else stamp(signup),
            "member_rating": 2,
            "last_changed": stamp(one.states[-1][0]),
            "language": "",
            "vip": False,
            "email_client": "",
            "location": {
                "latitude": 0,
                "longitude": 0,
                "gmtoff": 0,
                "dstoff": 0,
                "country_code": "",
                "timezone": "",
                "region": "",
            },
            "source": "Hosted Signup Form" if one.is_form else "Import",
            "tags_count": 0,
            "tags": [],
            "list_id": self.list_id,
            "_links": [link("self", path, "Lists/Members/Response")],
        }
        if status == "unsubscribed":
            row["unsubscribe_reason"] = self.chance.pick(REASONS, "mailchimp", code, "reason")
        return row

    def audience(self) -> Row:
        """The only list."""
        counts = {"subscribed": 0, "unsubscribed": 0, "cleaned": 0}
        latest: dict[str, int] = {}
        for one in self.subscriptions:
            status = self.status(one)
            if status in counts:
                counts[status] += 1
            latest[status] = max(latest.get(status, 0), one.states[-1][0])
        campaigns = self.ledger.campaigns
        path = f"/lists/{self.list_id}"
        return {
            "id": self.list_id,
            "web_id": 684_001,
            "name": LIST_NAME,
            "contact": {
                "company": LIST_NAME,
                "address1": "101 Quarry Lane",
                "address2": "",
                "city": "Basin Springs",
                "state": "TX",
                "zip": "76701",
                "country": "US",
                "phone": "",
            },
            "permission_reminder": "You signed up at the gym or on our website.",
            "use_archive_bar": True,
            "campaign_defaults": {
                "from_name": LIST_NAME,
                "from_email": "news@post.example.org",
                "subject": "",
                "language": "en",
            },
            "notify_on_subscribe": "",
            "notify_on_unsubscribe": "",
            "date_created": stamp(self.opened),
            "list_rating": 3,
            "email_type_option": False,
            "subscribe_url_short": "http://eepurl.com/sandbox",
            "subscribe_url_long": f"https://sandbox.list-manage.com/subscribe?id={self.list_id}",
            "beamer_address": "us1-sandbox@inbound.example.org",
            "visibility": "prv",
            "double_optin": False,
            "has_welcome": True,
            "marketing_permissions": False,
            "modules": [],
            "stats": {
                "member_count": counts["subscribed"],
                "unsubscribe_count": counts["unsubscribed"],
                "cleaned_count": counts["cleaned"],
                "member_count_since_send": 0,
                "unsubscribe_count_since_send": 0,
                "cleaned_count_since_send": 0,
                "campaign_count": len(campaigns),
                "campaign_last_sent": stamp(campaigns[-1].sent if campaigns else None),
                "merge_field_count": 3,
                "avg_sub_rate": 0,
                "avg_unsub_rate": 0,
                "target_sub_rate": 0,
                "open_rate": 0,
                "click_rate": 0,
                "last_sub_date": stamp(latest.get("subscribed")),
                "last_unsub_date": stamp(latest.get("unsubscribed")),
            },
            "_links": [link("self", path, "Lists/Response")],
        }

    # -- campaigns and reports ---------------------------------------------------------

    def campaign(self, one: Campaign) -> Row:
        """A campaign that was sent."""
        report, code = self.report(one), self.campaign_id(one)
        opens, clicks = report["opens"], report["clicks"]
        return {
            "id": code,
            "web_id": 13_500_000 + one.number,
            "type": "regular",
            "create_time": stamp(one.sent - 2 * moments.DAY),
            "archive_url": f"http://eepurl.com/{code[:6]}",
            "long_archive_url": f"https://us1.campaign-archive.com/?u=sandbox&id={code}",
            "status": "sent",
            "emails_sent": report["emails_sent"],
            "send_time": stamp(one.sent),
            "content_type": "template",
            "needs_block_refresh": False,
            "resendable": False,
            "recipients": {
                "list_id": self.list_id,
                "list_is_active": True,
                "list_name": LIST_NAME,
                "segment_text": "",
                "recipient_count": report["emails_sent"],
            },
            "settings": {
                "subject_line": one.subject,
                "preview_text": "",
                "title": one.title,
                "from_name": LIST_NAME,
                "reply_to": "news@post.example.org",
                "use_conversation": False,
                "to_name": "*|FNAME|*",
                "folder_id": "",
                "authenticate": True,
                "auto_footer": False,
                "inline_css": False,
                "auto_tweet": False,
                "fb_comments": True,
                "timewarp": False,
                "template_id": 145,
                "drag_and_drop": True,
            },
            "tracking": {
                "opens": True,
                "html_clicks": True,
                "text_clicks": False,
                "goal_tracking": False,
                "ecomm360": False,
                "google_analytics": "",
                "clicktale": "",
            },
            "report_summary": {
                "opens": opens["opens_total"],
                "unique_opens": opens["unique_opens"],
                "open_rate": opens["open_rate"],
                "clicks": clicks["clicks_total"],
                "subscriber_clicks": clicks["unique_subscriber_clicks"],
                "click_rate": clicks["click_rate"],
                "ecommerce": {"total_orders": 0, "total_spent": 0, "total_revenue": 0},
            },
            "delivery_status": {"enabled": False},
            "_links": [link("self", f"/campaigns/{code}", "Campaigns/Response")],
        }

    def report(self, one: Campaign) -> Row:
        """What became of a campaign."""
        if one.key not in self._reports:
            self._reports[one.key] = self._report(one)
        return self._reports[one.key]

    def _report(self, one: Campaign) -> Row:
        code, sent = self.campaign_id(one), len(self.recipients(one))
        done = self.actions[one.key]
        opened = [(at, who) for who, did in done.items() for at, what, _ in did if what == "open"]
        clicked = [
            (at, who, url) for who, did in done.items() for at, what, url in did if what == "click"
        ]
        bounced = [one.bounced.get(sub.account.key) for sub in self.recipients(one)]
        gone = sum(
            any(
                what == "unsubscribed" and one.sent < at < one.sent + 90_001
                for at, what in sub.states
            )
            for sub in self.recipients(one)
        )
        delivered = max(1, sent - sum(kind is not None for kind in bounced))
        openers, clickers = {who for _, who in opened}, {who for _, who, _ in clicked}
        return {
            "id": code,
            "campaign_title": one.title,
            "type": "regular",
            "list_id": self.list_id,
            "list_is_active": True,
            "list_name": LIST_NAME,
            "subject_line": one.subject,
            "preview_text": "",
            "emails_sent": sent,
            "abuse_reports": 0,
            "unsubscribed": gone,
            "send_time": stamp(one.sent),
            "bounces": {
                "hard_bounces": bounced.count("hard"),
                "soft_bounces": bounced.count("soft"),
                "syntax_errors": 0,
            },
            "forwards": {"forwards_count": 0, "forwards_opens": 0},
            "opens": {
                "opens_total": len(opened),
                "unique_opens": len(openers),
                "open_rate": round(len(openers) / delivered, 10),
                "last_open": stamp(max((at for at, _ in opened), default=None)),
            },
            "clicks": {
                "clicks_total": len(clicked),
                "unique_clicks": len({(who, url) for _, who, url in clicked}),
                "unique_subscriber_clicks": len(clickers),
                "click_rate": round(len(clickers) / delivered, 10),
                "last_click": stamp(max((at for at, *_ in clicked), default=None)),
            },
            "facebook_likes": {"recipient_likes": 0, "unique_likes": 0, "facebook_likes": 0},
            "list_stats": {"sub_rate": 0, "unsub_rate": 0, "open_rate": 0, "click_rate": 0},
            "timeseries": self._hours(one, sent, opened, clicked),
            "ecommerce": {
                "total_orders": 0,
                "total_spent": 0,
                "total_revenue": 0,
                "currency_code": "USD",
            },
            "delivery_status": {"enabled": False},
            "_links": [link("self", f"/reports/{code}", "Reports/Response")],
        }

    def _hours(
        self,
        one: Campaign,
        sent: int,
        opened: list[tuple[int, str]],
        clicked: list[tuple[int, str, str | None]],
    ) -> list[Row]:
        """The first day of a campaign, by the hour."""
        first: dict[str, int] = {}
        for at, who in sorted(opened):
            first.setdefault(who, at)
        start = one.sent - one.sent % 3600
        rows = []
        for begun in range(start, start + 24 * 3600, 3600):
            if begun > self.now:
                break
            clickers = {who for at, who, _ in clicked if begun <= at < begun + 3600}
            rows.append(
                {
                    "timestamp": stamp(begun),
                    "emails_sent": sent if begun == start else 0,
                    "unique_opens": sum(begun <= at < begun + 3600 for at in first.values()),
                    "recipients_clicks": len(clickers),
                }
            )
        return rows

    def clicks(self, one: Campaign) -> list[Row]:
        """Each link of a campaign and who clicked it."""
        code = self.campaign_id(one)
        clicked = [
            (at, who, url)
            for who, did in self.actions[one.key].items()
            for at, what, url in did
            if what == "click"
        ]
        everybody = {who for _, who, _ in clicked}
        rows = []
        for url in links(one):
            own = [(at, who) for at, who, to in clicked if to == url]
            people = {who for _, who in own}
            rows.append(
                {
                    "id": self.code(10, "link", one.key, url),
                    "url": url,
                    "total_clicks": len(own),
                    "click_percentage": len(own) / len(clicked) if clicked else 0,
                    "unique_clicks": len(people),
                    "unique_click_percentage": len(people) / len(everybody) if everybody else 0,
                    "last_click": stamp(max((at for at, _ in own), default=None)),
                    "campaign_id": code,
                    "_links": [link("parent", f"/reports/{code}/click-details", "Reports/Clicks")],
                }
            )
        return rows

    def emails(self, one: Campaign, since: int = 0) -> list[Row]:
        """What each recipient did; whoever did not open is left out."""
        code, rows = self.campaign_id(one), []
        done = self.actions[one.key]
        for sub in self.recipients(one):
            who = self.email_id(sub)
            did = [row for row in done.get(who, []) if row[0] >= since]
            if not did:
                continue
            rows.append(
                {
                    "campaign_id": code,
                    "list_id": self.list_id,
                    "list_is_active": True,
                    "email_id": who,
                    "email_address": self.contact(sub)[0],
                    "activity": [
                        {
                            "action": what,
                            "timestamp": stamp(at),
                            **({"url": url} if url else {}),
                            "ip": "192.0.2.20",
                        }
                        for at, what, url in did
                    ],
                    "_links": [
                        link("parent", f"/reports/{code}/email-activity", "Reports/EmailActivity")
                    ],
                }
            )
        return rows

    def sent_to(self, one: Campaign) -> list[Row]:
        """Everybody a campaign was sent to."""
        code, rows = self.campaign_id(one), []
        done = self.actions[one.key]
        for sub in self.recipients(one):
            email, given, family = self.contact(sub)
            who = self.email_id(sub)
            opens = [at for at, what, _ in done.get(who, []) if what == "open"]
            rows.append(
                {
                    "email_id": who,
                    "email_address": email,
                    "merge_fields": {"FNAME": given, "LNAME": family, "PHONE": ""},
                    "vip": False,
                    "status": one.bounced.get(sub.account.key, "sent"),
                    "open_count": len(opens),
                    "last_open": stamp(max(opens, default=None)),
                    "gmt_offset": 0,
                    "campaign_id": code,
                    "list_id": self.list_id,
                    "list_is_active": True,
                    "_links": [link("parent", f"/reports/{code}/sent-to", "Reports/SentTo")],
                }
            )
        return rows
