-- Every customer id ever given out stands in the registry, live or with its successor.
select known_ids.customer_id
from {{ ref('stg_ops__customer_ids') }} as known_ids
left join {{ ref('int_identity__registry') }} as registry
    on known_ids.customer_id = registry.customer_id
where registry.customer_id is null
