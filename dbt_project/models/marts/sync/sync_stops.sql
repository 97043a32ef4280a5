-- Grain: one row per customer and channel that somebody closed since the day was published.

with

shown as (
    select * from {{ ref('int_consent__unioned') }}
),

known as (
    select * from {{ ref('int_consents') }}
),

identifiers as (
    select * from {{ ref('int_identity__identifiers') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

-- What closes a channel counts at once; what opens one waits for the next day's work.
new_opt_outs as (
    select
        shown.contact_point_type,
        shown.value_raw,
        shown.channel
    from shown
    left join known
        on
            shown.proof = known.proof
            and shown.channel = known.channel
            and shown.state = known.state
            and (shown.effective_at is null or shown.effective_at = known.effective_at)
    where shown.state = 'opted_out' and known.proof is null
    group by shown.contact_point_type, shown.value_raw, shown.channel
),

-- A spelling that nobody knew yet is found by what it comes to.
holders as (
    select
        identifiers.record_key,
        new_opt_outs.channel
    from new_opt_outs
    inner join identifiers
        on
            new_opt_outs.contact_point_type = identifiers.identifier_type
            and new_opt_outs.value_raw = identifiers.value_raw
    union all
    select
        identifiers.record_key,
        new_opt_outs.channel
    from new_opt_outs
    inner join identifiers
        on
            new_opt_outs.contact_point_type = identifiers.identifier_type
            and {{ normalise_email("new_opt_outs.value_raw") }} = identifiers.value
)

select
    members.customer_id,
    holders.channel
from holders
inner join members
    on holders.record_key = members.record_key
group by members.customer_id, holders.channel
