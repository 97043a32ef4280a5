-- Grain: one row per sold membership (instance) and state that a published run saw it in.
with

source_states as (
    select * from {{ ref('int_source_states') }}
)

select
    split_part(source_states.subject, ':', 3) as membership_instance_id,
    source_states.seen_on as valid_from_date,
    lead(source_states.seen_on) over (
        partition by source_states.subject
        order by source_states.seen_on
    ) as valid_until_date,
    {{ json_text("source_states.state", "$.status") }} as membership_status,
    cast({{ json_text("source_states.state", "$.end_date") }} as date) as end_date,
    cast({{ json_text("source_states.state", "$.unfreeze_date") }} as date) as unfreeze_date,
    {{ json_text("source_states.state", "$.is_deleted") }} = 'true' as is_deleted
from source_states
where source_states.subject like 'capitan:membership:%'
