-- Grain: one row per two customers whom something ties to each other; the smaller id first.
with

connections as (
    select * from {{ ref('customer_connections') }}
)

select
    connections.customer_id_1,
    connections.customer_id_2,
    connections.connection_type,
    connections.connection_strength,
    connections.first_interaction_date,
    connections.last_interaction_date,
    connections.interaction_count,
    connections.metadata,
    connections.strength_band,
    connections.expected_co_visits,
    connections.is_companion,
    connections.connection_type as interaction_types,
    case
        when connections.interaction_count >= 10 then 5
        when connections.interaction_count >= 5 then 4
        when connections.interaction_count >= 3 then 3
        else connections.interaction_count
    end as strength_score
from connections
