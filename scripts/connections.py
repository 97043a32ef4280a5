"""`basin connections`: who somebody's friends are, who brings people, who may leave together, which
groups there are, and which guests could become members.

Reads the published file only. Friends, groups and leaving go by companions: people who come
together, not people who come at the same time.
"""

from typing import Annotated, Any

import typer
from rich.console import Console

from scripts import explain

app = typer.Typer(help="Who comes with whom.", no_args_is_help=True)
console = Console()

Person = Annotated[str, typer.Argument(help="A customer id, record key, e-mail or phone.")]
Limit = Annotated[int, typer.Option(help="How many lines.", min=1)]

# Every connection seen from both of its ends.
BOTH_ENDS = """
    with ends as (
        select customer_id_1 as customer_id, customer_id_2 as friend_id, *
        from marts.customer_connections
        union all by name
        select customer_id_2 as customer_id, customer_id_1 as friend_id, *
        from marts.customer_connections
    )
"""
FRIENDS = f"""{BOTH_ENDS}
    select ends.friend_id, master.primary_name, ends.connection_strength, ends.connection_type,
        ends.is_companion, ends.last_interaction_date
    from ends
    inner join marts.customers_master as master on ends.friend_id = master.customer_id
    where ends.customer_id = $customer
    order by ends.is_companion desc, ends.connection_strength desc, ends.friend_id
    limit $limit
"""
CONNECTORS = f"""{BOTH_ENDS}
    select ends.customer_id, master.primary_name, count(*), sum(ends.connection_strength)
    from ends
    inner join marts.customers_master as master on ends.customer_id = master.customer_id
    where ends.is_companion
    group by ends.customer_id, master.primary_name
    order by sum(ends.connection_strength) desc, ends.customer_id
    limit $limit
"""
# Above forty only a shared pass, a guest or a membership can lift a connection.
LEAVING = f"""{BOTH_ENDS}
    select ends.friend_id, master.primary_name, ends.connection_strength, ends.is_companion,
        master.days_since_last_visit
    from ends
    inner join marts.customers_master as master on ends.friend_id = master.customer_id
    where ends.customer_id = $customer
        and master.has_active_membership
        and (ends.is_companion or ends.connection_strength > 40)
    order by ends.connection_strength desc, ends.friend_id
    limit $limit
"""
GROUPS = """
    select communities.community_id, communities.community_size,
        string_agg(master.primary_name, ', ' order by master.primary_name, master.customer_id)
    from marts.customer_communities as communities
    inner join marts.customers_master as master using (customer_id)
    group by communities.community_id, communities.community_size
    order by communities.community_size desc, communities.community_id
    limit $limit
"""
GUESTS = """
    with visits as (
        select connections.*,
            (metadata ->> 'guest_visits_from_1_to_2')::int as from_1_to_2,
            (metadata ->> 'guest_visits_from_2_to_1')::int as from_2_to_1
        from marts.customer_connections as connections
        where connections.connection_type like '%frequent_guest%'
    ),
    guests as (
        select customer_id_2 as guest_id, from_1_to_2 as times, *
        from visits where from_1_to_2 > 0
        union all by name
        select customer_id_1 as guest_id, from_2_to_1 as times, *
        from visits where from_2_to_1 > 0
    )
    select guests.guest_id, master.primary_name, master.minor, sum(guests.times), count(*),
        max(guests.connection_strength), max(guests.last_interaction_date)
    from guests
    inner join marts.customers_master as master on guests.guest_id = master.customer_id
    where not master.has_active_membership
    group by guests.guest_id, master.primary_name, master.minor
    having max(guests.connection_strength) > 30
    order by sum(guests.times) desc, max(guests.connection_strength) desc, guests.guest_id
    limit $limit
"""


@app.command()
def friends(who: Person, limit: Limit = 20) -> None:
    """Whom somebody is tied to, companions and the strongest first."""
    show(
        ["customer", "name", "strength", "kinds", "companion", "last"],
        answer(FRIENDS, limit, who),
    )


@app.command()
def connectors(limit: Limit = 20) -> None:
    """Who comes with most others: people to ask for a referral."""
    show(["customer", "name", "companions", "strength in all"], answer(CONNECTORS, limit))


@app.command()
def leaving(who: Person, limit: Limit = 20) -> None:
    """Which members may follow when somebody leaves."""
    show(
        ["customer", "name", "strength", "companion", "days since last visit"],
        answer(LEAVING, limit, who),
    )


@app.command()
def groups(limit: Limit = 20) -> None:
    """The largest groups that come together."""
    show(["group", "size", "names"], answer(GROUPS, limit))


@app.command()
def guests(limit: Limit = 20) -> None:
    """Guests who came often and are no members; children are marked."""
    show(
        ["customer", "name", "minor", "guest visits", "hosts", "strength", "last"],
        answer(GUESTS, limit),
    )


def answer(sql: str, limit: int, who: str | None = None) -> list[tuple[Any, ...]]:
    """Rows of the published file; `who` becomes a customer id.

    Raises NotFound and ConfigError.
    """
    with explain.published() as connection:
        values: dict[str, Any] = {"limit": limit}
        if who is not None:
            (values["customer"],) = connection.execute(
                "select customer_id from intermediate.int_identity__members where record_key = ?",
                [explain.records_of(connection, who)[0]],
            ).fetchone() or (None,)
        return connection.execute(sql, values).fetchall()


def show(columns: list[str], rows: list[tuple[Any, ...]]) -> None:
    """Print rows under their headings, or that there are none."""
    lines = [tuple(columns), *rows] if rows else [("nobody",)]
    for line in lines:
        text = "  ".join("-" if value is None else str(value) for value in line)
        console.print(text, markup=False, highlight=False, soft_wrap=True)
