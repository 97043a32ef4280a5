-- Grain: one row per customer who has shown interest within two years.
with

settings as (
    select 30 as recent_days
),

leads as (
    select * from {{ ref('leads') }}
),

customers_master as (
    select * from {{ ref('customers_master') }}
),

customer_events as (
    select * from {{ ref('customer_events') }}
),

member_stints as (
    select * from {{ ref('member_stints') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

events_summed as (
    select
        leads.customer_id,
        count(*) as timeline_event_count,
        count(distinct customer_events.event_date) filter (
            where
            customer_events.event_type = 'checkin'
            and {{ days_between("customer_events.event_date", "run.as_of_date") }}
            < settings.recent_days
        ) as visit_count_last_30d,
        '['
        || string_agg(
            cast(
                json_object(
                    'date', customer_events.event_date,
                    'type', customer_events.event_type,
                    'source', customer_events.event_source,
                    'details', customer_events.event_details
                ) as varchar
            ),
            ','
            order by customer_events.occurred_at, customer_events.event_id
        )
        || ']' as timeline
    from leads
    inner join customer_events
        on leads.customer_id = customer_events.customer_id
    cross join settings
    cross join run
    group by leads.customer_id
),

stints_summed as (
    select
        member_stints.customer_id,
        min(member_stints.started_date) as conversion_date,
        case when bool_and(member_stints.is_attrition) then max(member_stints.ended_date) end
            as membership_end_date
    from member_stints
    group by member_stints.customer_id
)

select
    leads.customer_id,
    customers_master.first_name,
    customers_master.last_name,
    customers_master.email,
    customers_master.phone,
    customers_master.is_child,
    customers_master.parent_customer_id,
    customers_master.parent_email,
    customers_master.parent_phone,
    leads.lead_source,
    leads.first_activity_date,
    leads.last_activity_date,
    {{ days_between("leads.last_activity_date", "run.as_of_date") }} as days_since_last_activity,
    customers_master.total_visits,
    events_summed.visit_count_last_30d,
    customers_master.total_spend,
    customers_master.has_active_membership,
    stints_summed.customer_id is not null as converted_to_member,
    stints_summed.conversion_date,
    customers_master.is_lapsed_member,
    stints_summed.membership_end_date,
    cast(null as boolean) as has_been_contacted,
    cast(null as date) as last_crew_contact_date,
    cast(null as bigint) as crew_contact_count,
    customers_master.klaviyo_flows_entered,
    customers_master.klaviyo_emails_received,
    customers_master.klaviyo_emails_opened,
    events_summed.timeline_event_count,
    events_summed.timeline
from leads
inner join customers_master
    on leads.customer_id = customers_master.customer_id
inner join events_summed
    on leads.customer_id = events_summed.customer_id
left join stints_summed
    on leads.customer_id = stints_summed.customer_id
cross join run
