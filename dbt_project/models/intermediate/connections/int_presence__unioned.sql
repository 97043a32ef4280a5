-- Grain: one row per arrival of somebody at a place.
{{ config(materialized='view') }}

with

-- unions: int_presence__*
unioned as (
    select * from {{ ref('int_presence__capitan') }}
)
-- unions: end

select * from unioned
