-- Grain: one row per entry on a pass that somebody else shared.
with

pass_uses as (
    select * from {{ ref('int_pass_use__capitan') }}
),

check_ins as (
    select * from {{ ref('int_gym__check_ins') }}
),

pass_transfers as (
    select * from {{ ref('pass_transfers') }}
)

select
    pass_transfers.check_in_id as checkin_id,
    check_ins.checked_in_local_at as checkin_datetime,
    pass_transfers.transfer_type,
    pass_transfers.pass_type,
    pass_transfers.purchaser_name,
    check_ins.capitan_customer_id as user_customer_id,
    check_ins.given_name as user_first_name,
    check_ins.family_name as user_last_name,
    pass_transfers.remaining_count,
    pass_transfers.is_punch_pass,
    pass_transfers.is_youth_pass,
    pass_uses.entry_method,
    pass_uses.location_name,
    regexp_extract(pass_transfers.purchaser_record_key, '[^:]*$') as purchaser_customer_id,
    case
        when pass_transfers.match_method in ('entry_pass', 'purchase') then 'transaction_link'
        when pass_transfers.purchaser_record_key is not null then 'name_match'
        else 'no_match'
    end as match_method,
    pass_transfers.match_confidence
from pass_transfers
inner join pass_uses
    on pass_transfers.check_in_id = pass_uses.check_in_id
inner join check_ins
    on pass_transfers.check_in_id = check_ins.check_in_id
