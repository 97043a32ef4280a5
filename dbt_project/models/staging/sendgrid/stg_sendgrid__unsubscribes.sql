-- Grain: one row per address that wants no e-mail, those who came back included.
with

unsubscribes as (
    select * from {{ source('sendgrid', 'unsubscribes') }}
),

renamed as (
    select
        -- ids
        'sendgrid:recipient:' || md5(lower(trim(unsubscribes.email))) as record_key,

        -- strings
        unsubscribes.email,

        -- booleans
        {{ is_deleted('sendgrid', 'unsubscribes', 'unsubscribes', ['email']) }} as is_deleted,

        -- dates and times
        {{ unix_to_utc("unsubscribes.created") }} as suppressed_at
    from unsubscribes
)

select * from renamed
