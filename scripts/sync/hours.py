"""What time it is for a sync, and whether somebody may be written to at that time."""

import os
from datetime import UTC, datetime, time

from extract import config
from scripts import daily

FIRST_HOUR, LAST_HOUR = 8, 21  # messages leave from 8:00 until 20:59 on the gym's clock


def now() -> datetime:
    """The instant in UTC; in sandbox mode the town's day, at SANDBOX_HOUR (default 10) o'clock."""
    if config.mode() == "live":
        return datetime.now(UTC)
    hour = int(os.environ.get("SANDBOX_HOUR") or 10)
    local = datetime.combine(daily.as_of(), time(hour), config.BUSINESS_ZONE)
    return local.astimezone(UTC)


def is_quiet(instant: datetime) -> bool:
    """Whether nobody may be written to now, on the gym's clock."""
    return not FIRST_HOUR <= instant.astimezone(config.BUSINESS_ZONE).hour < LAST_HOUR
