"""The seven checks that a warehouse must pass before it is published: each sees its violation."""

from pathlib import Path

import pytest

from tests.behaviour.warehouse import Warehouse

TIMELINE = "marts/timeline/customer_events.sql"
DATED_WRONG = """    case left(events.event_id, 1)
        when '1' then events.event_date + 1000
        when '2' then events.event_date - 36500
        when '3' then null
        else events.event_date
    end as event_date,
"""

# What is planted in a copy of the project: the model, a piece of it, and what stands there instead.
# Checks of one table are planted together: dbt runs all tests of a table, and nothing after it.
PLANTED = {
    "customers": [
        (
            "assert_customer_ids_are_unique",
            "marts/customers/customers_master.sql",
            "cross join run\n",
            "cross join run\ncross join (values (1), (2)) as twice (number)\n",
        ),
        (
            "assert_identifiers_reference_customers",
            "marts/customers/customer_identifiers.sql",
            "    members.customer_id,\n    first_sighting",
            "    'c_nobody' as customer_id,\n    first_sighting",
        ),
    ],
    "events": [
        (
            "assert_events_reference_customers",
            TIMELINE,
            "    members.customer_id,\n",
            "    'c_nobody' as customer_id,\n",
        ),
        *(
            (check, TIMELINE, "    events.event_date,\n", DATED_WRONG)
            for check in (
                "assert_no_event_is_dated_in_the_future",
                "assert_event_dates_are_plausible",
                "assert_no_event_is_without_a_date",
            )
        ),
    ],
    "coverage": [
        (
            "assert_enough_customers_have_events",
            TIMELINE,
            "from events\n",
            "from (select * from events where event_id < '01') as events\n",
        )
    ],
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_violation_stops_the_publishing(planted: str, published: Warehouse) -> None:
    warehouse = published.with_own_project()
    for _, model, piece, instead in PLANTED[planted]:
        path = warehouse.project / "dbt_project" / "models" / Path(model)
        text = path.read_text()
        assert piece in text or instead in text
        path.write_text(text.replace(piece, instead) if instead not in text else text)
    before = warehouse.published.stat()
    said = warehouse.daily(1)
    for check, *_ in PLANTED[planted]:
        assert check in said
    assert warehouse.published.stat() == before
