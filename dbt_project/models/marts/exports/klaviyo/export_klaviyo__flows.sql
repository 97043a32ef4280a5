-- Grain: one row per Klaviyo flow.
with

flows as (
    select * from {{ ref('int_flows__klaviyo') }}
)

select
    flows.flow_id,
    flows.flow_name as name,
    flows.flow_status as status,
    flows.created_at as created,
    flows.updated_at as updated,
    flows.trigger_type
from flows
