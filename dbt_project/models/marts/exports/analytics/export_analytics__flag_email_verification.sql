-- Grain: one row per flag of a customer and campaign that they were sent since.
with

customer_flags as (
    select * from {{ ref('customer_flags') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

customer_events as (
    select * from {{ ref('customer_events') }}
),

sources as (
    select * from {{ ref('sources') }}
),

messages as (
    select
        customer_events.customer_id,
        customer_events.event_source,
        coalesce(
            {{ json_text("customer_events.event_details", "$.campaign_id") }},
            {{ json_text("customer_events.event_details", "$.message_id") }}
        ) as campaign_id,
        max({{ json_text("customer_events.event_details", "$.campaign_title") }})
            as campaign_title,
        min(customer_events.event_date) filter (where customer_events.event_type = 'email_sent')
            as email_sent_date,
        bool_or(customer_events.event_type = 'email_opened') as email_opened,
        bool_or(customer_events.event_type = 'email_clicked') as email_clicked
    from customer_events
    where customer_events.event_type in ('email_sent', 'email_opened', 'email_clicked')
    group by
        customer_events.customer_id,
        customer_events.event_source,
        coalesce(
            {{ json_text("customer_events.event_details", "$.campaign_id") }},
            {{ json_text("customer_events.event_details", "$.message_id") }}
        )
)

select
    customer_flags.customer_id,
    nullif(concat_ws(' ', customers.given_name, customers.family_name), '') as customer_name,
    customers.primary_email as customer_email,
    customer_flags.flag_type,
    customer_flags.flag_date as flag_triggered_date,
    customer_flags.flag_added_date,
    case
        when messages.customer_id is null then 'none'
        else regexp_extract(sources.display_name, '^\w+')
    end as email_source,
    coalesce(messages.campaign_id, 'none') as campaign_id,
    case
        when messages.customer_id is not null then messages.campaign_title
        when customers.primary_email is null then 'NO EMAIL ADDRESS'
        else 'NO EMAILS RECEIVED'
    end as campaign_title,
    messages.email_sent_date,
    messages.email_opened,
    messages.email_clicked
from customer_flags
inner join customers
    on customer_flags.customer_id = customers.customer_id
left join messages
    on
        customer_flags.customer_id = messages.customer_id
        and customer_flags.flag_date <= messages.email_sent_date
left join sources
    on messages.event_source = sources.source
