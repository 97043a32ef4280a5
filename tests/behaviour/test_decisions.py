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
    leading = (
        "select min(leading_record_key) from marts.customer_permissions"
        " inner join marts.dim_customers using (customer_id)"
        " where channel = 'email' and contact_point is not null and reason = '{}'"
        " and leading_record_key like 'capitan:customer:%'"
    )
    ((wanting,),) = warehouse.query(leading.format("opt-in inferred"))
    ((gone,),) = warehouse.query(leading.format("opted out"))

    def reasons() -> list[str]:
        """Of e-mail, for whoever has the one record and whoever has the other."""
        found = dict(
            warehouse.query(
                "select record_key, reason from marts.member_id_map"
                " inner join marts.customer_permissions on member_id = customer_id"
                f" where channel = 'email' and record_key in ('{wanting}', '{gone}')"
            )
        )
        return [found[wanting], found[gone]]

    assert reasons() == ["opt-in inferred", "opted out"]
    seeds = warehouse.project / "seeds"
    decide(seeds / "_duplicates.csv", HEADER_DUPLICATES, [f"{parts(gone)},{wanting}"])
    warehouse.daily()
    one, other = reasons()
    assert one == other
    assert one in ("opted out", "opted out at another address")
    decide(seeds / "_duplicates.csv", HEADER_DUPLICATES, [])
    decide(
        seeds / "_not_duplicates.csv", HEADER_NOT_DUPLICATES, [f"{parts(gone)},{parts(wanting)}"]
    )
    warehouse.daily()
    assert reasons() == ["opted out before a merge or split", "opted out"]
    published_so = warehouse.query("select * from marts.customer_permissions order by all")
    warehouse.daily()
    assert warehouse.query("select * from marts.customer_permissions order by all") == published_so
