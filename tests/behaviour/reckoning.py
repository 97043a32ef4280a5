"""Who was a member and who entered on which day, reckoned naively from what Capitan showed.

Shares no SQL with the models, apart from who is which customer.
"""

from collections import defaultdict
from datetime import date, timedelta

from tests.behaviour.warehouse import Warehouse

TODAY = date(2026, 1, 31)
SHORT = ("2-week", "2 week", "two week", "2wk", "companion pass")


def rosters(warehouse: Warehouse) -> list[tuple[str, str, str, date, date, date | None, bool]]:
    """Customer, product, status, start, end, unfreeze day and own freeze of every roster place."""
    return [
        row
        for row in warehouse.query(
            """
            select map.member_id, memberships.membership_name, memberships.membership_status,
                memberships.start_date, memberships.end_date, memberships.unfreeze_date,
                people.is_individually_frozen
            from staging.stg_capitan__memberships as memberships
            inner join staging.stg_capitan__membership_members as people
                using (membership_instance_id)
            inner join marts.member_id_map as map
                on map.record_key = 'capitan:customer:' || people.capitan_customer_id
            where not memberships.is_deleted
            """
        )
        if not any(word in row[1].lower() for word in SHORT)
    ]


def member_days(warehouse: Warehouse) -> dict[str, set[date]]:
    """The days up to today on which each customer was a member."""
    found: dict[str, set[date]] = defaultdict(set)
    for customer, _, status, start, end, _, _ in rosters(warehouse):
        last = min(TODAY, end - timedelta(days=1)) if status == "END" else TODAY
        found[customer] |= {start + timedelta(days=n) for n in range((last - start).days + 1)}
    return found


def entries(warehouse: Warehouse) -> list[tuple[str, date, str, str, str]]:
    """Customer, local day, entry method, text and number of every check-in up to today."""
    return warehouse.query(
        f"""
        select map.member_id, check_ins.checked_in_local_at::date, check_ins.entry_method,
            lower(check_ins.entry_method_description), check_ins.check_in_id
        from staging.stg_capitan__check_ins as check_ins
        inner join marts.member_id_map as map
            on map.record_key = 'capitan:customer:' || check_ins.capitan_customer_id
        where check_ins.checked_in_local_at::date between '2000-01-01' and '{TODAY}'
        """
    )
