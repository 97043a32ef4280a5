-- Grain: one row per pair of records and reason that speaks for one person.
{{ config(materialized='view') }}
with

-- unions: int_edge__*
unioned as (
    select * from {{ ref('int_edge__compared') }}
    union all by name
    select * from {{ ref('int_edge__contact_points') }}
    union all by name
    select * from {{ ref('int_edge__duplicates') }}
)
-- unions: end

select * from unioned
