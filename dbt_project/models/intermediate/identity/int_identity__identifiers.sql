-- Grain: one row per record, type, written value and origin of an identifier, normalised.
with

identifiers as (
    select * from {{ ref('int_identifier__unioned') }}
),

phone_numbers as (
    select * from {{ ref('int_phone_numbers') }}
),

email_providers as (
    select * from {{ ref('email_providers') }}
),

lower_cased as (
    select
        identifiers.*,
        phone_numbers.e164,
        case
            when identifiers.identifier_type = 'email'
                then {{ normalise_email("identifiers.value_raw") }}
        end as email_lower
    from identifiers
    left join phone_numbers
        -- A condition on the left side alone would cost the square of the rows.
        on
            case when identifiers.identifier_type = 'phone' then identifiers.value_raw end
            = phone_numbers.value_raw
),

address_split as (
    select
        lower_cased.*,
        split_part(lower_cased.email_lower, '@', 1) as local_part,
        split_part(lower_cased.email_lower, '@', 2) as domain
    from lower_cased
),

-- Plus-tags and dots are folded only where the provider itself ignores them.
folded as (
    select
        address_split.*,
        case
            when email_providers.ignores_plus_tags
                then split_part(address_split.local_part, '+', 1)
            else address_split.local_part
        end as local_without_tag,
        coalesce(email_providers.ignores_dots, false) as ignores_dots
    from address_split
    left join email_providers
        on address_split.domain = email_providers.domain
)

select
    folded.record_key,
    folded.identifier_type,
    folded.value_raw,
    -- What is neither e-mail nor phone has no spelling to compare, so that it joins nobody.
    case
        when folded.identifier_type = 'phone' then folded.e164
        when folded.identifier_type <> 'email' then nullif(trim(folded.value_raw), '')
        when folded.ignores_dots
            then replace(folded.local_without_tag, '.', '') || '@' || folded.domain
        else folded.local_without_tag || '@' || folded.domain
    end as value,
    folded.seen_at,
    folded.origin
from folded
