"""What the marketing system sends by itself: flows that begin when somebody joins a list, and
campaigns to everybody who agreed.

`send` lives one profile through time: it joins lists, agrees, gets each message that it may get,
bounces, complains, unsubscribes, writes STOP. What somebody did with a message is drawn when it is
asked for (`reaction`). An old sync put people on lists without asking them and called that
consent; only reasons that its authors knew stopped it.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from scripts.sandbox import moments
from scripts.sandbox.chance import Chance
from scripts.sandbox.model import Profile, Sending
from scripts.sandbox.world import World

IN_USE = 240  # days before day 0 for which the marketing system has been in use
FIRST = {"email": 12, "sms": 25}
EVERY = {"email": 28, "sms": 45}
AHEAD = 7  # days for which a campaign is scheduled before it goes out
UNSUBSCRIBES, COMPLAINS, HARD, SOFT = 0.006, 0.0008, 0.004, 0.008
INVALID = 0.004  # of addresses, found out at the first message
STOPS, FAILS = 0.011, 0.012
OPENS = [(0.06, 26), (0.36, 30), (0.62, 24), (0.88, 20)]
CLICKS = {"email": 0.085, "sms": 0.06}
HOUR, DAY = 3_600, moments.DAY


@dataclass(frozen=True)
class Message:
    """One e-mail or text; `delay` counts from joining the list. `{given}` is the reader's name."""

    key: str
    channel: str
    name: str
    subject: str
    text: str
    delay: int = 0


@dataclass(frozen=True)
class Flow:
    """Messages that follow when somebody joins a list; a draft sends none."""

    key: str
    name: str
    list_key: str
    messages: tuple[Message, ...] = ()

    @property
    def is_live(self) -> bool:
        """Whether anybody ever switched it on."""
        return bool(self.messages)


@dataclass(frozen=True)
class Mailing:
    """A campaign: one message to everybody who agreed, at one instant."""

    message: Message
    sent: int

    @property
    def made(self) -> int:
        """When somebody wrote and scheduled it."""
        return self.sent - AHEAD * DAY


