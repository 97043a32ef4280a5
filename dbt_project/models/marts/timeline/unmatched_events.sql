-- Grain: one row per happening that is on no customer's timeline.
{{ config(materialized='view') }}

with

events as (
    select * from {{ ref('int_event__unioned') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

judged as (
    select
        events.*,
        case
            when events.occurred_at is null then 'no usable time'
            when events.event_date > run.as_of_date then 'dated after the day of the run'
            when events.event_date < cast('{{ var("earliest_event_date") }}' as date)
                then 'dated before anybody here can have done anything'
            when events.record_key is null then 'the source names nobody'
            when members.record_key is null then 'the source names a record that no source has'
        end as reason
    from events
    left join members
        on events.record_key = members.record_key
    cross join run
)

select
    judged.event_id,
    judged.event_type,
    judged.occurred_at,
    judged.record_key,
    judged.source,
    judged.subject,
    judged.amount,
    judged.currency,
    judged.reason
from judged
where judged.reason is not null
