-- Grain: one row per suppression or event with which an address left or turned out to be dead.
{{ config(materialized='view', tags=['on_demand']) }}

with

unsubscribes as (
    select * from {{ ref('stg_sendgrid__unsubscribes') }}
),

spam_reports as (
    select * from {{ ref('stg_sendgrid__spam_reports') }}
),

bounces as (
    select * from {{ ref('stg_sendgrid__bounces') }}
),

events as (
    select * from {{ ref('stg_sendgrid__events') }}
),

-- An address that staff took off a list has said nothing by that: the row stays.
left_out as (
    select
        unsubscribes.email,
        unsubscribes.record_key,
        'unsubscribe' as method,
        unsubscribes.suppressed_at as effective_at,
        'sendgrid:unsubscribe:' || md5(lower(trim(unsubscribes.email))) as proof
    from unsubscribes
    union all by name
    select
        spam_reports.email,
        spam_reports.record_key,
        'spam_report' as method,
        spam_reports.suppressed_at as effective_at,
        'sendgrid:spam_report:' || md5(lower(trim(spam_reports.email))) as proof
    from spam_reports
    union all by name
    select
        bounces.email,
        bounces.record_key,
        'bounce' as method,
        bounces.suppressed_at as effective_at,
        'sendgrid:bounce:' || md5(lower(trim(bounces.email))) as proof
    from bounces
    union all by name
    select
        events.email,
        events.record_key,
        case events.event_name
            when 'spamreport' then 'spam_report'
            when 'bounce' then 'bounce'
            else 'unsubscribe'
        end as method,
        events.occurred_at as effective_at,
        'sendgrid:event:' || events.event_key as proof
    from events
    where
        events.event_name in ('unsubscribe', 'group_unsubscribe', 'spamreport')
        -- A block is the other side's bad day, not a dead address.
        or (events.event_name = 'bounce' and coalesce(events.bounce_type, 'bounce') = 'bounce')
)

select
    'email' as contact_point_type,
    left_out.email as value_raw,
    'email' as channel,
    'opted_out' as state,
    left_out.method <> 'bounce' as is_explicit,
    left_out.method,
    'sendgrid' as source,
    left_out.method as source_status,
    left_out.effective_at,
    left_out.proof,
    left_out.record_key
from left_out
where left_out.email is not null
