"""Klaviyo's profiles: who they are, what the gym's old push wrote on them, what they agreed to.

An address and a phone stand on one profile only: whoever was first keeps them. A row that was
pushed brings its own name and properties, so that the profile of a mother may speak of her child.
`can_receive_email_marketing` is true for everybody who is not suppressed, as the vendor has it.
"""

from collections import defaultdict
from datetime import date
from functools import cached_property

from scripts.sandbox import moments
from scripts.sandbox.contacts import givers
from scripts.sandbox.errors import Errors
from scripts.sandbox.model import Account, Membership, Person, Profile
from scripts.sandbox.vendors._klaviyo_objects import Objects, Row, resource, stamp

SUPPRESSIONS = {
    "unsubscribed": "UNSUBSCRIBE",
    "hard_bounce": "HARD_BOUNCE",
    "invalid_email": "INVALID_EMAIL",
    "spam_complaint": "SPAM_COMPLAINT",
    "user_suppressed": "USER_SUPPRESSED",
}
# How somebody came to agree or not: method, its detail, and what our own call named as its reason.
METHODS = {
    "form": ("FORM", "Footer form", None),
    "page": ("PREFERENCE_PAGE", None, None),
    "keyword": ("INBOUND_MESSAGE", None, None),
    "api": ("API", None, "tag_sync_auto_subscribe"),
}
# What the old push called the reasons for which the old sync put somebody on a list.
FLAGS = {
    "day_pass": "first_time_day_pass_2wk_offer",
    "two_week": "2_week_pass_purchase",
    "new_member": "new_member",
    "win_back": "membership_cancelled_winback",
}


# A change of consent: instant, channel, what, how.
State = tuple[int, str, str, str]


class Profiles:
    """The profiles of one ledger, as of its clock."""

    def __init__(self, objects: Objects) -> None:
        """Profiles with ids of `objects`."""
        self.objects, self.ledger = objects, objects.ledger
        self.chance, self.errors = objects.chance, Errors(objects.ledger)

    @cached_property
    def contacts(self) -> dict[str, dict[str, str | None]]:
        """E-mail, phone and names as shown, by account.

        What has neither an e-mail nor a phone of its own is no profile.
        """
        taken: set[str] = set()
        found = {}
        for one in sorted(
            self.ledger.profiles, key=lambda one: (one.account.opened, one.account.key)
        ):
            account = one.account
            whom, day = account.person, moments.day_of(account.opened)
            if one.pushed is not None:
                whom, day = one.pushed, moments.day_of(one.pushed_at)
            values = {
                "email": one.email,
                "phone": one.phone,
                "given": whom.at("given", day),
                "family": whom.at("family", day),
            }
            seen = {
                name: account.shows[name]
                if name in account.shows
                else self.errors.seen("klaviyo", account.key, account.person, name, value)
                for name, value in values.items()
            }
            for name in ("email", "phone"):
                address = (seen[name] or "").strip().lower()
                seen[name] = seen[name] if address and address not in taken else None
                taken.add(address)
            if seen["email"] or seen["phone"]:
                found[account.key] = seen
        return found

    @cached_property
    def known(self) -> list[Profile]:
        """Every profile there ever was, deleted ones included."""
        return [one for one in self.ledger.profiles if one.account.key in self.contacts]

    @cached_property
    def listed(self) -> list[Profile]:
        """The profiles that there are now."""
        return [one for one in self.known if one.account.exists(self.ledger.clock)]

    def attributes(self, one: Profile) -> Row:
        """What a profile shows of itself, its subscriptions and its last event left out."""
        shown = self.contacts[one.account.key]
        latest = max(one.account.opened, one.pushed_at, *(state[0] for state in one.states), 0)
        return blank(one.account.opened) | {
            "email": shown["email"],
            "phone_number": shown["phone"],
            "first_name": shown["given"],
            "last_name": shown["family"],
            "updated": stamp(latest),
            "properties": self._properties(one),
        }

    # -- what was pushed ---------------------------------------------------------------

    @cached_property
    def _accounts(self) -> dict[str, Account]:
        """Capitan's first account of each person."""
        first: dict[str, Account] = {}
        for account in self.ledger.of("capitan"):
            first.setdefault(account.person.person_id, account)
        return first

    @cached_property
    def _children(self) -> dict[str, list[Account]]:
        """Capitan's accounts of everybody's children."""
        found = defaultdict(list)
        for account in self._accounts.values():
            for guardian in account.person.guardians:
                found[guardian.person_id].append(account)
        return found

    @cached_property
    def _memberships(self) -> dict[str, list[Membership]]:
        found = defaultdict(list)
        for one in self.ledger.memberships:
            for account in one.roster:
                found[account.person.person_id].append(one)
        return found

    def _properties(self, one: Profile) -> Row:
        """The columns of the row that was pushed last, flags and all."""
        found: Row = {}
        if one.pushed is not None:
            found = self._pushed(one, one.pushed, moments.day_of(one.pushed_at))
        keyword = [state[0] for state in one.states if state[3] == "keyword"]
        if keyword and one.states:
            found |= {
                "$consent": ["sms"],
                "$consent_timestamp": stamp(keyword[0]),
                "$sms_consent_method": 4,
            }
        return found

    def _pushed(self, one: Profile, person: Person, day: date) -> Row:
        account = self._accounts.get(person.person_id)
        birth = self._birth(account, person)
        is_child = birth is not None and age(birth, day) < 18
        parent = person.guardians[0] if person.guardians else None
        own_email = self._has_own_email(account, day)
        children = [
            child.number
            for child in self._children.get(person.person_id, ())
            if child.opened < one.pushed_at
        ]
        owned = [
            membership
            for membership in self._memberships.get(person.person_id, ())
            if membership.bought < one.pushed_at
        ]
        latest = max(owned, key=lambda membership: membership.bought, default=None)
        is_member = any(membership.covers(day) for membership in owned)
        flags = {
            FLAGS[list_key]
            for since, list_key in one.joined
            if list_key in FLAGS and since < one.pushed_at
        }
        above = self._accounts.get(parent.person_id) if parent and is_child else None
        return {
            "basin_customer_id": str(account.number) if account else None,
            "is_child": is_child,
            "birthday": birth,
            "contact_email": one.email,
            "contact_phone": one.phone,
            "is_using_parent_contact": is_child and not own_email,
            "parent_customer_id": str(above.number) if above else None,
            "parent_email": one.email if above else None,
            "has_youth": bool(children),
            "child_customer_ids": ", ".join(map(str, children)),
            "child_count": len(children),
            "is_member": is_member,
            "has_active_membership": is_member,
            "membership_type": latest.product.name if latest else None,
            "membership_start_date": latest.start.isoformat() if latest else None,
            "membership_value": sum(membership.product.cents for membership in owned) / 100,
            **{flag: flag in flags for flag in FLAGS.values()},
            "Shopify Tags": sorted(flag.replace("_", "-") for flag in flags),
            "last_synced_at": stamp(one.pushed_at),
        }

    def _birth(self, account: Account | None, person: Person) -> str | None:
        """The birth date that Capitan has, if it has one."""
        if account is None or "birth" in account.shows:
            return account.shows["birth"] if account else None
        birth = person.birth.isoformat()
        return self.errors.seen("capitan", account.key, person, "birth", birth)

    def _has_own_email(self, account: Account | None, day: date) -> bool:
        if account is None:
            return False
        if account.person.case is not None:
            return bool(account.shows.get("email"))
        return givers(self.chance, account, day)[0] is not None


