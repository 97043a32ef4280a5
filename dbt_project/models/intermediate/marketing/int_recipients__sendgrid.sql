-- Grain: one row per spelling of an address that SendGrid wrote to or leaves out.
with

events as (
    select * from {{ ref('stg_sendgrid__events') }}
),

messages as (
    select * from {{ ref('stg_sendgrid__messages') }}
),

bounces as (
    select * from {{ ref('stg_sendgrid__bounces') }}
),

spam_reports as (
    select * from {{ ref('stg_sendgrid__spam_reports') }}
),

unsubscribes as (
    select * from {{ ref('stg_sendgrid__unsubscribes') }}
),

sightings as (
    select
        events.record_key,
        events.email,
        events.occurred_at as seen_at
    from events
    union all by name
    select
        messages.record_key,
        messages.email,
        messages.last_event_at as seen_at
    from messages
    union all by name
    select
        bounces.record_key,
        bounces.email,
        bounces.suppressed_at as seen_at
    from bounces
    union all by name
    select
        spam_reports.record_key,
        spam_reports.email,
        spam_reports.suppressed_at as seen_at
    from spam_reports
    union all by name
    select
        unsubscribes.record_key,
        unsubscribes.email,
        unsubscribes.suppressed_at as seen_at
    from unsubscribes
)

select
    sightings.record_key,
    sightings.email,
    min(sightings.seen_at) as first_seen_at
from sightings
where sightings.email is not null
group by sightings.record_key, sightings.email
