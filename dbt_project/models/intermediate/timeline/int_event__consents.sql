-- Grain: one row per time at which somebody said to a system that they want messages, or no more.
with

consents as (
    select * from {{ ref('int_consents') }}
),

named as (
    select
        consents.*,
        consents.channel || case consents.state when 'opted_in' then '_opt_in' else '_opt_out' end
            as event_type
    from consents
    -- What the network answers to a STOP is evidence, but no second deed.
    where consents.is_explicit and consents.method not in ('confirmation', 'carrier_block')
),

-- One deed may stand on a list, on a profile and among the events of one system.
said_once as (
    select *
    from named
    qualify row_number() over (
        partition by
            named.source, named.contact_key, named.channel, named.state, named.effective_at
        order by named.record_key nulls last, named.evidence_key
    ) = 1
)

select
    {{ event_id(
        "said_once.event_type",
        "said_once.source",
        "said_once.contact_key || ' ' || cast(said_once.effective_at as varchar)",
        "'contact'"
    ) }} as event_id,
    said_once.event_type,
    said_once.effective_at as occurred_at,
    said_once.record_key,
    said_once.source,
    'exact' as attribution,
    said_once.proof as subject,
    cast(null as decimal(18, 2)) as amount,
    cast(null as varchar) as currency,
    json_object(
        'channel', said_once.channel,
        'method', said_once.method,
        'status', said_once.source_status
    ) as details
from said_once
