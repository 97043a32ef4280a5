-- Grain: one row per destination, customer and mark (tag or list) that they should carry now.

with

flags_due as (
    select * from {{ ref('flags_due') }}
),

destination_marks as (
    select * from {{ ref('destination_marks') }}
),

deliveries as (
    select * from {{ ref('stg_ops__deliveries') }}
),

stops as (
    select * from {{ ref('sync_stops') }}
),

-- What a sync has handed over or heard since the publish counts at once.
judged as (
    select
        flags_due.destination,
        flags_due.addressee_customer_id,
        flags_due.customer_id,
        flags_due.flag_type,
        flags_due.flag_date,
        -- Who joins a list of Klaviyo's gets what its flow sends.
        flags_due.is_message or flags_due.destination = 'klaviyo' as is_message,
        flags_due.may_email and email_stops.customer_id is null as may_email,
        flags_due.may_text and text_stops.customer_id is null as may_text,
        flags_due.delivery_state = 'due' and not exists (
            select 1
            from deliveries
            where
                deliveries.destination = flags_due.destination
                and deliveries.customer_id = flags_due.customer_id
                and deliveries.flag_type = flags_due.flag_type
                and deliveries.delivered_date >= flags_due.flag_date
        ) as is_due
    from flags_due
    left join stops as email_stops
        on
            flags_due.addressee_customer_id = email_stops.customer_id
            and email_stops.channel = 'email'
    left join stops as text_stops
        on
            flags_due.addressee_customer_id = text_stops.customer_id
            and text_stops.channel = 'sms'
    where
        flags_due.delivery_state in ('due', 'delivered')
        and flags_due.addressee_customer_id is not null
),

-- The shop's flows write e-mails; Klaviyo's also texts.
permitted as (
    select *
    from judged
    where
        not judged.is_message
        or judged.may_email
        or (judged.destination = 'klaviyo' and judged.may_text)
),

named as (
    select
        permitted.*,
        '{{ var("tag_prefix") }}' || replace(permitted.flag_type, '_', '-') as mark
    from permitted
    where permitted.destination = 'shopify'
    union all by name
    select
        permitted.*,
        case
            when permitted.destination = 'shopify' then '{{ var("tag_prefix") }}' else ''
        end || destination_marks.mark as mark
    from permitted
    inner join destination_marks
        on
            permitted.destination = destination_marks.destination
            and permitted.flag_type = destination_marks.flag_type
)

select
    named.destination,
    named.addressee_customer_id as customer_id,
    named.mark,
    bool_or(named.is_message) as is_message,
    bool_or(named.is_due) as is_due,
    string_agg(distinct named.flag_type, '|' order by named.flag_type) as flag_types,
    to_json(
        list(
            {
                'customer_id': named.customer_id,
                'flag_type': named.flag_type,
                'flag_date': cast(named.flag_date as varchar)
            }
            order by named.customer_id, named.flag_type
        ) filter (where named.is_due)
    ) as flags_to_deliver
from named
group by named.destination, named.addressee_customer_id, named.mark