# What the lists are called; nobody is ever put on the last three.
LISTS = {
    "newsletter": "Newsletter",
    "texts": "Text Messaging List",
    "day_pass": "Day pass to 2-week offer",
    "two_week": "2-week pass to membership offer",
    "new_member": "New members welcome",
    "win_back": "Membership win-back",
    "has_youth": "Has youth",
    "party_host": "Birthday booked - host",
    "party_guest": "Birthday RSVP - attendee",
}
FLOWS = [
    Flow("welcome", "Newsletter welcome", "newsletter", (
        Message("welcome1", "email", "Welcome #1", "Welcome to the wall",
                "Opening hours, parking and where the chalk is.", HOUR // 6),
        Message("welcome2", "email", "Welcome #2", "Your first route is waiting",
                "Three ways to begin.", 3 * DAY),
    )),
    Flow("day_pass", "Day pass to 2-week offer", "day_pass", (
        Message("day_pass1", "email", "Day pass #1", "{given}, two weeks for $30",
                "Come as often as you like for two weeks.", HOUR),
        Message("day_pass2", "email", "Day pass #2", "Two weeks for $30 ends soon",
                "The offer stands until Sunday.", 4 * DAY),
        Message("day_pass3", "sms", "Day pass text", "Day pass text",
                "Two weeks of climbing for $30: show this text.", 2 * DAY),
    )),
    Flow("two_week", "2-week pass to membership", "two_week", (
        Message("two_week1", "email", "2-week pass #1", "How is it going, {given}?",
                "Half your pass is left.", 6 * DAY),
        Message("two_week2", "email", "2-week pass #2", "Stay a member",
                "Your first month at half price.", 11 * DAY),
    )),
    Flow("new_member", "New members welcome", "new_member", (
        Message("new_member1", "email", "New member #1", "Welcome, {given}",
                "Your membership has begun.", HOUR),
        Message("new_member2", "email", "New member #2", "Your free guest pass",
                "Bring somebody.", 9 * DAY),
        Message("new_member3", "sms", "New member text", "New member text",
                "Welcome to the gym. Questions? Just answer.", DAY),
    )),
    Flow("win_back", "Membership win-back", "win_back", (
        Message("win_back1", "email", "Win-back #1", "We miss you",
                "Come back this month and skip the joining fee.", 2 * DAY),
        Message("win_back2", "email", "Win-back #2", "Still thinking about it?",
                "The fee stays away until the end of the month.", 14 * DAY),
    )),
    Flow("party_host", "Birthday host", "party_host"),
    Flow("party_guest", "Birthday guest", "party_guest"),
]  # fmt: skip
LETTERS = [
    ("Night climb", "The wall by candlelight", "Friday, nine to midnight."),
    ("New holds", "Forty new holds", "All of them on the north wall."),
    ("Bring a friend", "Your friend climbs for free", "This weekend only."),
    ("Ladies' night", "Every second Tuesday", "With two coaches on the floor."),
    ("Summer passes", "Three months, one price", "Only this week."),
]
TEXTS = ["The wall is empty this morning: half price until noon.",
         "Route setting on Thursday: the north wall is closed.",
         "Member party on Saturday, seven o'clock."]  # fmt: skip
MESSAGES = {message.key: message for flow in FLOWS for message in flow.messages}


def began(start: date, today: date) -> date:
    """The first day of the marketing system, of a history's first day and day 0."""
    return max(start, today - timedelta(days=IN_USE))


def mailings(chance: Chance, first: date, until: date) -> list[Mailing]:
    """Every campaign sent by the end of a day or scheduled on it, in order."""
    found = []
    for channel, every in EVERY.items():
        number, day = 0, first + timedelta(days=FIRST[channel])
        while day <= until + timedelta(days=AHEAD):
            hour = chance.weighted([(10, 40), (12, 25), (17, 35)], "mailing", channel, number)
            name, subject, text = LETTERS[number % len(LETTERS)]
            if channel == "sms":
                name, subject, text = "Text", "", TEXTS[number % len(TEXTS)]
            message = Message(f"{channel}{number}", channel, f"{name} {day:%Y-%m}", subject, text)
            found.append(Mailing(message, moments.instant(day, hour * HOUR)))
            number, day = number + 1, day + timedelta(days=every)
    return sorted(found, key=lambda one: (one.sent, one.message.key))


def send(world: World, one: Profile, campaigns: list[Mailing]) -> None:
    """Live a profile up to the clock: the lists planned in `joined`, each message it may get."""
    entries, one.joined = sorted(one.joined), []
    messages = MESSAGES | {mailing.message.key: mailing.message for mailing in campaigns}
    plan = [(mailing.sent, mailing.message.key, "") for mailing in campaigns]
    for moment, list_key in entries:
        plan.append((moment, "", list_key))
        for flow in FLOWS:
            if flow.list_key == list_key:
                plan += [(moment + message.delay, message.key, "") for message in flow.messages]
    for moment, message_key, list_key in sorted(plan):
        if moment >= world.horizon:
            break
        if list_key:
            _join(one, moment, list_key)
        elif one.receives(messages[message_key].channel, moment):
            _deliver(world, one, moment, messages[message_key])
    one.states = sorted(state for state in one.states if state[0] < world.horizon)


def _join(one: Profile, moment: int, list_key: str) -> None:
    """Onto a list: by a form or a keyword of one's own, or put there by the old sync."""
    one.joined.append((moment, list_key))
    own = {"newsletter": ("email", "form"), "texts": ("sms", "keyword")}.get(list_key)
    for channel, address in (("email", one.email), ("sms", one.phone)):
        asked = own is None and one.consent(channel, moment) is None
        if address and (asked or (own is not None and own[0] == channel)):
            one.states.append((moment, channel, "subscribed", own[1] if own else "api"))


def _deliver(world: World, one: Profile, moment: int, message: Message) -> None:
    """One message, and what it leads to."""
    chance, key = world.chance, one.account.key
    moment += chance.whole(1, 240, key, message.key, "queue")
    if moment >= world.horizon:
        return
    luck = 0.5 if one.is_steady else chance.u(key, message.key, "fate")

    def later(what: str, how: str, least: int, most: int) -> None:
        wait = chance.whole(least, most, key, message.key, what)
        one.states.append((moment + wait, message.channel, what, how))

    if message.channel == "sms":
        outcome = "failed" if luck < FAILS else "delivered"
        one.sent.append(Sending(message.key, moment, outcome, moment))
        if luck > 1 - STOPS:
            later("unsubscribed", "keyword", 20, 2 * HOUR)
        return
    is_first = not any(sending.message in MESSAGES for sending in one.sent)
    if is_first and not one.is_steady and chance.u(key, "invalid") < INVALID:
        one.states.append((moment, "email", "invalid_email", ""))
        return
    outcome, known = "delivered", moment
    if luck < HARD:
        outcome, known = "hard", moment + 45
        later("hard_bounce", "", 45, 45)
    elif luck < HARD + SOFT:
        outcome = "soft"
        known += chance.whole(DAY, 2 * DAY, key, message.key, "given up")
    elif luck > 1 - UNSUBSCRIBES:
        later("unsubscribed", "page", 120, 90_000)
    elif luck > 1 - UNSUBSCRIBES - COMPLAINS:
        later("spam_complaint", "", 300, 90_000)
    one.sent.append(Sending(message.key, moment, outcome, known))


def reaction(
    chance: Chance, one: Profile, sending: Sending, channel: str, horizon: int
) -> list[tuple[int, str]]:
    """What somebody did with a message before an instant: (when, open or click)."""
    key = one.account.key
    if sending.outcome != "delivered":
        return []
    found: list[tuple[int, str]] = []
    moment = sending.moment
    if channel == "email":
        share = chance.weighted(OPENS, key, "opener")
        if chance.u(key, sending.message, "opens") >= share:
            return []
        waits = [((40, HOUR), 50), ((HOUR, 8 * HOUR), 32), ((8 * HOUR, 2 * DAY), 18)]
        wait = chance.weighted(waits, key, sending.message, "wait")
        moment += chance.whole(*wait, key, sending.message, "opened")
        found.append((moment, "open"))
        if chance.u(key, sending.message, "again") < 0.25:
            found.append((moment + chance.whole(90, DAY, key, sending.message, "later"), "open"))
    if chance.u(key, sending.message, "clicks") < CLICKS[channel]:
        found.append((moment + chance.whole(4, 80, key, sending.message, "click"), "click"))
    return sorted(row for row in found if row[0] < horizon)
