-- Grain: one row per check-in.
with

check_ins as (
    select * from {{ ref('int_gym__check_ins') }}
)

select
    check_ins.check_in_id as checkin_id,
    check_ins.capitan_customer_id as customer_id,
    check_ins.given_name as customer_first_name,
    check_ins.family_name as customer_last_name,
    check_ins.email as customer_email,
    check_ins.birth_date as customer_birthday,
    check_ins.checked_in_local_at as checkin_datetime,
    check_ins.entry_method,
    check_ins.entry_method_description,
    check_ins.location_id,
    check_ins.location_name,
    check_ins.is_free_entry,
    check_ins.free_entry_reason,
    check_ins.lifetime_check_in_count as lifetime_checkin_count,
    check_ins.created_at
from check_ins
