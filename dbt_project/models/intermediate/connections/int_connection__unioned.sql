-- Grain: one row per happening that ties two records to each other.
{{ config(materialized='view') }}

with

-- unions: int_connection__*
unioned as (
    select * from {{ ref('int_connection__capitan_memberships') }}
    union all by name
    select * from {{ ref('int_connection__capitan_passes') }}
)
-- unions: end

select * from unioned
