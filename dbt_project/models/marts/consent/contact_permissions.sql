-- Grain: one row per contact point, with its channel: whether it may be written to, and why.
with

ledger as (
    select * from {{ ref('consent_ledger') }}
),

identifiers as (
    select * from {{ ref('int_identity__identifiers') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

contact_points as (
    select
        {{ contact_key("identifiers.identifier_type", "identifiers.value") }} as contact_key,
        case identifiers.identifier_type when 'email' then 'email' else 'sms' end as channel,
        identifiers.identifier_type as contact_point_type,
        identifiers.value as contact_point
    from identifiers
    where identifiers.value is not null and identifiers.identifier_type in ('email', 'phone')
    group by identifiers.identifier_type, identifiers.value
    union all by name
    -- What no source shows any more: an opt-out of it may still bind who held it.
    select
        ledger.contact_key,
        ledger.channel,
        ledger.contact_point_type,
        cast(null as varchar) as contact_point
    from ledger
    where ledger.contact_point is null
    group by ledger.contact_key, ledger.channel, ledger.contact_point_type
),

-- A child agrees to nothing, whosever the address on its account is; it may say no.
heard as (
    select ledger.*
    from ledger
    left join customers
        on ledger.customer_id = customers.customer_id
    where ledger.state = 'opted_out' or customers.minor is distinct from 'yes'
),

latest_explicit_opt_in as (
    select *
    from heard
    where heard.state = 'opted_in' and heard.is_explicit
    qualify row_number() over (
        partition by heard.contact_key, heard.channel
        order by heard.effective_at desc, heard.evidence_key
    ) = 1
),

-- An opt-out stands until the person says yes after it: nothing inferred lifts it, nor a date.
standing_opt_out as (
    select opt_outs.*
    from heard as opt_outs
    left join latest_explicit_opt_in as opt_ins
        on
            opt_outs.contact_key = opt_ins.contact_key
            and opt_outs.channel = opt_ins.channel
    where
        opt_outs.state = 'opted_out'
        and (opt_ins.contact_key is null or opt_outs.effective_at >= opt_ins.effective_at)
    qualify row_number() over (
        partition by opt_outs.contact_key, opt_outs.channel
        order by opt_outs.is_explicit desc, opt_outs.effective_at desc, opt_outs.evidence_key
    ) = 1
),

latest_inferred_opt_in as (
    select *
    from heard
    where heard.state = 'opted_in' and not heard.is_explicit
    qualify row_number() over (
        partition by heard.contact_key, heard.channel
        order by heard.effective_at desc, heard.evidence_key
    ) = 1
),

ranked as (
    select
        standing_opt_out.*,
        1 as weight
    from standing_opt_out
    union all by name
    select
        latest_explicit_opt_in.*,
        2 as weight
    from latest_explicit_opt_in
    union all by name
    select
        latest_inferred_opt_in.*,
        3 as weight
    from latest_inferred_opt_in
),

decisive as (
    select *
    from ranked
    qualify row_number() over (
        partition by ranked.contact_key, ranked.channel
        order by ranked.weight
    ) = 1
)

select
    contact_points.contact_key,
    contact_points.channel,
    contact_points.contact_point_type,
    contact_points.contact_point,
    coalesce(decisive.state = 'opted_in', false) as is_allowed,
    coalesce(decisive.state, 'unknown') as state,
    case
        when decisive.state is null then 'nothing known'
        when decisive.state = 'opted_in' and decisive.is_explicit then 'opted in'
        when decisive.state = 'opted_in' then 'opt-in inferred'
        when decisive.is_explicit then 'opted out'
        when decisive.method = 'suppressed_by_staff' then 'left out by staff'
        else 'unreachable'
    end as reason,
    decisive.source,
    decisive.method,
    decisive.effective_at,
    decisive.proof
from contact_points
left join decisive
    on
        contact_points.contact_key = decisive.contact_key
        and contact_points.channel = decisive.channel
