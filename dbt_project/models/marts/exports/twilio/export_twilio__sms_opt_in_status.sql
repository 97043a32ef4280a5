-- Grain: one row per phone that ever opted in or out by text.
with

opt_history as (
    select * from {{ ref('export_twilio__sms_opt_in_history') }}
),

latest as (
    select *
    from opt_history
    qualify row_number() over (
        partition by opt_history.phone_number
        order by opt_history.timestamp desc nulls last, opt_history.message_sid desc
    ) = 1
),

counted as (
    select
        opt_history.phone_number,
        count(*) filter (where opt_history.action = 'opt_in') as opt_in_count,
        count(*) filter (where opt_history.action = 'opt_out') as opt_out_count
    from opt_history
    group by opt_history.phone_number
)

select
    latest.phone_number,
    case latest.action when 'opt_in' then 'opted_in' else 'opted_out' end as current_status,
    latest.timestamp as last_action_timestamp,
    latest.action as last_action,
    latest.method as last_method,
    counted.opt_in_count as total_opt_ins,
    counted.opt_out_count as total_opt_outs
from latest
inner join counted
    on latest.phone_number = counted.phone_number
