-- Grain: one row per piece of evidence about consent, whether its source still shows it or not.
with

unioned as (
    select * from {{ ref('int_consent__unioned') }}
),

stored as (
    select * from {{ ref('stg_ops__consents') }}
),

identifiers as (
    select * from {{ ref('int_identity__identifiers') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

-- distinct: many records may bear one spelling.
spellings as (
    select distinct
        identifiers.identifier_type,
        identifiers.value_raw,
        identifiers.value
    from identifiers
    where identifiers.value is not null and identifiers.identifier_type in ('email', 'phone')
),

contact_points as (
    select
        {{ contact_key("spellings.identifier_type", "spellings.value") }} as contact_key,
        spellings.value
    from spellings
    group by spellings.identifier_type, spellings.value
),

keyed as (
    select
        unioned.*,
        {{ contact_key("spellings.identifier_type", "spellings.value") }} as contact_key
    from unioned
    inner join spellings
        on
            unioned.contact_point_type = spellings.identifier_type
            and unioned.value_raw = spellings.value_raw
),

-- Without a date nobody can say that it came after an opt-out.
shown as (
    select
        md5(concat_ws(
            '|',
            keyed.proof,
            keyed.contact_key,
            keyed.channel,
            keyed.state,
            coalesce(cast(keyed.effective_at as varchar), 'undated')
        )) as evidence_key,
        keyed.contact_key,
        keyed.contact_point_type,
        keyed.channel,
        keyed.state,
        keyed.is_explicit
        and (keyed.effective_at is not null or keyed.state = 'opted_out') as is_explicit,
        keyed.method,
        keyed.source,
        keyed.source_status,
        keyed.effective_at,
        keyed.proof,
        keyed.record_key
    from keyed
    qualify row_number() over (
        partition by
            keyed.proof, keyed.contact_key, keyed.channel, keyed.state, keyed.effective_at
        order by keyed.is_explicit desc, keyed.method, keyed.source_status, keyed.value_raw
    ) = 1
),

together as (
    select
        shown.evidence_key,
        shown.contact_key,
        shown.contact_point_type,
        shown.channel,
        shown.state,
        shown.is_explicit,
        shown.method,
        shown.source,
        shown.source_status,
        coalesce(
            shown.effective_at,
            stored.effective_at,
            case shown.state
                when 'opted_in' then {{ business_midnight("run.as_of_date") }}
                else {{ business_midnight("run.as_of_date + 1") }} - interval 1 second
            end
        ) as effective_at,
        shown.proof,
        shown.record_key,
        coalesce(stored.noted_date, run.as_of_date) as noted_on
    from shown
    cross join run
    left join stored
        on shown.evidence_key = stored.evidence_key
    union all by name
    select
        stored.evidence_key,
        stored.contact_key,
        stored.contact_point_type,
        stored.channel,
        stored.state,
        stored.is_explicit,
        stored.method,
        stored.source,
        stored.source_status,
        stored.effective_at,
        stored.proof,
        stored.record_key,
        stored.noted_date as noted_on
    from stored
    left join shown
        on stored.evidence_key = shown.evidence_key
    where shown.evidence_key is null
)

select
    together.*,
    contact_points.value as contact_point
from together
left join contact_points
    on together.contact_key = contact_points.contact_key
