-- Grain: one row per customer id ever given out, with the customer who bears its past today.
with

registry as (
    select * from {{ ref('int_identity__registry') }}
)

select
    registry.customer_id as former_customer_id,
    coalesce(registry.merged_into_customer_id, registry.customer_id) as customer_id
from registry
