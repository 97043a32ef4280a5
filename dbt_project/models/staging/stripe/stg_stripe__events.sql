-- Grain: one row per change that Stripe reports about one of its objects.
with

events as (
    select * from {{ source('stripe', 'events') }}
),

renamed as (
    select
        -- ids
        events.id as stripe_event_id,
        {{ json_text("events.data", "$.object.id") }} as changed_object_id,

        -- strings
        events.type as change_type,

        -- booleans
        events.livemode as is_live,

        -- dates and times
        {{ unix_to_utc("events.created") }} as changed_at
    from events
)

select * from renamed
