"""The gym's account on Instagram: what is posted, and who of the town comments on it.

Four posts a week since some months before day 0, on days and at hours drawn for each week. Adults
who have a name there comment, most within a day, some much later; the gym answers many of them.
Some comments and a few posts are taken down again. How far a post gets is drawn once; how much of
it shows by a day is `shown_by`.
"""

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import date, timedelta

from scripts.sandbox import moments
from scripts.sandbox.chance import Chance
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.model import Person

ACCOUNT_NAME = "basinclimbing.example"
BEFORE_DAY_0 = 120  # days of posts before day 0
POSTS_A_WEEK = 4
KINDS = [("IMAGE", 43), ("CAROUSEL_ALBUM", 25), ("REELS", 28), ("VIDEO", 4)]
HAS_NAME = 0.07  # of the town's adults
COMMENTS = 5.0  # on a post, in a town of 7,400
LEAST_COMMENTS = 2.4
TAKEN_DOWN, SPAM = 0.015, 0.05
ANSWERED, ANSWERED_BY_OTHERS = 0.4, 0.12
DELAYS = [
    ((60, moments.DAY), 60),
    ((moments.DAY, 7 * moments.DAY), 22),
    ((7 * moments.DAY, 28 * moments.DAY), 12),
    ((28 * moments.DAY, 80 * moments.DAY), 6),
]
# The part of what a post reaches in the end, by the days since; the last one is all.
SHOWN = [0.35, 0.6, 0.74, 0.83, 0.88, 0.92, 0.945, 0.96, 0.97, 0.98, 0.987, 0.993, 0.997, 1.0]
HANDLES = [
    "{given}.{family}", "{given}_climbs", "{given}{initial}", "sendit.{given}", "chalk.{word}",
    "{word}_on_the_wall", "{word}.{number}", "the.{word}.{given}",
]  # fmt: skip
WORDS = [
    "moth", "gecko", "granite", "sloper", "heron", "pecan", "comet", "juniper", "badger", "crimp",
    "lantern", "otter", "quarry", "mesa", "thistle", "falcon",
]  # fmt: skip
CAPTIONS = [
    "New set on the north wall: twelve problems from V1 to V7. Which one is yours?",
    "Youth comp on {day}! Doors open at 9 AM, spectators welcome. #youthclimbing",
    "Monday stoke. Tag the friend who owes you a belay.",
    "Ladies' night is back on {day} at 7 PM. Free coaching for everyone who is new.",
    "Coach talk: three drills for quieter feet. Save this for your next session.",
    "Full moon session on {day}, lights off at 8 PM. Bring a headlamp!",
    "Route setting takes a village. Watch Tuesday's set go up in thirty seconds.",
    "Member of the month! Drop a chalk emoji below to say congratulations.",
    "Intro to lead class on {day}. Six places, sign up at the front desk.",
    "Rainy day plan: climb, sauna, tacos. In that order.",
    "Birthday season: we bring the harnesses, you bring the cake.",
    "Gear swap on {day} from 10 AM to 2 PM. Clean out that closet.",
    "How it started, how it is going. Swipe for the first day of the team.",
    "Holiday hours: we open at noon. See you on the wall.",
]
REMARKS = [
    "So good!", "Which wall is this?", "See you there", "The pink one is impossible", "Sent it!",
    "Is there parking?", "My kids loved this", "First try (almost)", "Need this in my life",
    "Can beginners come?", "Saturday crew, who is in?", "Best setters in Texas", "🔥🔥🔥",
    "That dyno though", "How old do you have to be?", "@{other} you have to see this",
    "@{other} next week?",
]  # fmt: skip
ANSWERS = [
    "Thank you! See you on the wall.", "Yes, everybody can come!", "The north wall, left of the "
    "arch.", "From six years on.", "You got this!", "Plenty of parking behind the house.",
]  # fmt: skip
SPAM_TEXT = "Promote it on my page, send a message"


@dataclass(eq=False)
class Comment:
    """A comment or a reply; without `person` it is the gym's own."""

    key: str
    person: Person | None
    username: str
    moment: int
    text: str
    likes: int
    removed: date | None = None
    replies: list["Comment"] = field(default_factory=list)

    def is_shown(self, horizon: int, clock: date) -> bool:
        """Whether it has been written by then and not yet taken down."""
        return self.moment < horizon and (self.removed is None or clock < self.removed)


@dataclass(eq=False)
class Post:
    """One post; `kind` is its media type, or REELS."""

    key: str
    number: int
    moment: int
    kind: str
    caption: str
    removed: date | None
    comments: list[Comment] = field(default_factory=list)

    @property
    def day(self) -> date:
        """The gym's day on which it was published."""
        return moments.day_of(self.moment)


