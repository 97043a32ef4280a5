-- Grain: one row per question that somebody at the desk can answer.
with

settings as (
    select
        3 as many_visits,
        -- A mail domain this much rarer than one that looks like it is a typing error.
        20 as domain_ratio
),

customers as (
    select * from {{ ref('customers_master') }}
),

family_relationships as (
    select * from {{ ref('family_relationships') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

identifiers as (
    select * from {{ ref('int_identity__identifiers') }}
),

email_providers as (
    select * from {{ ref('email_providers') }}
),

duplicates as (
    select * from {{ ref('_duplicates') }}
),

not_duplicates as (
    select * from {{ ref('_not_duplicates') }}
),

registry as (
    select * from {{ ref('int_identity__registry') }}
),

pass_transfers as (
    select * from {{ ref('pass_transfers') }}
),

guesses as (
    select
        family_relationships.child_customer_id,
        count(*) as adult_count
    from family_relationships
    where family_relationships.confidence = 'low'
    group by family_relationships.child_customer_id
),

missing_parents as (
    select
        customers.customer_id,
        customers.primary_name as customer_name,
        case
            when guesses.adult_count > 0 then 'ambiguous_parent'
            else 'missing_parent'
        end as question_type,
        case
            when guesses.adult_count > 0
                then 'Which of the adults who come along answers for this child?'
            else 'Who answers for this child, and how are they reached?'
        end as question,
        case when customers.total_visits >= settings.many_visits then 'high' else 'medium' end
            as priority,
        coalesce(guesses.adult_count, 0) || ' adults on one membership' as context
    from customers
    left join guesses
        on customers.customer_id = guesses.child_customer_id
    cross join settings
    where
        customers.is_child
        and customers.parent_customer_id is null
        and customers.contact_email is null
        and customers.total_visits > 0
),

domains as (
    select
        split_part(identifiers.value, '@', 2) as domain,
        count(distinct identifiers.record_key) as record_count
    from identifiers
    where identifiers.identifier_type = 'email' and identifiers.value is not null
    group by split_part(identifiers.value, '@', 2)
),

mistyped_domains as (
    select
        rare.domain,
        min(common.domain) as meant
    from domains as rare
    cross join settings
    inner join domains as common
        on
            rare.record_count * settings.domain_ratio <= common.record_count
            and {{ one_error_apart("rare.domain", "common.domain") }}
    left join email_providers
        on rare.domain = email_providers.domain
    where email_providers.domain is null
    group by rare.domain
),

mistyped_emails as (
    select
        members.customer_id,
        cast(null as varchar) as customer_name,
        'mistyped_email' as question_type,
        'Is the address at ' || mistyped_domains.domain || ' meant to be at '
        || mistyped_domains.meant || '?' as question,
        'medium' as priority,
        min(identifiers.record_key) as context
    from identifiers
    inner join mistyped_domains
        on split_part(identifiers.value, '@', 2) = mistyped_domains.domain
    inner join members
        on identifiers.record_key = members.record_key
    where identifiers.identifier_type = 'email'
    group by members.customer_id, mistyped_domains.domain, mistyped_domains.meant
),

decided as (
    select
        '_duplicates' as seed,
        duplicates.src || ':' || duplicates.src_id as key
    from duplicates
    union all by name
    select
        '_duplicates' as seed,
        duplicates.member_id as key
    from duplicates
    union all by name
    select
        '_not_duplicates' as seed,
        not_duplicates.src_a || ':' || not_duplicates.src_id_a as key
    from not_duplicates
    union all by name
    select
        '_not_duplicates' as seed,
        not_duplicates.src_b || ':' || not_duplicates.src_id_b as key
    from not_duplicates
),

stale_decisions as (
    select
        cast(null as varchar) as customer_id,
        cast(null as varchar) as customer_name,
        'stale_decision' as question_type,
        'The seed ' || decided.seed || ' names something that no system has (any more): '
        || 'is the row right?' as question,
        'low' as priority,
        decided.key as context
    from decided
    left join members
        on decided.key = members.record_key
    left join registry
        on decided.key = registry.customer_id
    where members.record_key is null and registry.customer_id is null
    group by decided.seed, decided.key
),

-- Somebody's pass was used, and several people have the name on it.
ambiguous_passes as (
    select
        pass_transfers.recipient_customer_id as customer_id,
        cast(null as varchar) as customer_name,
        'ambiguous_pass_owner' as question_type,
        'Which ' || pass_transfers.purchaser_name || ' shared the pass: '
        || max(pass_transfers.candidate_count) || ' people have the name' as question,
        'low' as priority,
        'check-in ' || min(pass_transfers.check_in_id) as context
    from pass_transfers
    where pass_transfers.match_method = 'ambiguous'
    group by pass_transfers.recipient_customer_id, pass_transfers.purchaser_name
),

asked as (
    select *
    from missing_parents
    union all by name
    select *
    from ambiguous_passes
    union all by name
    select *
    from mistyped_emails
    union all by name
    select *
    from stale_decisions
)

select
    {{ short_hash(
        "concat_ws('|', asked.question_type, asked.customer_id, asked.question, asked.context)"
    ) }}
        as question_id,
    asked.customer_id,
    coalesce(asked.customer_name, customers.primary_name) as customer_name,
    asked.question_type,
    asked.question,
    asked.priority,
    asked.context
from asked
left join customers
    on asked.customer_id = customers.customer_id
