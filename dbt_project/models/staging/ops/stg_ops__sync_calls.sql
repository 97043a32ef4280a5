-- Grain: one row per call that a sync meant to make.
with

sync_calls as (
    select * from {{ source('ops', 'sync_calls') }}
),

renamed as (
    select
        -- ids
        sync_calls.call_number,
        nullif(sync_calls.customer_id, '') as customer_id,
        sync_calls.account_id,

        -- strings
        sync_calls.destination,
        sync_calls.action,
        sync_calls.mark,
        sync_calls.flags,
        sync_calls.outcome,
        sync_calls.detail,

        -- dates and times
        {{ iso_to_utc("sync_calls.intended_at") }} as intended_at,
        {{ iso_to_utc("sync_calls.closed_at") }} as closed_at
    from sync_calls
)

select * from renamed
