-- Grain: one row per changing thing and day on which a published run first saw it as it is.
with

source_states as (
    select * from {{ source('ops', 'source_states') }}
),

renamed as (
    select
        -- strings
        source_states.subject,
        source_states.state,

        -- dates and times
        cast(source_states.seen_on as date) as seen_on
    from source_states
)

select * from renamed
