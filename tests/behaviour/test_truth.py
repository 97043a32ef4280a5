"""What is published holds against what really happened in the town."""

from collections.abc import Callable

from tests.behaviour.warehouse import Warehouse


def test_every_customer_of_the_town_is_in_customers_master(published_once: Warehouse) -> None:
    missing = published_once.query(
        f"""
        select records.record_key
        from {published_once.truth("records")} as records
        left join marts.member_id_map using (record_key)
        left join marts.customers_master
            on member_id_map.member_id = customers_master.customer_id
        where customers_master.customer_id is null
        """
    )
    assert missing == []


def test_people_without_email_and_phone_are_customers(published_once: Warehouse) -> None:
    (count,) = published_once.query(
        """
        select count(*) from marts.customers_master
        where customer_id not in (select customer_id from marts.customer_identifiers)
        """
    )[0]
    assert count > 0


def test_without_noise_no_two_people_are_merged(fresh: Callable[..., Warehouse]) -> None:
    clean = fresh(people=300, noise=0.0)
    clean.daily()
    merged = clean.query(
        f"""
        select member_id_map.member_id, list(distinct records.record_key)
        from {clean.truth("records")} as records
        inner join marts.member_id_map using (record_key)
        group by member_id_map.member_id
        having count(distinct records.person_id) > 1
        """
    )
    assert merged == []


def test_no_pair_of_a_case_of_two_people_is_merged(published_once: Warehouse) -> None:
    merged = published_once.query(
        f"""
        select cases.case, cases.record_key_a, cases.record_key_b
        from {published_once.truth("cases")} as cases
        inner join marts.member_id_map as map_a on cases.record_key_a = map_a.record_key
        inner join marts.member_id_map as map_b on cases.record_key_b = map_b.record_key
        where not cases.is_same_person and map_a.member_id = map_b.member_id
        """
    )
    assert merged == []


def test_each_sources_months_equal_the_truth_to_the_cent(published_once: Warehouse) -> None:
    columns = "source, strftime(month, '%Y-%m'), gross, refunds, fees, net, payments"
    ours = published_once.query(f"select {columns} from marts.reconciliation order by all")
    truth = published_once.query(
        "select source, strftime(month, '%Y-%m'), gross::decimal(18, 2), refunds::decimal(18, 2),"
        " fees::decimal(18, 2), net::decimal(18, 2), payments"
        f" from {published_once.truth('totals')} order by all"
    )
    assert ours == truth
    assert {row[0] for row in ours} == {"stripe", "square", "shopify"}
    assert len(ours) > 36


def test_each_payment_equals_the_truth(published_once: Warehouse) -> None:
    wrong = published_once.query(
        f"""
        select truth.payment_key, truth.gross, payments.gross
        from (from {published_once.truth("payments")} where status <> 'pending') as truth
        full outer join (from marts.fct_payments where payment_status <> 'open') as payments
            on truth.payment_key = payments.payment_id
        where truth.gross::decimal(18, 2) is distinct from payments.gross
            or truth.refunded::decimal(18, 2) is distinct from payments.refunded
            or truth.fee::decimal(18, 2) is distinct from payments.fee
            or truth.tax::decimal(18, 2) is distinct from payments.tax
        """
    )
    assert wrong == []


def test_each_visit_is_on_its_visitors_timeline(published_once: Warehouse) -> None:
    wrong = published_once.query(
        f"""
        with homes as (
            select records.person_id, member_id_map.member_id
            from {published_once.truth("records")} as records
            inner join marts.member_id_map using (record_key)
        )
        select visits.checkin_id
        from {published_once.truth("visits")} as visits
        left join marts.customer_events as events
            on events.event_type = 'checkin'
            and (events.event_details ->> 'checkin_id') = visits.checkin_id::varchar
        left join homes
            on visits.person_id = homes.person_id and events.customer_id = homes.member_id
        where homes.member_id is null
        """
    )
    assert wrong == []


