-- Grain: one row per Capitan customer, deleted ones included.
with

customers as (
    select * from {{ ref('stg_capitan__customers') }}
)

select * from customers
