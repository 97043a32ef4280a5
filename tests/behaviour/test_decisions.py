"""What people decide in the two hand-made seeds outweighs every rule, and moves nobody else."""

from pathlib import Path

import pytest

from tests.behaviour.warehouse import Warehouse

HEADER_DUPLICATES = "src,src_id,member_id,reason_code,decided_by,decided_at"
HEADER_NOT_DUPLICATES = "src_a,src_id_a,src_b,src_id_b,reason_code,decided_by,decided_at"


def members(warehouse: Warehouse) -> dict[str, str]:
    """Customer id by record key."""
    return dict(warehouse.query("select record_key, member_id from marts.member_id_map"))


def decide(path: Path, header: str, rows: list[str]) -> None:
    """Write the hand-made seed."""
    path.write_text(
        "\n".join([header, *(f"{row},same_person,jd,2026-01-31" for row in rows)]) + "\n"
    )


def parts(record_key: str) -> str:
    """A record key as src and src_id."""
    src, _, src_id = record_key.rpartition(":")
    return f"{src},{src_id}"


def a_run_that_would_retire_many_ids_waits(warehouse: Warehouse) -> None:
    """Thirty strangers given to one customer: not published until somebody says so; one of them
    declared somebody else, too: not published whatever anybody says."""
    file = warehouse.published.stat()
    (first, *others) = (
        row[0]
        for row in warehouse.query(
            "select min(record_key) from marts.member_id_map where src = 'capitan:customer'"
            " group by member_id order by 1 limit 31"
        )
    )
    seeds = warehouse.project / "seeds"
    decide(
        seeds / "_duplicates.csv",
        HEADER_DUPLICATES,
        [f"{parts(other)},{first}" for other in others],
    )
    assert "assert_ids_hold" in warehouse.daily(1)
    decide(
        seeds / "_not_duplicates.csv",
        HEADER_NOT_DUPLICATES,
        [f"{parts(others[0])},{parts(first)}"],
    )
    assert "assert_decisions_do_not_contradict" in warehouse.daily(1)
    assert warehouse.published.stat() == file


@pytest.mark.crash
def test_decisions_join_and_part_records_and_move_nobody_else(published: Warehouse) -> None:
    warehouse = published.with_own_project()
    seeds = warehouse.project / "seeds"
    before = members(warehouse)
    a_run_that_would_retire_many_ids_waits(warehouse)

    # Two strangers, the younger account given to the older customer; a pair that the rules joined.
    (older, younger) = (
        row[0]
        for row in warehouse.query(
            """
            select leading_record_key from marts.dim_customers
            where record_count = 1 and sources = 'capitan' and minor = 'no'
            order by first_seen_at, customer_id limit 2
            """
        )
    )
    (joined_a, joined_b) = warehouse.query(
        """
        select min(record_key), max(record_key) from intermediate.int_identity__members
        group by customer_id having count(*) = 2 order by customer_id limit 1
        """
    )[0]
    assert before[older] != before[younger]
    assert before[joined_a] == before[joined_b]

    decide(seeds / "_duplicates.csv", HEADER_DUPLICATES, [f"{parts(younger)},{before[older]}"])
    decide(
        seeds / "_not_duplicates.csv",
        HEADER_NOT_DUPLICATES,
        [f"{parts(joined_b)},{parts(joined_a)}"],
    )
    warehouse.daily()
    decided = members(warehouse)
    assert decided[younger] == decided[older] == before[older]
    assert decided[joined_a] != decided[joined_b]
    assert before[joined_a] in (decided[joined_a], decided[joined_b])
    untouched = before.keys() - {younger, joined_a, joined_b}
    assert {key: decided[key] for key in untouched} == {key: before[key] for key in untouched}
    assert warehouse.query(
        "select merged_into_customer_id from intermediate.int_identity__registry"
        f" where customer_id = '{before[younger]}'"
    ) == [(before[older],)]
    assert warehouse.query(
        "select reason from marts.identity_refused"
        f" where record_key_a = '{joined_a}' and record_key_b = '{joined_b}'"
    ) == [("declared not duplicates",)]
    assert set(
        warehouse.query(
            "select change, customer_id, other_customer_id, reason from marts.customer_id_history"
        )
    ) >= {
        ("merged into", before[younger], before[older], "decided by hand"),
        (
            "split from",
            ({decided[joined_a], decided[joined_b]} - {before[joined_a]}).pop(),
            before[joined_a],
            "declared not duplicates",
        ),
    }
    assert (
        f"{before[younger]} merged into {before[older]}"
        in warehouse.basin("identity", "diff").stdout
    )

    # Without the decisions everybody is who the rules say, under an id that was theirs before.
    for name, header in (
        ("_duplicates.csv", HEADER_DUPLICATES),
        ("_not_duplicates.csv", HEADER_NOT_DUPLICATES),
    ):
        decide(seeds / name, header, [])
    warehouse.daily()
    undone = members(warehouse)
    assert undone[younger] != undone[older] == before[older]
    assert undone[joined_a] == undone[joined_b] == before[joined_a]
    assert {key: undone[key] for key in untouched} == {key: before[key] for key in untouched}


@pytest.mark.crash
def test_a_decision_carries_opt_outs_along_and_undoing_it_frees_nobody(
    published: Warehouse,
) -> None:
    warehouse = published.with_own_project()
    select = (
        "select permissions.customer_id, leading_record_key from marts.customer_permissions"
        " as permissions inner join marts.dim_customers using (customer_id)"
        " where permissions.channel = 'email' and reason = '{}' and record_count = 1"
        " and contains(leading_record_key, 'capitan:customer') order by 1 limit 1"
    )
    ((wanting, _),) = warehouse.query(select.format("opt-in inferred"))
    ((gone, record),) = warehouse.query(select.format("opted out"))
    reasons = (
        "select customer_id, reason from marts.customer_permissions"
        f" where channel = 'email' and customer_id in ('{wanting}', '{gone}')"
    )
    seed = warehouse.project / "seeds" / "_duplicates.csv"
    decide(seed, HEADER_DUPLICATES, [f"{parts(record)},{wanting}"])
    warehouse.daily()
    assert [reason for _, reason in warehouse.query(reasons)] in (
        ["opted out at another address"],
        ["opted out"],
    )
    decide(seed, HEADER_DUPLICATES, [])
    warehouse.daily()
    after = dict(warehouse.query(reasons))
    assert after[wanting] in ("opted out before a merge or split", "opted out")
    assert warehouse.query(
        "select count(*) from marts.customer_permissions"
        f" where channel = 'email' and starts_with(reason, 'opted out')"
        f" and customer_id in (select member_id from marts.member_id_map"
        f" where record_key = '{record}')"
    ) == [(1,)]
