-- Grain: one row per paid day pass line whose customer did not come for thirty days.
with

settings as (
    select 30 as waiting_days
),

payment_lines as (
    select * from {{ ref('int_payment_lines_attributed') }}
),

described as (
    select * from {{ ref('int_payment_lines_described') }}
),

payments as (
    select * from {{ ref('int_payment__unioned') }}
),

check_ins as (
    select * from {{ ref('stg_capitan__check_ins') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

-- Whoever bought on one account may enter on another: this happening is of the customer.
passes as (
    select
        payments.payment_id,
        payments.source,
        payments.currency,
        payments.paid_at,
        payment_lines.line_key,
        payment_lines.attributed_record_key as record_key,
        payment_lines.match_method,
        members.customer_id,
        described.day_pass_count,
        {{ business_date("payments.paid_at") }} as paid_date
    from payment_lines
    inner join described
        on
            payment_lines.payment_id = described.payment_id
            and payment_lines.line_key = described.line_key
    inner join payments
        on payment_lines.payment_id = payments.payment_id
    inner join members
        on payment_lines.attributed_record_key = members.record_key
    where
        payments.payment_status = 'paid'
        and payments.refunded < payments.gross
        and described.day_pass_count > 0
),

visit_days as (
    select
        members.customer_id,
        cast(check_ins.checked_in_local_at as date) as visit_date
    from check_ins
    inner join members
        on 'capitan:customer:' || check_ins.capitan_customer_id = members.record_key
    group by members.customer_id, cast(check_ins.checked_in_local_at as date)
),

unused as (
    select passes.*
    from passes
    cross join settings
    cross join run
    where
        {{ days_between("passes.paid_date", "run.as_of_date") }} >= settings.waiting_days
        and not exists (
            select 1
            from visit_days
            where
                visit_days.customer_id = passes.customer_id
                and visit_days.visit_date
                between passes.paid_date and passes.paid_date + settings.waiting_days
        )
)

select
    {{ event_id(
        "'day_pass_purchased_no_checkin'",
        "unused.source",
        "unused.payment_id",
        "'line ' || unused.line_key"
    ) }} as event_id,
    'day_pass_purchased_no_checkin' as event_type,
    {{ business_midnight("unused.paid_date + settings.waiting_days") }} as occurred_at,
    unused.record_key,
    unused.source,
    'exact' as attribution,
    unused.payment_id || ':unused' as subject,
    cast(null as decimal(18, 2)) as amount,
    cast(null as varchar) as currency,
    json_object(
        'payment_id', unused.payment_id,
        'line_key', unused.line_key,
        'purchase_date', unused.paid_date,
        'pass_count', unused.day_pass_count
    ) as details
from unused
cross join settings
