-- Grain: one row per event of a customer; who enters for a party is shown once, as a party guest.
with

customer_events as (
    select * from {{ ref('customer_events') }}
),

-- What is told of one entry by several events has one record and instant.
party_entries as (
    select
        customer_events.record_key,
        customer_events.occurred_at
    from customer_events
    where customer_events.event_type = 'birthday_party_attendee_checkin'
    group by customer_events.record_key, customer_events.occurred_at
)

select
    customer_events.event_id,
    customer_events.customer_id,
    strftime({{ business_time("customer_events.occurred_at") }}, '%Y-%m-%d %H:%M') as event_date,
    customer_events.event_type,
    left(
        coalesce(
            {{ json_text("customer_events.event_details", "$.product") }},
            {{ json_text("customer_events.event_details", "$.membership_name") }},
            {{ json_text("customer_events.event_details", "$.event_type_name") }},
            {{ json_text("customer_events.event_details", "$.campaign_title") }},
            {{ json_text("customer_events.event_details", "$.failure_code") }}
        ),
        200
    ) as details,
    customer_events.event_source as source,
    {{ json_text("customer_events.event_details", "$.entry_method") }} as entry_method,
    customer_events.amount
from customer_events
left join party_entries
    on
        customer_events.record_key = party_entries.record_key
        and customer_events.occurred_at = party_entries.occurred_at
where
    party_entries.record_key is null
    or customer_events.event_type not in ('checkin', 'day_pass_checkin')
