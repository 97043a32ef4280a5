-- Grain: one row per automation, deleted ones included.
with

automations as (
    select * from {{ ref('stg_mailchimp__automations') }}
)

select * from automations
