-- Grain: one row per figure about connections.
with

connections as (
    select * from {{ ref('customer_connections') }}
),

kinds as (
    select * from {{ ref('connection_kinds') }}
),

interactions as (
    select * from {{ ref('customer_interactions') }}
),

communities as (
    select * from {{ ref('customer_communities') }}
),

transfers as (
    select * from {{ ref('pass_transfers') }}
),

ends as (
    select connections.customer_id_1 as customer_id
    from connections
    union all by name
    select connections.customer_id_2 as customer_id
    from connections
),

figures as (
    select
        'pairs' as metric,
        'all' as part,
        count(*) as value
    from connections
    union all by name
    select
        'pairs by kind' as metric,
        kinds.kind as part,
        count(*) as value
    from connections
    inner join kinds
        on contains(',' || connections.connection_type || ',', ',' || kinds.kind || ',')
    group by kinds.kind
    union all by name
    select
        'pairs by band' as metric,
        connections.strength_band as part,
        count(*) as value
    from connections
    group by connections.strength_band
    union all by name
    select
        'companions' as metric,
        'all' as part,
        count(*) as value
    from connections
    where connections.is_companion
    union all by name
    select
        'connections per customer' as metric,
        'mean' as part,
        round(count(*) / count(distinct ends.customer_id), 4) as value
    from ends
    having count(*) > 0
    union all by name
    select
        'largest group' as metric,
        'customers' as part,
        coalesce(max(communities.community_size), 0) as value
    from communities
    union all by name
    select
        'interactions' as metric,
        interactions.interaction_type as part,
        count(*) as value
    from interactions
    group by interactions.interaction_type
    union all by name
    select
        'co-visits of pairs who are no companions' as metric,
        'counted, not kept' as part,
        coalesce(sum(connections.co_visit_count), 0) as value
    from connections
    where not connections.is_companion
    union all by name
    select
        'share of transfers matched' as metric,
        transfers.transfer_type as part,
        round(count(transfers.purchaser_customer_id) / count(*), 4) as value
    from transfers
    group by transfers.transfer_type
    union all by name
    select
        'transfers by method' as metric,
        transfers.match_method as part,
        count(*) as value
    from transfers
    group by transfers.match_method
)

select
    figures.metric,
    figures.part,
    cast(figures.value as double) as value
from figures
