"""Days, instants and the gym's own clock.

An instant is a whole number of seconds since 1970 in UTC. The gym's zone decides which calendar
day an instant belongs to. Times of day given to `instant` lie at or after 03:00, when no clock is
being moved; the repeated hour of autumn is asked for explicitly with `repeated_hour`.
"""

import calendar
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/Chicago")
DAY = 86_400
EPOCH = date(1970, 1, 1)


@cache
def offset(day: date) -> int:
    """Seconds that local noon of a day is ahead of UTC (negative here)."""
    found = datetime(day.year, day.month, day.day, 12, tzinfo=ZONE).utcoffset()
    assert found is not None
    return int(found.total_seconds())


@cache
def noonless(day: date) -> int:
    """The instant that second 0 of a day would have under the offset of its noon."""
    return (day - EPOCH).days * DAY - offset(day)


def instant(day: date, second: int) -> int:
    """The instant of a local time of day, given as seconds after midnight (03:00 or later)."""
    return noonless(day) + second


@cache
def midnight(day: date) -> int:
    """The instant at which a local day begins."""
    return int(datetime(day.year, day.month, day.day, tzinfo=ZONE).timestamp())


def end_of(day: date) -> int:
    """The first instant that no longer belongs to a local day."""
    return midnight(day + timedelta(days=1))


def local(moment: int) -> datetime:
    """An instant on the gym's own clock, with offset."""
    return datetime.fromtimestamp(moment, ZONE)


def day_of(moment: int) -> date:
    """The gym's calendar day of an instant."""
    return local(moment).date()


def utc(moment: int, micro: int = 0) -> datetime:
    """An instant as naive UTC, as the warehouse keeps it."""
    return datetime.fromtimestamp(moment, UTC).replace(tzinfo=None, microsecond=micro)


def autumn_change(year: int) -> date:
    """The Sunday on which clocks go back (the first of November, since 2007 in the US)."""
    first = date(year, 11, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7)


def repeated_hour(day: date, second: int, fold: int) -> int:
    """The instant of `second` after 01:00 in the hour that happens twice; fold 0 first, 1
    again."""
    wall = datetime(day.year, day.month, day.day, 1, tzinfo=ZONE, fold=fold)
    return int(wall.timestamp()) + second


def add_months(day: date, months: int) -> date:
    """The same day some months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