def posts(ledger: Ledger) -> list[Post]:
    """Every post up to the clock with its comments, oldest first, taken down ones included."""
    chance, names = ledger.chance, usernames(ledger)
    first = max(ledger.settings.start, ledger.settings.today - timedelta(days=BEFORE_DAY_0))
    monday = first - timedelta(days=first.weekday())
    found: list[Post] = []
    while monday <= ledger.clock:
        week = f"week{monday.isoformat()}"
        chosen = sorted(range(7), key=lambda day: chance.u("post day", week, day))
        for place, weekday in enumerate(sorted(chosen[:POSTS_A_WEEK])):
            key, day = f"post{monday.isoformat()}-{place}", monday + timedelta(days=weekday)
            if first <= day <= ledger.clock:
                found.append(_post(chance, key, len(found), day))
        monday += timedelta(days=7)
    people = max(1, ledger.settings.people)
    for one in found:
        _comment(chance, one, names, max(LEAST_COMMENTS, COMMENTS * people / 7_400))
    return found


def usernames(ledger: Ledger) -> list[tuple[int, Person, str]]:
    """Who of the town has a name on Instagram, with their arrival, in order of it."""
    chance, taken = ledger.chance, {ACCOUNT_NAME}
    grown = [one for one in ledger.people if not one.is_child and one.case is None]
    found = []
    for person in sorted(grown, key=lambda one: (one.arrived, one.person_id)):
        key = person.person_id
        if chance.u(key, "instagram") >= HAS_NAME:
            continue
        parts = {
            "given": _plain(person.given) or "nobody",
            "family": _plain(person.family) or "nowhere",
            "initial": (_plain(person.family) or "x")[0],
            "word": chance.pick(WORDS, key, "instagram word"),
            "number": chance.whole(10, 99, key, "instagram number"),
        }
        name = chance.pick(HANDLES, key, "instagram name").format(**parts)[:26]
        if name in taken:
            name = f"{name}_{chance.whole(100, 999, key, 'instagram second')}"
        while name in taken:
            name += "_"
        taken.add(name)
        found.append((person.arrived, person, name))
    return found


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isascii() and letter.isalpha())


def _post(chance: Chance, key: str, number: int, day: date) -> Post:
    second = chance.whole(11 * 3600, 22 * 3600, key, "hour")
    meant = day + timedelta(days=chance.whole(3, 12, key, "announced"))
    caption = chance.pick(CAPTIONS, key, "caption").format(
        day=f"{meant:%A}, {meant:%B} {meant.day}"
    )
    removed = None
    if chance.u(key, "taken down") < TAKEN_DOWN:
        removed = day + timedelta(days=chance.whole(1, 60, key, "taken down day"))
    kind = chance.weighted(KINDS, key, "kind")
    return Post(key, number, moments.instant(day, second), kind, caption, removed)


def _comment(chance: Chance, post: Post, names: list[tuple[int, Person, str]], mean: float) -> None:
    known = bisect_left(names, post.moment, key=lambda row: row[0])
    for place in range(chance.poisson(mean, post.key, "comments") if known else 0):
        key = f"{post.key}/{place}"
        moment = post.moment + chance.whole(*chance.weighted(DELAYS, key, "delay"), key, "wait")
        one = _remark(chance, key, names[:known], moment)
        post.comments.append(one)
        if one.removed is None and chance.u(key, "answered") < ANSWERED:
            answered = moment + chance.whole(300, 2 * moments.DAY, key, "answer wait")
            text = chance.pick(ANSWERS, key, "answer")
            one.replies.append(Comment(f"{key}/gym", None, ACCOUNT_NAME, answered, text, 0))
        if one.removed is None and chance.u(key, "joined") < ANSWERED_BY_OTHERS:
            for other in range(chance.whole(1, 3, key, "others")):
                joined = moment + chance.whole(300, 3 * moments.DAY, key, "joined wait", other)
                one.replies.append(_remark(chance, f"{key}/{other}", names[:known], joined))
        one.replies.sort(key=lambda reply: (reply.moment, reply.key))
    post.comments.sort(key=lambda comment: (comment.moment, comment.key))


def _remark(chance: Chance, key: str, names: list[tuple[int, Person, str]], moment: int) -> Comment:
    _, person, name = names[chance.whole(0, len(names) - 1, key, "who")]
    _, _, other = names[chance.whole(0, len(names) - 1, key, "whom")]
    is_spam = chance.u(key, "spam") < SPAM
    text = SPAM_TEXT if is_spam else chance.pick(REMARKS, key, "remark").format(other=other)
    removed = None
    if is_spam:
        removed = moments.day_of(moment) + timedelta(days=chance.whole(1, 20, key, "removed"))
    likes = chance.weighted([(0, 62), (1, 20), (2, 10), (5, 6), (14, 2)], key, "likes")
    return Comment(key, person, name, moment, text, likes, removed)


def shown_by(count: float, since: date, clock: date) -> int:
    """How much of a count that something reaches in the end shows on a day."""
    age = min(max(0, (clock - since).days), len(SHOWN) - 1)
    return int(count * SHOWN[age])
