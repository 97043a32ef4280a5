"""What the commands say about people: why they are one, why they are two, and what is decided."""

from itertools import pairwise

from tests.behaviour.warehouse import Warehouse


def one_row(warehouse: Warehouse, sql: str) -> tuple[str, ...]:
    """The first row of a query as texts."""
    return tuple(map(str, warehouse.query(sql)[0]))


def test_why_shows_every_link_of_the_chain_between_two_records(published_once: Warehouse) -> None:
    # Two records without an edge of their own, tied only through a third one.
    one, other, customer = one_row(
        published_once,
        """
        select a.record_key, b.record_key, a.customer_id
        from intermediate.int_identity__members as a
        inner join intermediate.int_identity__members as b
            on a.customer_id = b.customer_id and a.record_key < b.record_key
        where not exists (
            from marts.customer_evidence
            where record_key_a = a.record_key and record_key_b = b.record_key
        )
        order by all limit 1
        """,
    )
    said = published_once.basin("why", one, other).stdout.splitlines()
    assert said[0] == f"one customer, {customer}:"
    links = [line.split(": ")[0].strip().split(" and ") for line in said[1::2]]
    assert len(links) > 1
    assert {one, other} <= {key for link in links for key in link}
    assert all(set(left) & set(right) for left, right in pairwise(links))


def test_why_says_what_keeps_two_people_apart(published_once: Warehouse) -> None:
    one, other = one_row(
        published_once,
        f"select record_key_a, record_key_b from {published_once.truth('cases')} as cases"
        " where cases.case = 'twins' and not is_same_person"
        " and record_key_a like 'capitan%' and record_key_b like 'capitan%' order by all limit 1",
    )
    said = published_once.basin("why", one, other).stdout
    assert said.startswith("two customers")
    assert "given names differ" in said or "nothing that they share" in said


def test_a_person_is_found_by_id_record_email_and_phone(published_once: Warehouse) -> None:
    customer, record, email, phone = one_row(
        published_once,
        "select customer_id, leading_record_key, primary_email, primary_phone"
        " from marts.dim_customers where primary_email is not null and primary_phone is not null"
        " and record_count > 1 order by customer_id limit 1",
    )
    for asked in (customer, record, email.upper(), phone):
        assert customer in published_once.basin("customer", asked).stdout, asked
    nobody = published_once.basin("customer", "nobody@example.org")
    assert nobody.returncode == 2
    assert "ask for a customer id" in nobody.stdout


def test_a_decision_of_the_review_is_written_to_its_seed(published_once: Warehouse) -> None:
    warehouse = published_once.with_own_project()
    one, other = one_row(
        warehouse, "select record_key_a, record_key_b from marts.identity_review"
        " order by review_order limit 1",
    )  # fmt: skip
    done = warehouse.basin("review", "--by", "jd", typed="n\nq\n")
    assert done.returncode == 0, done.stdout + done.stderr
    (row,) = (warehouse.project / "seeds" / "_not_duplicates.csv").read_text().splitlines()[1:]
    src_a, id_a, src_b, id_b, reason, by, _ = row.split(",")
    assert {f"{src_a}:{id_a}", f"{src_b}:{id_b}"} == {one, other}
    assert (reason, by) == ("two_people", "jd")
    assert warehouse.basin("review", "--by", "Jane Doe", typed="y\n").returncode == 2


def test_connections_answer_who_comes_with_whom(published_once: Warehouse) -> None:
    one, other = one_row(
        published_once,
        "select customer_id_1, customer_id_2 from marts.customer_connections"
        " where is_companion order by connection_strength desc, 1, 2 limit 1",
    )
    assert other in published_once.basin("connections", "friends", one).stdout
    assert one in published_once.basin("connections", "friends", other).stdout
    (connector,) = one_row(
        published_once,
        "select customer_id from (select customer_id_1 as customer_id, connection_strength"
        " from marts.customer_connections where is_companion union all"
        " select customer_id_2, connection_strength from marts.customer_connections"
        " where is_companion) group by all order by sum(connection_strength) desc, 1 limit 1",
    )
    first = published_once.basin("connections", "connectors", "--limit", "1").stdout.splitlines()[1]
    assert first.startswith(connector)
    (group,) = one_row(
        published_once,
        "select community_id from marts.customer_communities"
        " order by community_size desc, community_id limit 1",
    )
    assert group in published_once.basin("connections", "groups", "--limit", "1").stdout
    leaving = published_once.basin("connections", "leaving", one)
    assert leaving.returncode == 0, leaving.stdout
    guests = published_once.basin("connections", "guests")
    assert guests.returncode == 0, guests.stdout
