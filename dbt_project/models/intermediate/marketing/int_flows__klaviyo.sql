-- Grain: one row per Klaviyo flow that there still is, drafts included.
with

flows as (
    select * from {{ ref('stg_klaviyo__flows') }}
)

select
    flows.flow_id,
    flows.flow_name,
    flows.flow_status,
    flows.trigger_type,
    flows.created_at,
    flows.updated_at
from flows
where not flows.is_deleted
