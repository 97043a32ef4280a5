-- Grain: one row per entry on an entry pass or a guest pass, with what its text says.
with

check_ins as (
    select * from {{ ref('stg_capitan__check_ins') }}
),

entry_passes as (
    select * from {{ ref('stg_capitan__entry_passes') }}
),

-- Texts end with "(3 remaining)"; names and products hold parentheses of their own.
counted as (
    select
        check_ins.check_in_id,
        check_ins.capitan_customer_id,
        check_ins.entry_method,
        check_ins.location_name,
        check_ins.checked_in_at,
        check_ins.checked_in_local_at,
        try_cast(
            regexp_extract(
                check_ins.entry_method_description, '\(([0-9]+) remaining\)\s*$', 1, 'i'
            ) as integer
        ) as remaining_count,
        trim(
            regexp_replace(
                check_ins.entry_method_description, '\s*\([0-9]+ remaining\)\s*$', '', 'i'
            )
        ) as pass_and_owner
    from check_ins
    where check_ins.entry_method in ('ENT', 'GUE')
),

pass_types as (
    select entry_passes.pass_type
    from entry_passes
    where entry_passes.pass_type is not null
    group by entry_passes.pass_type
),

texts as (
    select counted.pass_and_owner
    from counted
    group by counted.pass_and_owner
),

-- A product that is known is read whole, also where its name holds the word "from".
known as (
    select
        texts.pass_and_owner,
        max_by(
            pass_types.pass_type, (length(pass_types.pass_type), pass_types.pass_type)
        ) as pass_type
    from texts
    inner join pass_types
        on
            lower(texts.pass_and_owner) = lower(pass_types.pass_type)
            or starts_with(lower(texts.pass_and_owner), lower(pass_types.pass_type) || ' from ')
    group by texts.pass_and_owner
),

split as (
    select
        counted.*,
        case
            when known.pass_type is not null
                then left(counted.pass_and_owner, length(known.pass_type))
            when counted.pass_and_owner ilike '_% from _%'
                then trim(regexp_extract(counted.pass_and_owner, '^(.+?)\s+from\s+.+$', 1, 'i'))
            else counted.pass_and_owner
        end as pass_type,
        case
            when known.pass_type is not null
                then substring(counted.pass_and_owner, length(known.pass_type) + 7)
            else regexp_extract(counted.pass_and_owner, '^.+?\s+from\s+(.+)$', 1, 'i')
        end as owner_text
    from counted
    left join known
        on counted.pass_and_owner = known.pass_and_owner
),

named as (
    select
        split.*,
        nullif(trim(split.owner_text), '') as owner_name
    from split
)

select
    named.check_in_id,
    named.capitan_customer_id,
    named.entry_method,
    named.location_name,
    named.checked_in_at,
    named.checked_in_local_at,
    named.pass_type,
    case
        when named.owner_name is null then null
        when named.entry_method = 'GUE' then 'guest_pass'
        else 'entry_pass'
    end as transfer_type,
    named.owner_name,
    -- "Mary (Molly) Drayham" is the account of Mary Drayham.
    coalesce(
        {{ fold_name("regexp_replace(named.owner_name, '\\([^)]*\\)', ' ', 'g')") }},
        {{ fold_name("named.owner_name") }}
    ) as owner_name_folded,
    named.remaining_count,
    coalesce(
        regexp_matches(lower(named.pass_type), '\bpunch|\b[0-9]+[- ]?climb'), false
    ) as is_punch_pass,
    {{ is_youth_product("named.pass_type") }} as is_youth_pass
from named
