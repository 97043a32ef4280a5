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
    # Whom a purchase was for can be known where it names a membership, a pass or a booking.
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
            select
                event_type,
                -- Some systems tell parts of a second, the town does not.
                case
                    when event_type like '%_signup' or event_source = 'firestore'
                        then date_trunc('second', occurred_at)
                    else occurred_at
                end as occurred_at,
                customer_id as member_id
            from marts.customer_events
            where event_type in (
                'membership_started', 'membership_cancelled', 'membership_ended',
                'day_pass_checkin', 'payment_failed', 'refund',
                'email_sent', 'email_opened', 'email_clicked', 'sms_received',
                'birthday_party_booked', 'birthday_party_rsvp'
            )
                -- The truth has the texts of Twilio alone.
                or (event_type = 'sms_sent' and event_source = 'twilio')
                -- A place that was given up stays on the timeline beside its cancellation.
                or (
                    event_type like '%_signup'
                    and (event_details ->> 'reservation_id') not in (
                        select event_details ->> 'reservation_id' from marts.customer_events
                        where event_type = 'signup_cancelled'
                    )
                )
                or (
                    event_type <> 'day_pass_purchased_no_checkin'
                    and (event_details ->> 'payment_id') in (
                        select payment_id from marts.fct_payment_lines
                        where match_method in ('membership_id', 'entry_pass_id', 'booking_id')
                    )
                )
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


def test_every_signup_of_the_truth_is_on_a_timeline(published_once: Warehouse) -> None:
    missing = published_once.query(
        f"""
        select truth.source_key, truth.event_type
        from {published_once.truth("events")} as truth
        left join marts.fct_events as events
            on truth.source_key = events.subject and truth.event_type = events.event_type
            and truth.occurred_at::timestamp = date_trunc('second', events.occurred_at)
        where truth.event_type like '%_signup' and events.event_id is null
        """
    )
    assert missing == []


ATTRIBUTED = """
    with homes as (
        select distinct records.person_id, member_id_map.member_id
        from {records} as records
        inner join marts.member_id_map using (record_key)
    ),
    lines as (
        select
            payments.payment_id,
            payment_lines.match_method,
            map.member_id,
            truth.payer_person_id,
            (
                select list(truth_lines.for_person_id) from {payment_lines} as truth_lines
                where truth_lines.payment_key = payments.payment_id
            ) as for_person_ids
        from marts.fct_payments as payments
        inner join marts.fct_payment_lines as payment_lines using (payment_id)
        inner join {payments} as truth on payments.payment_id = truth.payment_key
        left join marts.member_id_map as map
            on payment_lines.attributed_record_key = map.record_key
        where payments.payment_status = 'paid'
    )
    select
        lines.payment_id,
        lines.match_method,
        lines.payer_person_id is not null as is_attributable,
        lines.member_id is not null as is_attributed,
        exists (
            select 1 from homes
            where homes.member_id = lines.member_id
                and (
                    list_contains(lines.for_person_ids, homes.person_id)
                    or (
                        lines.match_method in ('customer_id', 'email', 'name')
                        and homes.person_id = lines.payer_person_id
                    )
                )
        ) as is_right
    from lines
"""


def test_payments_are_attributed_to_the_right_people(published_once: Warehouse) -> None:
    tables = ("records", "payment_lines", "payments")
    found = published_once.query(
        ATTRIBUTED.format(**{name: published_once.truth(name) for name in tables})
    )
    attributed = [row for row in found if row[3]]
    attributable = [row for row in found if row[2]]
    wrong = [row for row in attributed if not row[4]]
    assert len(wrong) <= 0.01 * len(attributed), wrong
    assert sum(row[3] for row in attributable) >= 0.95 * len(attributable)
    assert not [row for row in attributed if not row[2]], "a sale at the desk is nobody's"


def test_no_purchase_is_on_the_timeline_twice(published_once: Warehouse) -> None:
    counts = published_once.query(
        f"""
        with ours as (
            select subject as payment_key, count(*) as events, sum(amount) as amount
            from marts.fct_events
            where event_type in (
                'membership_purchase', 'membership_renewal', 'day_pass_purchase',
                'programming_purchase', 'event_booking', 'retail_purchase', 'other_purchase'
            )
            group by subject
        ),
        truth as (
            select payment_key, count(*) as events, sum(gross) as amount
            from {published_once.truth("payment_lines")}
            where payment_key in (
                select payment_key from {published_once.truth("payments")}
                where status = 'succeeded'
            )
            group by payment_key
        )
        select * from ours full outer join truth using (payment_key)
        where ours.events is distinct from truth.events
            or ours.amount is distinct from truth.amount::decimal(38, 2)
        """
    )
    assert counts == []


def test_what_sources_change_in_place_is_remembered(published_once: Warehouse) -> None:
    unknown = published_once.query(
        """
        select membership_instance_id from staging.stg_capitan__memberships
        except select membership_instance_id from marts.membership_history
        where valid_until_date is null
        """
    )
    assert unknown == []


def test_the_truth_is_in_no_raw_schema(published_once: Warehouse) -> None:
    columns = {
        row[0]
        for row in published_once.query(
            "select distinct column_name from information_schema.columns"
            " where table_schema like 'raw%' and table_schema <> 'raw_ops'"  # ours, not a vendor's
        )
    }
    assert not columns & {"person_id", "household_id", "is_linkable", "group_id", "payer_person_id"}
