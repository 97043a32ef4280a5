-- Grain: one row per class, camp or party on its day.
with

events as (
    select * from {{ ref('int_gym__events') }}
)

select
    events.capitan_event_id as event_id,
    events.capitan_event_type_id as event_type_id,
    events.event_type_name,
    events.starts_local_at as start_datetime,
    events.ends_local_at as end_datetime,
    cast(events.starts_local_at as date) as start_date,
    cast(events.starts_local_at as time) as start_time,
    cast(events.ends_local_at as date) as end_date,
    cast(events.ends_local_at as time) as end_time,
    events.capacity,
    events.reservation_count as num_reservations,
    events.rolling_day_count as rolling_days,
    events.booking_open_time,
    events.is_cancelled,
    events.location_id,
    events.location_name,
    events.location_area_id,
    events.location_area_name,
    events.created_at,
    events.updated_at
from events
where not events.is_deleted
