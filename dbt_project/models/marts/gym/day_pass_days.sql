-- Grain: one row per customer and day on which a day pass was used, or bought and not used since.
with

settings as (
    select 60 as redeem_days
),

customer_events as (
    select * from {{ ref('customer_events') }}
),

used as (
    select
        customer_events.customer_id,
        customer_events.event_date,
        max(customer_events.occurred_at) as happened_at,
        bool_or(
            {{ json_text("customer_events.event_details", "$.entry_method") }} in ('ENT', 'GUE')
        ) as is_on_pass
    from customer_events
    where customer_events.event_type = 'day_pass_checkin'
    group by customer_events.customer_id, customer_events.event_date
),

sold as (
    select
        customer_events.customer_id,
        customer_events.event_date,
        max(customer_events.occurred_at) as happened_at
    from customer_events
    where customer_events.event_type = 'day_pass_purchase'
    group by customer_events.customer_id, customer_events.event_date
),

-- What is bought on Friday for Saturday is one pass, on the day of its use.
unused as (
    select sold.*
    from sold
    cross join settings
    where not exists (
        select 1
        from used
        where
            used.customer_id = sold.customer_id
            and {{ days_between("sold.event_date", "used.event_date") }}
            between 0 and settings.redeem_days
    )
)

select
    used.customer_id,
    used.event_date as day_pass_date,
    used.happened_at,
    used.is_on_pass,
    true as is_used
from used
union all by name
select
    unused.customer_id,
    unused.event_date as day_pass_date,
    unused.happened_at,
    true as is_on_pass,
    false as is_used
from unused
