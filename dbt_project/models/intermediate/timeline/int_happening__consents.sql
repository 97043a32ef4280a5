-- Grain: one row per system, channel, state and reason why what it shows makes an event or none.
{{ config(materialized='view') }}

with

consents as (
    select * from {{ ref('int_consents') }}
),

judged as (
    select
        consents.source,
        consents.channel || case consents.state when 'opted_in' then '_opt_in' else '_opt_out' end
            as event_type,
        case
            when not consents.is_explicit then 'nobody said it: ' || consents.method
            when consents.method in ('confirmation', 'carrier_block')
                then 'the network''s answer'
            when
                row_number() over (
                    partition by
                        consents.source,
                        consents.contact_key,
                        consents.channel,
                        consents.state,
                        consents.effective_at,
                        consents.is_explicit,
                        consents.method in ('confirmation', 'carrier_block')
                    order by consents.evidence_key
                ) > 1
                then 'the same said at the same time'
        end as reason
    from consents
)

select
    judged.source,
    'consent' as table_name,
    judged.event_type,
    coalesce(judged.reason, 'made') as outcome,
    count(*) as row_count
from judged
group by
    judged.source,
    judged.event_type,
    coalesce(judged.reason, 'made')
