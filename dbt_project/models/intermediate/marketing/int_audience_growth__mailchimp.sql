-- Grain: one row per Mailchimp list and month.
with

growth_history as (
    select * from {{ ref('stg_mailchimp__growth_history') }}
)

select * from growth_history
