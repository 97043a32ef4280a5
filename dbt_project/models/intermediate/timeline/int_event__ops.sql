-- Grain: one row per flag that was set or handed over, and per tag that a sync set or took, by day.
with

deeds as (
    select * from {{ ref('int_deeds') }}
),

followed as (
    select * from {{ ref('int_identity__followed') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
)

select
    {{ event_id(
        "deeds.event_type",
        "'ops'",
        "deeds.subject || ' ' || cast(deeds.done_on as varchar)",
        "'customer'"
    ) }} as event_id,
    deeds.event_type,
    {{ business_midnight("deeds.done_on") }} as occurred_at,
    customers.leading_record_key as record_key,
    'ops' as source,
    case
        when customers.leading_record_key is null then 'unmatched' else 'exact'
    end as attribution,
    deeds.subject,
    cast(null as decimal(18, 2)) as amount,
    cast(null as varchar) as currency,
    deeds.details
from deeds
left join followed
    on deeds.customer_id = followed.former_customer_id
left join customers
    on followed.customer_id = customers.customer_id
