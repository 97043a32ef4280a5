-- Grain: one row per customer, everything that is known in one wide row.
with

customers as (
    select * from {{ ref('dim_customers') }}
),

membership_people as (
    select * from {{ ref('membership_people') }}
),

visits as (
    select * from {{ ref('visits') }}
),

payments as (
    select * from {{ ref('fct_payments') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

customer_events as (
    select * from {{ ref('customer_events') }}
),

customer_flags as (
    select * from {{ ref('customer_flags') }}
),

family_relationships as (
    select * from {{ ref('family_relationships') }}
),

guardian_contacts as (
    select * from {{ ref('guardian_contacts') }}
),

households as (
    select * from {{ ref('household') }}
),

identity_review as (
    select * from {{ ref('identity_review') }}
),

customer_permissions as (
    select * from {{ ref('customer_permissions') }}
),

permitted as (
    select
        customer_permissions.customer_id,
        bool_or(customer_permissions.is_allowed) as is_allowed
    from customer_permissions
    group by customer_permissions.customer_id
),

leads as (
    select * from {{ ref('leads') }}
),

-- union: a customer may stand in many questions.
questioned as (
    select identity_review.customer_id_a as customer_id
    from identity_review
    union
    select identity_review.customer_id_b as customer_id
    from identity_review
),

run as (
    select {{ as_of() }} as as_of_date
),

memberships_summed as (
    select
        membership_people.customer_id,
        bool_or(membership_people.is_active_member) as has_active_membership
    from membership_people
    where
        not membership_people.is_temporary_pass
        and membership_people.start_date <= (select run.as_of_date from run)
    group by membership_people.customer_id
),

-- The live membership if there is one, else the latest.
leading_membership as (
    select
        membership_people.customer_id,
        membership_people.membership_name,
        membership_people.start_date
    from membership_people
    where
        not membership_people.is_temporary_pass
        and membership_people.start_date <= (select run.as_of_date from run)
    qualify row_number() over (
        partition by membership_people.customer_id
        order by
            membership_people.is_active_member desc,
            membership_people.start_date desc,
            membership_people.membership_instance_id
    ) = 1
),

first_membership as (
    select
        membership_people.customer_id,
        min(membership_people.start_date) as conversion_date
    from membership_people
    where
        not membership_people.is_temporary_pass
        and membership_people.start_date <= (select run.as_of_date from run)
    group by membership_people.customer_id
),

spend as (
    select
        members.customer_id,
        sum(payments.gross - payments.refunded) as total_spend
    from payments
    inner join members
        on payments.record_key = members.record_key
    group by members.customer_id
),

activity as (
    select
        customer_events.customer_id,
        -- That somebody stayed away, and what we did ourselves, is no sign of them.
        max(customer_events.event_date) filter (
            where customer_events.event_type <> 'day_pass_purchased_no_checkin'
            and customer_events.event_source <> 'ops'
        ) as last_seen_date,
        count(*) filter (
            where customer_events.event_source = 'klaviyo'
            and customer_events.event_type = 'email_sent'
        ) as klaviyo_emails_received,
        count(*) filter (
            where customer_events.event_source = 'klaviyo'
            and customer_events.event_type = 'email_opened'
        ) as klaviyo_emails_opened,
        string_agg(
            distinct {{ json_text("customer_events.event_details", "$.flow_name") }}, '|'
            order by {{ json_text("customer_events.event_details", "$.flow_name") }}
        ) as klaviyo_flows_entered
    from customer_events
    group by customer_events.customer_id
),

-- A link that only looks like one is no reason to write to somebody about a child.
families as (
    select *
    from family_relationships
    where family_relationships.confidence <> 'low'
),

children as (
    select
        families.parent_customer_id,
        string_agg(families.child_customer_id, '|' order by families.child_customer_id)
            as child_customer_ids,
        count(*) as child_count
    from families
    group by families.parent_customer_id
),

flags_listed as (
    select
        customer_flags.customer_id,
        string_agg(customer_flags.flag_type, '|' order by customer_flags.flag_type) as active_flags,
        count(*) as flag_count
    from customer_flags
    group by customer_flags.customer_id
)

select
    customers.customer_id,
    customers.given_name as first_name,
    customers.family_name as last_name,
    customers.primary_email as email,
    customers.primary_phone as phone,
    customers.birth_date as birthday,
    customers.minor = 'yes' as is_child,
    permitted.is_allowed as has_opted_in_to_marketing,
    coalesce(memberships_summed.has_active_membership, false) as has_active_membership,
    customers.first_seen_at as created_at,
    customers.age_years as age,
    questioned.customer_id is not null as is_potential_duplicate,
    guardian_contacts.parent_customer_id,
    guardian_contacts.primary_email as parent_email,
    guardian_contacts.primary_phone as parent_phone,
    coalesce(customers.primary_email, guardian_contacts.primary_email) as contact_email,
    coalesce(customers.primary_phone, guardian_contacts.primary_phone) as contact_phone,
    customers.primary_email is null and guardian_contacts.primary_email is not null
        as is_using_parent_contact,
    children.parent_customer_id is not null as has_youth,
    children.child_customer_ids,
    coalesce(children.child_count, 0) as child_count,
    guardian_contacts.confidence as family_link_confidence,
    memberships_summed.customer_id is not null as ever_had_membership,
    memberships_summed.customer_id is not null and not memberships_summed.has_active_membership
        as is_lapsed_member,
    leading_membership.membership_name,
    leading_membership.start_date as membership_start_date,
    coalesce(visits.visit_count, 0) as total_visits,
    visits.first_visit_at as first_checkin,
    visits.last_visit_at as last_checkin,
    coalesce(spend.total_spend, 0) as total_spend,
    coalesce(
        leads.lead_source,
        case
            when
                memberships_summed.customer_id is not null
                and not memberships_summed.has_active_membership
                then 'Lapsed Member'
        end
    ) as lead_source,
    (leads.customer_id is not null or memberships_summed.customer_id is not null)
    and not coalesce(memberships_summed.has_active_membership, false) as is_lead,
    cast(null as boolean) as has_been_contacted,
    coalesce(activity.klaviyo_emails_received, 0) as klaviyo_emails_received,
    coalesce(activity.klaviyo_emails_opened, 0) as klaviyo_emails_opened,
    activity.klaviyo_flows_entered,
    flags_listed.active_flags,
    coalesce(flags_listed.flag_count, 0) as flag_count,
    {{ days_between("visits.last_visit_date", "run.as_of_date") }} as days_since_last_visit,
    first_membership.conversion_date,
    customers.primary_email,
    customers.primary_phone,
    nullif(concat_ws(' ', customers.given_name, customers.family_name), '') as primary_name,
    {{ business_date("customers.first_seen_at") }} as first_seen,
    greatest(activity.last_seen_date, {{ business_date("customers.first_seen_at") }}) as last_seen,
    customers.sources,
    customers.minor,
    customers.record_count,
    customers.is_deleted,
    households.household_id
from customers
inner join households
    on customers.customer_id = households.customer_id
inner join permitted
    on customers.customer_id = permitted.customer_id
left join questioned
    on customers.customer_id = questioned.customer_id
left join guardian_contacts
    on customers.customer_id = guardian_contacts.child_customer_id
left join children
    on customers.customer_id = children.parent_customer_id
left join memberships_summed
    on customers.customer_id = memberships_summed.customer_id
left join leading_membership
    on customers.customer_id = leading_membership.customer_id
left join first_membership
    on customers.customer_id = first_membership.customer_id
left join visits
    on customers.customer_id = visits.customer_id
left join leads
    on customers.customer_id = leads.customer_id
left join spend
    on customers.customer_id = spend.customer_id
left join activity
    on customers.customer_id = activity.customer_id
left join flags_listed
    on customers.customer_id = flags_listed.customer_id
cross join run
