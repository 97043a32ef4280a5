-- Grain: one row per phone, second and way in which somebody opted in by text.
with

opt_history as (
    select * from {{ ref('export_twilio__sms_opt_in_history') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

-- The same words twice within a second are one consent.
opt_ins as (
    select *
    from opt_history
    where opt_history.action = 'opt_in'
    qualify row_number() over (
        partition by opt_history.phone_number, opt_history.timestamp, opt_history.method
        order by opt_history.message_sid
    ) = 1
),

-- The first text after a consent that takes it back.
revoked as (
    select
        opt_ins.message_sid,
        opt_outs.timestamp as revoked_at,
        opt_outs.method as revoked_method
    from opt_ins
    inner join opt_history as opt_outs
        on
            opt_ins.phone_number = opt_outs.phone_number
            and opt_outs.action = 'opt_out'
            and opt_ins.timestamp <= opt_outs.timestamp
    qualify row_number() over (
        partition by opt_ins.message_sid
        order by opt_outs.timestamp, opt_outs.message_sid
    ) = 1
)

select
    md5(concat_ws(
        ':',
        opt_ins.phone_number,
        strftime(opt_ins.timestamp, '%Y-%m-%dT%H:%M:%S'),
        opt_ins.method
    )) as consent_id,
    opt_ins.timestamp,
    opt_ins.phone_number,
    opt_ins.method as opt_in_method,
    opt_ins.message_body as consent_message,
    members.customer_id,
    nullif(concat_ws(' ', customers.given_name, customers.family_name), '') as customer_name,
    customers.primary_email as customer_email,
    cast(null as varchar) as ip_address,
    cast(null as varchar) as screenshot_url,
    json_object('message_sid', opt_ins.message_sid) as metadata,
    case when revoked.message_sid is null then 'active' else 'revoked' end as status,
    revoked.revoked_at,
    revoked.revoked_method
from opt_ins
left join revoked
    on opt_ins.message_sid = revoked.message_sid
left join members
    on 'twilio:number:' || md5(opt_ins.phone_number) = members.record_key
left join customers
    on members.customer_id = customers.customer_id
