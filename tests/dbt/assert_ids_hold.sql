-- A run that would retire more than 0.5 % of the ids (and at least 20) waits for somebody's word.
with

settings as (
    select
        0.005 as most_retired_share,
        20 as most_retired_ids
),

retired as (
    select
        count(*) filter (where known_ids.customer_id is not null) as known_count,
        count(*) filter (
            where registry.retired_date is not null
            and known_ids.customer_id is not null
            and known_ids.retired_date is null
        ) as retired_now_count
    from {{ ref('int_identity__registry') }} as registry
    left join {{ ref('stg_ops__customer_ids') }} as known_ids
        on registry.customer_id = known_ids.customer_id
)

select
    retired.known_count,
    retired.retired_now_count,
    'if this is right, run: basin daily --accept-retired-ids' as what_to_do
from retired
cross join settings
cross join {{ ref('stg_ops__run') }} as run
where
    retired.retired_now_count > settings.most_retired_share * retired.known_count
    and retired.retired_now_count >= settings.most_retired_ids
    and not run.accepts_retired_ids
