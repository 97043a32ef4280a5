-- Grain: one row per customer, channel, kind of mark and day on which the mark was first seen.
{{ config(materialized='view', tags=['on_demand']) }}

with

customers as (
    select * from {{ ref('stg_capitan__customers') }}
),

source_states as (
    select * from {{ ref('int_source_states') }}
),

channels as (
    select unnest(['email', 'sms']) as channel
),

marks as (
    select
        customers.record_key,
        channels.channel,
        case channels.channel when 'email' then 'email' else 'phone' end as contact_point_type,
        case channels.channel when 'email' then customers.email else customers.phone end
            as value_raw,
        source_states.seen_on,
        {{ json_text("source_states.state", "$.has_opted_in") }} = 'true' as is_ticked,
        {{ json_text("source_states.state", "$.has_waiver") }} = 'true' as has_waiver,
        case channels.channel
            when 'email' then {{ json_text("source_states.state", "$.email_key") }}
            else {{ json_text("source_states.state", "$.phone_key") }}
        end as state_key
    from source_states
    inner join customers
        on source_states.subject = customers.record_key
    cross join channels
),

compared as (
    select
        marks.*,
        lag(marks.is_ticked) over by_day as was_ticked,
        lag(marks.has_waiver) over by_day as had_waiver
    from marks
    window
        by_day as (
            partition by marks.record_key, marks.channel, marks.state_key
            order by marks.seen_on
        )
),

-- What was so when first looked at was said nobody knows when, so that it lifts no opt-out.
conformed as (
    select
        compared.*,
        'checkbox' as method,
        case when compared.is_ticked then 'opted_in' else 'opted_out' end as state,
        compared.was_ticked is not null as is_explicit
    from compared
    where
        compared.is_ticked is distinct from compared.was_ticked
        and (compared.is_ticked or compared.was_ticked)
    union all by name
    select
        compared.*,
        'waiver' as method,
        'opted_in' as state,
        false as is_explicit
    from compared
    where
        compared.channel = 'email'
        and compared.has_waiver
        and compared.had_waiver is distinct from true
)

-- Of its day an opt-out is the last thing that was said, and an opt-in the first.
select
    conformed.contact_point_type,
    conformed.value_raw,
    conformed.channel,
    conformed.state,
    conformed.is_explicit,
    conformed.method,
    'capitan' as source,
    case
        when conformed.method = 'waiver' then 'active waiver'
        when conformed.is_ticked then 'opted in to marketing'
        else 'no longer opted in to marketing'
    end as source_status,
    case conformed.state
        when 'opted_in' then {{ business_midnight("conformed.seen_on") }}
        else {{ business_midnight("conformed.seen_on + 1") }} - interval 1 second
    end as effective_at,
    conformed.record_key || ':' || conformed.method || ':' || conformed.seen_on as proof,
    conformed.record_key
from conformed
-- An address of before stands in the ledger already, and nowhere else.
where
    conformed.value_raw is not null
    and conformed.state_key = md5(lower(trim(conformed.value_raw)))
