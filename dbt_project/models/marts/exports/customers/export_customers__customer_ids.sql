-- Grain: one row per customer id ever given out, from which the registry can be restored.
with

registry as (
    select * from {{ ref('int_identity__registry') }}
)

select
    registry.customer_id,
    registry.founding_record_key,
    registry.first_seen_date,
    registry.merged_into_customer_id,
    registry.retired_date
from registry
