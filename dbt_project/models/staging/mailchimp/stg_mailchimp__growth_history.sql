-- Grain: one row per Mailchimp list and month.
with

growth_history as (
    select * from {{ source('mailchimp', 'growth_history') }}
),

renamed as (
    select
        -- ids
        growth_history.list_id,

        -- strings
        growth_history.month as year_month,

        -- numbers
        growth_history.existing as existing_count,
        growth_history.imports as import_count,
        growth_history.optins as opt_in_count,
        growth_history.subscribed as subscribed_count,
        growth_history.unsubscribed as unsubscribe_count,
        growth_history.reconfirm as reconfirm_count,
        growth_history.cleaned as cleaned_count,
        growth_history.pending as pending_count,
        growth_history.deleted as deleted_count,
        growth_history.transactional as transactional_count
    from growth_history
)

select * from renamed