def test_events_equal_the_truth_by_kind_moment_and_person(published_once: Warehouse) -> None:
    # Whom a purchase was for can be known where it names a membership or a pass.
    wrong = published_once.query(
        f"""
        with homes as (
            select distinct records.person_id, member_id_map.member_id
            from {published_once.truth("records")} as records
            inner join marts.member_id_map using (record_key)
        ),
        truth as (
            select events.event_type, events.occurred_at::timestamp as occurred_at, homes.member_id
            from {published_once.truth("events")} as events
            inner join homes using (person_id)
            where events.event_type <> 'checkin'
        ),
        ours as (
            select event_type, occurred_at, customer_id as member_id
            from marts.customer_events
            where event_type in (
                'membership_started', 'membership_cancelled', 'day_pass_checkin', 'payment_failed',
                'refund', 'email_sent', 'email_opened', 'email_clicked', 'sms_sent', 'sms_received'
            )
                or (event_details ->> 'paid_for_key') is not null
        )
        select * from (select * from ours except all select * from truth)
        """
    )
    assert wrong == []


def test_every_wish_about_texts_is_read_in_whatever_words(published_once: Warehouse) -> None:
    # The truth also knows what other systems were told.
    ours = published_once.query(
        "select phone_number, timestamp, action from marts.export_twilio__sms_opt_in_history"
        " order by all"
    )
    truth = published_once.query(
        "select contact_point, effective_at::timestamp,"
        " case state when 'opted_in' then 'opt_in' else 'opt_out' end"
        f" from {published_once.truth('consent')} where channel = 'sms' order by all"
    )
    assert set(ours) <= set(truth)
    assert {action for *_, action in ours} == {"opt_in", "opt_out"}


def test_each_shared_pass_is_of_its_owner_and_few_are_left_open(published_once: Warehouse) -> None:
    missing, wrong, all_of_them = published_once.query(
        f"""
        with homes as (
            select distinct records.person_id, member_id_map.member_id
            from {published_once.truth("records")} as records
            inner join marts.member_id_map using (record_key)
        )
        select
            count(*) filter (where transfers.purchaser_customer_id is null),
            count(*) filter (
                where transfers.purchaser_customer_id is not null and homes.member_id is null
            ),
            count(*)
        from {published_once.truth("passes")} as passes
        left join marts.pass_transfers as transfers on passes.checkin_id = transfers.check_in_id
        left join homes
            on passes.owner_person_id = homes.person_id
            and transfers.purchaser_customer_id = homes.member_id
        """
    )[0]
    assert all_of_them > 20
    assert wrong == 0
    assert missing <= 0.02 * all_of_them


def test_companions_really_came_together(published_once: Warehouse) -> None:
    really, all_of_them = published_once.query(
        f"""
        with together as (
            select
                truth.group_id,
                events.customer_id
            from {published_once.truth("visits")} as truth
            inner join marts.customer_events as events
                on events.event_type = 'checkin'
                and (events.event_details ->> 'checkin_id') = truth.checkin_id::varchar
            where truth.group_id is not null
        ),
        pairs as (
            select distinct one.customer_id as customer_id_1, other.customer_id as customer_id_2
            from together as one
            inner join together as other
                on one.group_id = other.group_id and one.customer_id < other.customer_id
        )
        select count(pairs.customer_id_1), count(*)
        from marts.customer_connections as connections
        left join pairs using (customer_id_1, customer_id_2)
        where connections.is_companion
        """
    )[0]
    assert all_of_them > 10
    assert really >= 0.95 * all_of_them


def test_the_truth_is_in_no_raw_schema(published_once: Warehouse) -> None:
    columns = {
        row[0]
        for row in published_once.query(
            "select distinct column_name from information_schema.columns"
            " where table_schema like 'raw%'"
        )
    }
    assert not columns & {"person_id", "household_id", "is_linkable", "group_id", "payer_person_id"}
