-- Grain: one row per check-in: somebody was at a place.
{{ config(materialized='view') }}

with

check_ins as (
    select * from {{ ref('stg_capitan__check_ins') }}
)

select
    'capitan:checkin:' || check_ins.check_in_id as presence_key,
    'capitan:customer:' || check_ins.capitan_customer_id as record_key,
    'capitan:location:' || check_ins.location_id as place_key,
    check_ins.checked_in_at as present_at,
    check_ins.checked_in_local_at as present_local_at
from check_ins
where check_ins.capitan_customer_id is not null and check_ins.checked_in_at is not null
