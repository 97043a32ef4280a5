"""Whose e-mail and phone stand on an account at the desk: one's own, a parent's, or nobody's.

Capitan keeps them as they were given, and the gym's old push carried them on into the marketing
system. Errors are not known here.
"""

from datetime import date

from scripts.sandbox import moments
from scripts.sandbox.chance import Chance
from scripts.sandbox.model import Account, Person

ADULT_EMAIL, ADULT_PHONE_WITH, ADULT_PHONE_WITHOUT = 0.715, 0.95, 0.09
CHILD_EMAIL, CHILD_OWN_EMAIL_FROM_13, CHILD_PHONE_WITH, CHILD_PHONE_WITHOUT = 0.142, 0.5, 0.55, 0.02


def givers(chance: Chance, account: Account, day: date) -> tuple[Person | None, Person | None]:
    """The people whose e-mail and whose phone an account carries on a day."""
    person, key = account.person, account.key
    if not person.is_child:
        is_filled = account.filled_from is not None and account.filled_from <= day
        has_email = is_filled or chance.u(key, "email") < ADULT_EMAIL
        phone_share = ADULT_PHONE_WITH if has_email else ADULT_PHONE_WITHOUT
        has_phone = chance.u(key, "phone") < phone_share
        return person if has_email else None, person if has_phone else None
    parent = person.guardians[0] if person.guardians else person
    has_email = chance.u(key, "email") < CHILD_EMAIL
    phone_share = CHILD_PHONE_WITH if has_email else CHILD_PHONE_WITHOUT
    has_phone = chance.u(key, "phone") < phone_share
    age = (moments.day_of(account.opened) - person.birth).days // 365
    is_own = age >= 13 and chance.u(key, "own") < CHILD_OWN_EMAIL_FROM_13
    return (person if is_own else parent) if has_email else None, parent if has_phone else None
