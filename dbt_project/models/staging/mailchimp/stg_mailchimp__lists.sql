-- Grain: one row per Mailchimp list, deleted ones included.
with

lists as (
    select * from {{ source('mailchimp', 'lists') }}
),

renamed as (
    select
        -- ids
        lists.id as list_id,

        -- strings
        nullif(trim(lists.name), '') as list_name,

        -- numbers
        try_cast({{ json_text("lists.stats", "$.member_count") }} as bigint) as member_count,
        try_cast({{ json_text("lists.stats", "$.unsubscribe_count") }} as bigint)
            as unsubscribe_count,

        -- booleans
        lists.double_optin as is_double_opt_in,
        {{ is_deleted('mailchimp', 'lists', 'lists') }} as is_deleted,

        -- dates and times
        {{ iso_to_utc("lists.date_created") }} as created_at
    from lists
)

select * from renamed