def blank(created: int) -> Row:
    """The attributes of a profile of which nothing is known."""
    named = ("email", "phone_number", "external_id", "first_name", "last_name", "organization",
             "locale", "title", "image")  # fmt: skip
    places = ("address1", "address2", "city", "country", "latitude", "longitude", "region")
    return {
        **dict.fromkeys(named),
        "created": stamp(created),
        "updated": stamp(created),
        "last_event_date": None,
        "location": {
            **dict.fromkeys(places),
            "zip": None,
            "timezone": "America/Chicago",
            "ip": None,
        },
        "properties": {},
    }


def profile(code: str, attributes: Row, states: list[State]) -> Row:
    """A profile with its subscriptions."""
    subscribed = subscriptions(attributes["email"], attributes["phone_number"], states)
    return resource(
        "profile",
        "profiles",
        code,
        attributes | {"subscriptions": subscribed},
        {"lists": None, "segments": None, "push-tokens": None},
    )


def subscriptions(mail: str | None, phone: str | None, states: list[State]) -> Row:
    """What was agreed to and what is suppressed, of changes in the order of time."""
    email, email_how = consent(states, "email")
    sms, _ = consent(states, "sms")
    suppressed = [
        {"reason": SUPPRESSIONS[what], "timestamp": stamp(since)}
        for since, channel, what, _ in states
        if channel == "email"
        and what in SUPPRESSIONS
        and (what != "unsubscribed" or email["consent"] == "UNSUBSCRIBED")
    ]
    can_text = sms["consent"] == "SUBSCRIBED" and phone is not None
    return {
        "email": {
            "marketing": {
                "can_receive_email_marketing": mail is not None and not suppressed,
                **email,
                "custom_method_detail": method_of(email_how)[2] if email_how else None,
                "double_optin": False if email_how else None,
                "suppression": suppressed,
                "list_suppressions": [],
            }
        },
        "sms": {
            "marketing": {"can_receive_sms_marketing": can_text, **sms},
            "transactional": {"can_receive_sms_transactional": can_text, **sms},
        },
        "mobile_push": {
            "marketing": {
                "can_receive_push_marketing": False,
                "consent": "NEVER_SUBSCRIBED",
                "consent_timestamp": None,
            }
        },
    }


def consent(states: list[State], channel: str) -> tuple[Row, str | None]:
    """What stands of a channel's last change, and how it came about."""
    since, what, how = None, "never_subscribed", None
    for moment, of, state, by in states:
        if of == channel and state in ("subscribed", "unsubscribed"):
            since, what, how = moment, state, by
    return {
        "consent": what.upper(),
        "consent_timestamp": stamp(since),
        "method": method_of(how)[0] if how else None,
        "method_detail": method_of(how)[1] if how else None,
        "last_updated": stamp(since),
    }, how


def method_of(how: str) -> tuple[str, str | None, str | None]:
    """Method, its detail, and the reason that a call named: of a call, `call:` and its reason."""
    return METHODS.get(how) or ("API", None, how.removeprefix("call:") or None)


def age(birth: str, day: date) -> int:
    """Full years on a day, of a birth date as it is written."""
    year, rest = int(birth[:4]), birth[5:]
    return day.year - year - (day.isoformat()[5:] < rest)
