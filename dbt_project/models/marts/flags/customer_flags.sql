-- Grain: one row per customer and flag that is true today.
with

rules_evaluated as (
    select * from {{ ref('rules_evaluated') }}
),

rules as (
    select * from {{ ref('rules') }}
),

family_relationships as (
    select * from {{ ref('family_relationships') }}
),

guardian_contacts as (
    select * from {{ ref('guardian_contacts') }}
),

stored_changes as (
    select * from {{ ref('stg_ops__flag_history') }}
),

followed as (
    select * from {{ ref('int_identity__followed') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

holding as (
    select *
    from rules_evaluated
    where rules_evaluated.refused_because is null
),

-- What a guardian is told for themselves is not told them once more about the child.
told_already as (
    select
        family_relationships.child_customer_id,
        holding.flag_type
    from family_relationships
    inner join holding
        on family_relationships.parent_customer_id = holding.customer_id
    where family_relationships.confidence <> 'low'
    group by family_relationships.child_customer_id, holding.flag_type
),

listed as (
    select
        holding.customer_id,
        case when holding.is_about_child then 'child_' else '' end || holding.flag_type
            as flag_type,
        {{ business_date("holding.triggered_at") }} as triggered_date,
        case
            when holding.is_about_child
                then json_merge_patch(
                    holding.details,
                    json_object(
                        'is_child_flag', true,
                        'base_flag_type', holding.flag_type,
                        'parent_customer_id', guardian_contacts.parent_customer_id,
                        'is_using_parent_contact',
                        coalesce(
                            guardian_contacts.primary_email, guardian_contacts.primary_phone
                        ) is not null
                    )
                )
            else holding.details
        end as details,
        rules.priority
    from holding
    inner join rules
        on holding.flag_type = rules.flag_type
    left join guardian_contacts
        on holding.customer_id = guardian_contacts.child_customer_id
    left join told_already
        on
            holding.customer_id = told_already.child_customer_id
            and holding.flag_type = told_already.flag_type
    where not holding.is_about_child or told_already.child_customer_id is null
),

latest_changes as (
    select *
    from stored_changes
    qualify row_number() over (
        partition by stored_changes.customer_id, stored_changes.flag_type
        order by stored_changes.change_number desc
    ) = 1
),

followed_changes as (
    select
        followed.customer_id,
        latest_changes.flag_type,
        latest_changes.change,
        latest_changes.changed_date,
        latest_changes.first_date,
        latest_changes.customer_id <> followed.customer_id as is_of_merged,
        min(case when latest_changes.change = 'begins' then latest_changes.changed_date end) over (
            partition by followed.customer_id, latest_changes.flag_type
        ) as open_since_date
    from latest_changes
    inner join followed
        on latest_changes.customer_id = followed.former_customer_id
),

-- A merged customer goes on with the spell that began first, though its own id's has ended since.
spells as (
    select
        followed_changes.customer_id,
        followed_changes.flag_type,
        min(followed_changes.first_date) filter (
            where followed_changes.change = 'begins'
            or (
                followed_changes.is_of_merged
                and followed_changes.changed_date >= followed_changes.open_since_date
            )
        ) as first_date,
        max(followed_changes.changed_date) filter (where followed_changes.change = 'ends')
            as ended_date
    from followed_changes
    group by followed_changes.customer_id, followed_changes.flag_type
)

select
    listed.customer_id,
    listed.flag_type,
    least(
        coalesce(
            spells.first_date,
            greatest(coalesce(listed.triggered_date, run.as_of_date), spells.ended_date)
        ),
        run.as_of_date
    ) as flag_date,
    listed.details as flag_details,
    listed.priority,
    run.as_of_date as flag_added_date
from listed
left join spells
    on
        listed.customer_id = spells.customer_id
        and listed.flag_type = spells.flag_type
cross join run
